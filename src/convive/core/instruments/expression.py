"""The language of skip rules, constraints, calculations and gates: what XLSForm takes of XPath.

To be read in two ways: an expression is parsed once into a tree; the tree is evaluated here, and
handed to the phone page as JSON, whose small interpreter is tested against this one.

Meaning follows XPath 1.0 as ODK has it. What is not answered is the empty text, as a number NaN:
``${age} > 17`` is then false, ``${age} = ''`` and ``${age} != 17`` are true. In gates and labels
(`truth3`) it is unknown instead, unless the rest decides. Numbers that differ only by rounding in
the machine count as equal. A text that is a date counts as days since 1970.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from convive.core.instruments.expression_evaluation import Context, evaluate, truth
from convive.core.instruments.expression_functions import FUNCTIONS
from convive.core.instruments.expression_tokens import Token, refuse, tokens_of
from convive.core.instruments.expression_tree import (
    PRECEDENCE,
    Binary,
    Call,
    Current,
    Literal,
    Negative,
    Node,
    Number,
    Reference,
    depth,
    json_of,
    names_in,
    text_of,
    walk,
)
from convive.core.instruments.expression_values import UNKNOWN, Unknown, Value

__all__ = ["UNKNOWN", "Context", "Expression", "Unknown", "Value", "answers_under", "parse"]

_DEEPEST = 150


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression; `parse` makes it."""

    text: str
    tree: Node
    names: tuple[str, ...]
    """Items, scores and sections referred to, in order."""
    uses_current: bool
    """Whether ``.`` occurs."""

    def value(self, context: Context) -> Value:
        """Return the value in a context."""
        return evaluate(self.tree, context)

    def truth(self, context: Context) -> bool | Unknown:
        """Return whether it is true in a context."""
        return truth(self.tree, context)

    def evaluate(
        self,
        answers: Mapping[str, Any],
        *,
        this: Any = None,
        today: date | None = None,
        now: datetime | None = None,
        three_valued: bool = False,
    ) -> Value:
        """Return the value over the answers of one form, seen from outside of any round.

        Whoever knows the instrument asks `filling.fill`; this is for looking at one expression.
        """
        known = dict(answers)
        return evaluate(
            self.tree,
            Context(lambda name: answers_under(known, name), this, today, now, three_valued),
        )

    @property
    def gives_truth(self) -> bool:
        """Whether its value is always true or false (a comparison, `not()`, `selected()` …)."""
        return _gives_truth(self.tree)

    def to_text(self) -> str:
        """Write it anew, evenly spaced and with no bracket too many."""
        return text_of(self.tree)

    def to_xpath(self, paths: Mapping[str, str]) -> str:
        """Write it for an XForm, with the path of each name.

        A name without a path stays as it is.
        """
        return text_of(self.tree, paths)

    def calculation_to_xpath(self, paths: Mapping[str, str]) -> str:
        """Write a calculation for an XForm: true and false become 1 and 0, as in `filling`.

        Field apps would keep the texts "true" and "false", and both are true as texts.
        """
        text = self.to_xpath(paths)
        return f"if({text}, 1, 0)" if self.gives_truth else text

    def to_json(self) -> list[Any]:
        """Return the tree as JSON for the interpreter of the phone page."""
        return json_of(self.tree)


@lru_cache(maxsize=8192)
def parse(text: str) -> Expression:
    """Parse an expression, or find it parsed already.

    Parameters
    ----------
    text : str
        As in an instrument: ``${age} >= 18 and selected(${when}, 'night')``.

    Raises
    ------
    RequestError
        EXPRESSION_SYNTAX, EXPRESSION_UNKNOWN_FUNCTION or EXPRESSION_ARGUMENTS, with `position`
        (counted from 1) and `text`; of the latter two with `function`.

    Examples
    --------
    >>> rule = parse("${age} >= 18 and selected(${when}, 'night')")
    >>> rule.names
    ('age', 'when')
    >>> rule.evaluate({"age": 20, "when": ["day", "night"]})
    True
    """
    reader = _Reader(text)
    tree = reader.whole()
    if depth(tree) > _DEEPEST:
        refuse("EXPRESSION_SYNTAX", text, 0)
    return Expression(text, tree, names_in(tree), any(isinstance(n, Current) for n in walk(tree)))


