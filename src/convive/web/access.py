"""Access rules of addresses: every view declares one, and a test walks all of them.

A rule says who may come in and by which methods. What a person may see *within* a page is the
view's own question: an object that somebody may not know of does not exist for them (404).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.urls import reverse

from convive.web.language import preferred_language
from convive.web.roles import EDITORS, Role

View = Callable[..., HttpResponseBase]
Methods = tuple[str, ...]

READ: Methods = ("GET", "HEAD")
WRITE: Methods = ("POST",)
FORM: Methods = ("GET", "HEAD", "POST")
"""A page with a form: it is read and it is sent."""

PUBLIC = "public"
ANYBODY = "anybody"
LINK_HOLDER = "link_holder"
PASSWORD_HOLDER = "password_holder"
SIGNED_IN = "signed_in"
ROLE = "role"
EDITOR = "editor"
READER = "reader"
HELD = "convive.held_back"
"""Key of a session that must set up a second factor before it opens anything else."""
NUL = "\0"
READS_BODY = "reads_body"
"""Attribute of a view that says itself how the body is read; see `fieldwork.uploads.in_memory`."""
OPEN = frozenset({PUBLIC, ANYBODY, LINK_HOLDER, PASSWORD_HOLDER})
"""Rules that ask for no session."""


@dataclass(frozen=True)
class Rule:
    """Who may come in, and by which methods; `roles` is empty where any account will do."""

    name: str
    methods: Methods = READ
    roles: frozenset[Role] = frozenset()
    is_for_held: bool = False
    """Whether it is also open to a session that is held back (`HELD`)."""

    def admits(self, user: Any) -> bool:
        """Tell whether a person may come in."""
        if self.name in OPEN:
            return True
        if not user.is_authenticated:
            return False
        return not self.roles or bool(self.roles & user.roles)


def public(view: View) -> View:
    """Declare that anybody may read this address, and that it can only be read.

    The answer must be the same for everybody; GET and HEAD only, anything else is 405.
    """
    return _guard(view, Rule(PUBLIC))


def anybody(methods: Methods = FORM) -> Callable[[View], View]:
    """Declare that anybody may use this address, also to send a form; never cached."""
    return _rule(Rule(ANYBODY, methods))


def link_holder(methods: Methods = FORM) -> Callable[[View], View]:
    """Declare that the address holds a secret, which the view checks (404 where it is wrong)."""
    return _rule(Rule(LINK_HOLDER, methods))


def password_holder(methods: Methods = READ) -> Callable[[View], View]:
    """Declare that every request carries e-mail address and password, which the view checks.

    For apps that speak HTTP Basic and keep no cookie; being signed in on a page opens nothing.
    """
    return _rule(Rule(PASSWORD_HOLDER, methods))


def signed_in(methods: Methods = READ) -> Callable[[View], View]:
    """Declare that any account may come in, also one without a role."""
    return _rule(Rule(SIGNED_IN, methods))


def held_too(methods: Methods = FORM) -> Callable[[View], View]:
    """Declare that any account may come in, also one that must set up a second factor first."""
    return _rule(Rule(SIGNED_IN, methods, is_for_held=True))


def role(*roles: Role, methods: Methods = READ) -> Callable[[View], View]:
    """Declare that only holders of one of these roles may come in."""
    return _rule(Rule(ROLE, methods, frozenset(roles)))


def editor(methods: Methods = READ) -> Callable[[View], View]:
    """Declare that only coordinators and analysts may come in."""
    return _rule(Rule(EDITOR, methods, EDITORS))


def reader(methods: Methods = READ) -> Callable[[View], View]:
    """Declare that any role may come in, but not an account without one."""
    return _rule(Rule(READER, methods, frozenset(Role)))


def rule_of(view: object) -> Rule | None:
    """Return the declared rule of a view, None where it declares none."""
    return getattr(view, "access_rule", None)


def is_private(request: HttpRequest) -> bool:
    """Tell whether the answer is for one person only and must not be kept by anybody else."""
    rule = getattr(request, "access_rule", None)
    return rule is not None and rule.name != PUBLIC


def _rule(rule: Rule) -> Callable[[View], View]:
    return lambda view: _guard(view, rule)


def _guard(view: View, rule: Rule) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        request.access_rule = rule  # type: ignore[attr-defined]
        is_closed = rule.name != PUBLIC and not settings.CONVIVE_HAS_WORKSPACE
        if is_closed or any(NUL in str(said) for said in kwargs.values()):
            raise Http404
        if request.method not in rule.methods:
            return HttpResponseNotAllowed(rule.methods)
        # A public page must not even ask who reads it: that would be a cookie and a query.
        if rule.name in OPEN:
            return view(request, *args, **kwargs)
        if request.user.is_authenticated and not rule.is_for_held and request.session.get(HELD):
            return _send_to(request, reverse("second-factor", args=(preferred_language(request),)))
        if rule.admits(request.user):
            _drop_nul(request, view)
            return view(request, *args, **kwargs)
        if request.user.is_authenticated:
            raise PermissionDenied
        return _send_to_sign_in(request)

    guarded.access_rule = rule  # type: ignore[attr-defined]
    return guarded


def _drop_nul(request: HttpRequest, view: View) -> None:
    """Take out of what was sent the one sign that PostgreSQL keeps in no text.

    The body is not looked at where the view itself says how it is read: photos must not touch a
    disk, and whoever reads the body first decides that.
    """
    for name in ("GET",) if getattr(view, READS_BODY, False) else ("GET", "POST"):
        said: QueryDict = getattr(request, name)
        if any(NUL in one for _, values in said.lists() for one in values):
            setattr(request, name, QueryDict(said.urlencode().replace("%00", "")))


def _send_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask nobody to sign in; the way back is kept for pages, not for what was sent."""
    address = reverse("sign-in", args=(preferred_language(request),))
    if request.method in READ and not request.headers.get("HX-Request"):
        address += "?" + urlencode({"next": request.get_full_path()})
    return _send_to(request, address)


def _send_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send on to another page, whole also where a fragment was asked for."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
