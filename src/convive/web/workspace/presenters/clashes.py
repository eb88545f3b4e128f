"""What clashed in a form, as the page asks about it."""

from __future__ import annotations

from typing import Any

from convive.web.workspace.editable import kind_of
from convive.web.workspace.forms.written import ShownClash, WrittenForm
from convive.web.workspace.models import Revision
from convive.web.workspace.presenters.differences import differences
from convive.web.workspace.presenters.values import value_text


def present_clashes(form: Any, language: str) -> list[dict[str, Any]]:
    """Return field by field what was there, what is kept now, and what was written."""
    if not isinstance(form, WrittenForm) or not form.clashes or form.thing is None:
        return []
    last = (
        Revision.objects.select_related("by")
        .filter(object_kind=kind_of(form.thing), object_id=form.thing.pk)
        .first()
    )
    who = str(last.by) if last and last.by else ""
    return [_shown(form, one, who, language) for one in form.clashes]


def _shown(form: WrittenForm, one: ShownClash, who: str, language: str) -> dict[str, Any]:
    model = type(form.thing)
    base, kept, sent = (
        value_text(model, one.name, value, language)  # type: ignore[arg-type]
        for value in (one.clash.base, one.clash.kept, one.clash.sent)
    )
    return {
        "name": one.name, "label": one.label, "version": one.version, "who": who,
        "base": base, "kept": differences(base, kept), "sent": differences(base, sent),
        "choices": one.choices,
        "seen_name": form.add_prefix(f"seen_{one.name}"),
        "choose_name": form.add_prefix(f"choose_{one.name}"),
    }  # fmt: skip
