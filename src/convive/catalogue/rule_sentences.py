"""Says a skip rule in words, for somebody who reads the form on paper.

What is common in forms becomes a sentence ("only if question 4 is “yes” or “partly”"); anything
else is shown as the rule itself with the numbers of the questions, which is plain, never wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from babel.lists import format_list

from convive.catalogue.texts import known_language, localised, say
from convive.core.instruments.entry_keys import question_numbers
from convive.core.instruments.expression import parse
from convive.core.instruments.expression_tree import (
    Binary,
    Call,
    Literal,
    Node,
    Number,
    Reference,
    number_text,
)
from convive.core.instruments.model import Choice, Instrument, Item, ItemType

_SWAPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_WORDS = {"=": "equals", "!=": "differs", "<": "below", "<=": "at_most", ">": "above", ">=": "at_least"}  # fmt: skip


def rule_sentence(rule: str, instrument: Instrument, language: str) -> str:
    """Return a skip rule as a sentence; empty where there is no rule.

    Parameters
    ----------
    rule : str
        Expression as in the instrument, ``${a} = 'yes' or ${a} = 'partly'``.
    """
    if not rule.strip():
        return ""
    saying = _Saying(instrument, known_language(language), question_numbers(instrument))
    said = saying.condition(parse(rule).tree)
    if said is not None:
        return say("paper.only_if", language, rule=said)
    paths = {name: f"[{number}]" for name, number in saying.numbers.items()}
    return say("paper.see_rule", language, rule=parse(rule).to_xpath(paths))


@dataclass(frozen=True)
class _Saying:
    """Turns trees into words; None wherever they would be longer or less sure than the rule."""

    instrument: Instrument
    language: str
    numbers: Mapping[str, int]

    def condition(self, node: Node) -> str | None:
        if isinstance(node, Binary) and node.operator in ("and", "or"):
            return self.joined(node)
        return self.single(node)

    def joined(self, node: Binary) -> str | None:
        same = self.same_question(node)
        if same is not None:
            return same
        parts = [self.part(one, node.operator) for one in _operands(node, node.operator)]
        said = [part for part in parts if part is not None]
        if len(said) < len(parts):
            return None
        return self.listed(said, "or" if node.operator == "or" else "standard")

    def part(self, node: Node, around: str) -> str | None:
        """Say one operand; "a and b or c" would be read in two ways, so it is not said."""
        if isinstance(node, Binary) and node.operator in ("and", "or") and node.operator != around:
            return self.same_question(node)
        return self.single(node)

    def same_question(self, node: Binary) -> str | None:
        """Say ``x = 'a' or x = 'b'`` as one condition on one question."""
        if node.operator != "or":
            return None
        pairs = [_equality(one) for one in _operands(node, "or")]
        names = {pair[0] for pair in pairs if pair is not None}
        if None in pairs or len(names) != 1:
            return None
        item = self.asked(names.pop())
        codes = [pair[1] for pair in pairs if pair is not None]
        if item is None or item.type is not ItemType.CHOICE or "" in codes:
            return None
        return self.about(item, "is", [_choice(item, code) for code in codes])

    def single(self, node: Node) -> str | None:
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, Binary) and node.operator in _WORDS:
            return self.comparison(node)
        return None

    def call(self, node: Call) -> str | None:
        if node.function == "not":
            return self.negated(node.arguments[0])
        if node.function == "selected":
            return self.selected(node, "ticked")
        return None

    def negated(self, node: Node) -> str | None:
        if isinstance(node, Call) and node.function == "selected":
            return self.selected(node, "not_ticked")
        if isinstance(node, Binary) and node.operator in _NEGATED:
            return self.comparison(Binary(_NEGATED[node.operator], node.left, node.right))
        return None

    def selected(self, node: Call, how: str) -> str | None:
        name, code = node.arguments[0], node.arguments[1]
        if not isinstance(name, Reference) or not isinstance(code, Literal):
            return None
        item = self.asked(name.name)
        return self.about(item, how, [_choice(item, code.value)]) if item else None

    def comparison(self, node: Binary) -> str | None:
        left, right, operator = node.left, node.right, node.operator
        if not isinstance(left, Reference):
            left, right, operator = right, left, _SWAPPED[operator]
        if not isinstance(left, Reference):
            return None
        item = self.asked(left.name)
        if item is None:
            return None
        if isinstance(right, Reference):
            return self.two_questions(item, operator, right.name)
        if isinstance(right, Literal) and operator in ("=", "!="):
            return self.text(item, operator, right.value)
        return self.number(item, operator, right.value) if isinstance(right, Number) else None

    def two_questions(self, item: Item, operator: str, other: str) -> str | None:
        if self.asked(other) is None:
            return None
        key = f"paper.rule.both_{_WORDS[operator]}"
        return say(key, self.language, n=self.numbers[item.id], other=self.numbers[other])

    def text(self, item: Item, operator: str, value: str) -> str | None:
        if not value:
            key = "paper.rule.answered" if operator == "!=" else "paper.rule.unanswered"
            return say(key, self.language, n=self.numbers[item.id])
        if item.type is ItemType.CHOICE:
            how = "is" if operator == "=" else "is_not"
            return self.about(item, how, [_choice(item, value)])
        return None

    def number(self, item: Item, operator: str, value: float) -> str | None:
        if item.type in (ItemType.INTEGER, ItemType.DECIMAL):
            key = f"paper.rule.{_WORDS[operator]}"
            return say(key, self.language, n=self.numbers[item.id], value=number_text(value))
        if item.type is not ItemType.CHOICE or item.scale is None:
            return None
        chosen: list[Choice | None] = [
            choice for choice in item.scale.choices if _holds(choice.code, operator, value)
        ]
        return self.about(item, "is", chosen) if chosen else None

    def about(self, item: Item, how: str, choices: list[Choice | None]) -> str | None:
        labels = [localised(choice.label, self.language) for choice in choices if choice]
        if not labels or len(labels) < len(choices):
            return None
        quoted = [say("paper.quoted", self.language, text=label) for label in labels]
        number = self.numbers[item.id]
        return say(f"paper.rule.{how}", self.language, n=number, labels=self.listed(quoted, "or"))

    def listed(self, parts: list[str], style: str) -> str:
        chosen = "or" if style == "or" else "standard"
        return str(format_list(parts, style=chosen, locale=self.language))  # type: ignore[arg-type]

    def asked(self, name: str) -> Item | None:
        return self.instrument.item(name) if name in self.numbers else None


def _operands(node: Node, operator: str) -> list[Node]:
    if isinstance(node, Binary) and node.operator == operator:
        return [*_operands(node.left, operator), *_operands(node.right, operator)]
    return [node]


def _equality(node: Node) -> tuple[str, str] | None:
    if not isinstance(node, Binary) or node.operator != "=":
        return None
    if isinstance(node.left, Reference) and isinstance(node.right, Literal):
        return node.left.name, node.right.value
    return None


def _choice(item: Item | None, code: str) -> Choice | None:
    return item.scale.choice(code) if item is not None and item.scale is not None else None


def _holds(code: str, operator: str, value: float) -> bool:
    try:
        number = float(code)
    except ValueError:
        return False
    return {
        "=": number == value,
        "!=": number != value,
        "<": number < value,
        "<=": number <= value,
        ">": number > value,
        ">=": number >= value,
    }[operator]