def answers_under(answers: Mapping[str, Any], name: str) -> list[Any]:
    """Return the answers under a name, in rounds too; None for one that is not given.

    Inside rounds a name counts as asked in every round of a section in which one has it.
    """
    if name in answers:
        found = answers[name]
        is_rounds = isinstance(found, list) and all(isinstance(f, Mapping) for f in found) and found
        return list(found) if is_rounds else [found]
    for rounds in answers.values():
        if isinstance(rounds, list) and rounds and all(isinstance(r, Mapping) for r in rounds):
            below = [answers_under(r, name) for r in rounds]
            if any(below):
                return [answer for some in below for answer in (some or [None])]
    return []


def _gives_truth(node: Node) -> bool:
    if isinstance(node, Binary):
        return PRECEDENCE[node.operator] < PRECEDENCE["+"]
    if isinstance(node, Call) and node.function == "if":
        return _gives_truth(node.arguments[1]) and _gives_truth(node.arguments[2])
    return isinstance(node, Call) and FUNCTIONS[node.function].gives == "truth"


class _Reader:
    """Reads tokens from left to right, operators by how tightly they bind."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.at = 0
        self.open = 0

    def whole(self) -> Node:
        node = self.operation(1)
        if self.token.kind != "end":
            self.fail()
        return node

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def fail(self) -> None:
        refuse("EXPRESSION_SYNTAX", self.text, self.token.position)

    def take(self) -> Token:
        taken = self.token
        self.at += 1
        return taken

    def expect(self, sign: str) -> None:
        if self.token.kind != "sign" or self.token.text != sign:
            self.fail()
        self.at += 1

    def operation(self, weakest: int) -> Node:
        self.open += 1
        if self.open > _DEEPEST:
            self.fail()
        left = self.operand()
        while True:
            token = self.token
            level = PRECEDENCE.get(token.text, 0) if token.kind in ("sign", "word") else 0
            if level < weakest or level == 0:
                self.open -= 1
                return left
            self.at += 1
            left = Binary(token.text, left, self.operation(level + 1))

    def operand(self) -> Node:
        signs = 0
        while self.token.kind == "sign" and self.token.text == "-":
            self.at += 1
            signs += 1
        node = self.primary()
        for _ in range(signs):
            node = Negative(node)
        return node

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "text":
            return Literal(token.text[1:-1])
        if token.kind == "name":
            return Reference(token.text)
        if token.kind == "word":
            return self.call(token)
        return self.sign(token)

    def sign(self, token: Token) -> Node:
        if token.kind == "sign" and token.text == ".":
            return Current()
        if token.kind == "sign" and token.text == "(":
            node = self.operation(1)
            self.expect(")")
            return node
        return refuse("EXPRESSION_SYNTAX", self.text, token.position)

    def call(self, name: Token) -> Node:
        self.expect("(")
        function = FUNCTIONS.get(name.text)
        if function is None:
            refuse("EXPRESSION_UNKNOWN_FUNCTION", self.text, name.position, function=name.text[:60])
        arguments = self.arguments()
        too_many = function.most is not None and len(arguments) > function.most
        wrong = function.names_only and not all(isinstance(a, Reference) for a in arguments)
        if too_many or wrong or len(arguments) < function.fewest:
            refuse("EXPRESSION_ARGUMENTS", self.text, name.position, function=name.text)
        return Call(name.text, arguments)

    def arguments(self) -> tuple[Node, ...]:
        if self.token.kind == "sign" and self.token.text == ")":
            self.at += 1
            return ()
        found = [self.operation(1)]
        while self.token.kind == "sign" and self.token.text == ",":
            self.at += 1
            found.append(self.operation(1))
        self.expect(")")
        return tuple(found)
