"""Tags for pages that hand out links: the code that sets up a field app, the code of a link.

::

    {% load field_apps %}
    {% field_app_setup link %}
    {% qr_code address title %}
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from convive.catalogue.texts import say
from convive.web.fieldwork.field_app_setup import setup_of
from convive.web.fieldwork.models import AccessLink
from convive.wiring.qr_codes import draw_qr

register = template.Library()


@register.inclusion_tag("fieldwork/field_app_setup.html", takes_context=True)
def field_app_setup(context: template.RequestContext, link: AccessLink) -> dict[str, Any]:
    """Draw the steps, the code and the address by which a phone gets the forms of a link."""
    language = context["language"]
    setup = setup_of(context.request, link)
    code = draw_qr(setup.settings, title=say("openrosa.setup.code", language))
    return {"language": language, "setup": setup, "code": mark_safe(code)}


@register.simple_tag
def qr_code(address: str, title: str) -> SafeString:
    """Draw the code of an address; `title` says in words what it leads to."""
    return mark_safe(draw_qr(address, title=title))
