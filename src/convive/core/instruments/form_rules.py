"""The rules of a form as JSON: what the phone page needs to ask, compute and check without us.

Texts are not among them: the page has them already.
"""

from __future__ import annotations

from typing import Any

from convive.core.instruments.expression import Expression
from convive.core.instruments.model import Instrument, Item
from convive.core.instruments.structure import Slot, structure_of


def rules_of(instrument: Instrument) -> dict[str, Any]:
    """Return the rules of an instrument, to be written as JSON and read by ``filling.js``.

    Returns
    -------
    dict
        `parts`: items and sections in the order of the form; `order`: their ids so that each
        comes after what it needs.
    """
    structure = structure_of(instrument)
    return {
        "id": instrument.id,
        "version": instrument.version,
        "parts": [_part(slot) for slot in structure.slots.values()],
        "order": [slot.id for slot in structure.order],
    }


def _part(slot: Slot) -> dict[str, Any]:
    common = {
        "id": slot.id,
        "parent": slot.parent,
        "rounds": list(slot.rounds),
        "relevant": _tree(slot.relevant),
    }
    if isinstance(slot.part, Item):
        return {
            **common,
            "type": str(slot.part.type),
            "required": slot.part.is_required,
            "calculation": _tree(slot.calculation),
            "constraint": _tree(slot.constraint),
            "codes": list(slot.codes),
            "default": slot.part.default,
        }
    return {
        **common,
        "type": "rounds" if slot.part.repeats else "group",
        "count": _tree(slot.count),
        "atLeast": slot.part.at_least,
        "atMost": slot.part.at_most,
    }


def _tree(expression: Expression | None) -> list[Any] | None:
    return expression.to_json() if expression is not None else None
