"""Numbers of questions and keys of choices: printed on paper, typed when paper is typed in.

One key a choice, so that a closed item takes one keystroke. Both are worked out from the
instrument alone: a sheet that was printed last year is typed in with the keys that stand on it.
"""

from __future__ import annotations

from convive.core.instruments.model import Choice, Instrument, Item, ItemType, Scale

_DIGITS = "1234567890"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_UNNUMBERED = frozenset({ItemType.NOTE, ItemType.CALCULATED})


def entry_keys(scale: Scale) -> dict[str, str]:
    """Return code → key of the choices of a scale, in its order.

    Codes that are one digit keep it. The others take the digits that are left, in order, and
    then letters; what measures nothing ("don't know") takes digits from 9 downwards, as coders
    are used to.

    Examples
    --------
    >>> yes, no = Choice("yes", {}), Choice("no", {})
    >>> entry_keys(Scale("yes_no", (yes, no)))
    {'yes': '1', 'no': '2'}
    """
    ranked = [choice for choice in scale.choices if choice.missing is None]
    apart = [choice for choice in scale.choices if choice.missing is not None]
    found: dict[str, str] = {}
    if all(_is_digit(choice.code) for choice in ranked if len(choice.code) == 1):
        found = {choice.code: choice.code for choice in ranked if _is_digit(choice.code)}
    _deal(ranked, list(_DIGITS + _LETTERS), found)
    _deal(apart, list(_DIGITS[8::-1] + "0" + _LETTERS), found)
    return {choice.code: found[choice.code] for choice in scale.choices if choice.code in found}


def question_numbers(instrument: Instrument) -> dict[str, int]:
    """Return item → number from 1, in the order of the form; what takes no answer has none."""
    asked = [item.id for item in instrument.items() if is_numbered(item)]
    return {name: number for number, name in enumerate(asked, start=1)}


def is_numbered(item: Item) -> bool:
    """Whether an item takes an answer from a person."""
    return item.type not in _UNNUMBERED


def _is_digit(code: str) -> bool:
    return len(code) == 1 and code in _DIGITS


def _deal(choices: list[Choice], keys: list[str], found: dict[str, str]) -> None:
    free = [key for key in keys if key not in found.values()]
    for choice, key in zip((one for one in choices if one.code not in found), free, strict=False):
        found[choice.code] = key
