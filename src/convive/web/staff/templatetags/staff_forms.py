"""Tags that draw a form: summary of what is wrong, then field by field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from babel.dates import format_datetime
from django import template
from django.forms import BoundField, CheckboxInput

from convive.catalogue import texts

register = template.Library()


@register.inclusion_tag("staff/form.html", takes_context=True)
def staff_form(context: template.Context, form: Any, button: str, **options: str) -> dict[str, Any]:
    """Draw a whole form with its button.

    Parameters
    ----------
    button : str
        Key of the text on the button.
    options : str
        `action` (another address), `id`.
    """
    return {
        "form": form, "button": button, "options": options,
        "language": context["language"], "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


@register.inclusion_tag("staff/form_summary.html", takes_context=True)
def form_summary(context: template.Context, form: Any) -> dict[str, Any]:
    """Draw the list of everything that is wrong, each linked to its field."""
    problems = [{"text": text, "target": ""} for text in form.sentences()]
    for bound in form:
        target = f"{bound.auto_id}_0" if bound.field.widget.use_fieldset else bound.auto_id
        problems += [
            {"text": text, "target": target, "label": bound.label}
            for text in form.sentences(bound.name)
        ]
    return {"problems": problems, "language": context["language"]}


@register.inclusion_tag("staff/form_field.html", takes_context=True)
def form_field(context: template.Context, field: BoundField) -> dict[str, Any]:
    """Draw one field: label, hint, error, control; tied together for screen readers."""
    return {
        "field": field,
        "is_tick": isinstance(field.field.widget, CheckboxInput),
        "sentences": field.form.sentences(field.name),  # type: ignore[attr-defined]
        "language": context["language"],
    }


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime) -> str:
    """Return day and time of the clock as the reader writes them, in UTC."""
    return str(
        format_datetime(at.astimezone(UTC), "medium", locale=texts.locale_of(context["language"]))
    )


@register.simple_tag(takes_context=True)
def reason(context: template.Context, code: str, **params: Any) -> str:
    """Return an error code in words where it needs nothing else, else the code itself."""
    key = f"error.{code}"
    entry = texts.texts_of(texts.FALLBACK).get(key)
    if entry is None or set(texts.placeholders(entry)) - set(params):
        return code
    return texts.say(key, context["language"], **params)
