"""Tags that draw forms of things that several people write at once."""

from __future__ import annotations

from typing import Any

from django import template

from convive.web.workspace.presenters.clashes import present_clashes
from convive.web.workspace.presenters.plan_page import money_text

register = template.Library()


@register.inclusion_tag("workspace/form.html", takes_context=True)
def written_form(
    context: template.Context, form: Any, button: str, **options: str
) -> dict[str, Any]:
    """Draw a whole form with its button, and what clashed.

    Parameters
    ----------
    button : str
        Key of the text on the button.
    options : str
        `action` (another address), `id`, `cancel` (address to go back to).
    """
    return {
        "form": form, "button": button, "options": options, "language": context["language"],
        "csrf_token": context.get("csrf_token"),
        "clashes": present_clashes(form, context["language"]),
    }  # fmt: skip


@register.inclusion_tag("workspace/clash.html", takes_context=True)
def written_clashes(context: template.Context, form: Any) -> dict[str, Any]:
    """Draw what clashed, within a form that a page draws itself."""
    language = context["language"]
    return {"form": form, "clashes": present_clashes(form, language), "language": language}


@register.simple_tag(takes_context=True)
def money(context: template.Context, amount: Any, currency: str) -> str:
    """Return an amount of money as the reader writes it."""
    return money_text(amount, currency, context["language"])


@register.simple_tag
def nth(items: Any, number: int) -> Any:
    """Return an item of a list by its number."""
    return items[number]
