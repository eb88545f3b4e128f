"""The addresses that field apps speak to; each behind two doors, a link and an account.

No cookie, no session, no redirect: the address or the password is the credential, so a forged
request of another site carries none, and the check against those is left out.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from convive.catalogue.texts import say
from convive.core.errors import ConviveError, NotFoundError, RequestError
from convive.web import access
from convive.web.accounts import throttle
from convive.web.accounts.models import Account
from convive.web.accounts.selectors import opens_by_password_alone
from convive.web.fieldwork.actions.field_forms import current_form
from convive.web.fieldwork.actions.field_submissions import take
from convive.web.fieldwork.actions.receive import Outcome, Receipt
from convive.web.fieldwork.allowance import Allowance
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.models import FieldForm as KeptForm
from convive.web.fieldwork.openrosa_answers import (
    MOST_BYTES,
    document,
    language_for,
    refused,
    told,
)
from convive.web.fieldwork.selectors import field_apps
from convive.web.fieldwork.selectors.field_apps import Door
from convive.web.fieldwork.tokens import find_link
from convive.web.roles import EDITORS, Role
from convive.wiring.openrosa import (
    PLACES_FILE,
    FormEntry,
    MediaFile,
    Part,
    form_list,
    manifest,
    md5_of,
    parse_multipart,
    places_csv,
    read_announced,
    read_chunked,
    read_to_end,
)

Entered = Callable[..., HttpResponse]
SENDING: access.Methods = ("HEAD", "POST")
FIELD_ROLES = EDITORS | {Role.FIELD}
STAFF_BASE = "/odk/staff"
SENDINGS = Allowance(limit=5_000, seconds=600)
"""Of one link: forty phones that send a walk of twelve stops with photos at once stay below."""
_REST_OF_LIST = "formList"


def through_link(view: Entered, methods: access.Methods = access.READ) -> access.View:
    """Return a view behind the secret in its address."""

    @wraps(view)
    def entered(request: HttpRequest, token: str, **kwargs: str) -> HttpResponseBase:
        link = find_link(token)
        if link is None or link.kind not in field_apps.LINK_KINDS:
            return refused(NotFoundError("OPENROSA_LINK"), language_for(request))
        language = language_for(request, (link.campaign.languages or ["en"])[0])
        address = reverse("odk-forms", kwargs={"token": token}).removesuffix(f"/{_REST_OF_LIST}")
        door = Door(request.build_absolute_uri(address), language, link=link)
        return _answered(view, request, door, **kwargs)

    return csrf_exempt(access.link_holder(methods)(entered))


def with_password(view: Entered, methods: access.Methods = access.READ) -> access.View:
    """Return a view behind an account's e-mail address and password (HTTP Basic, TLS only)."""

    @wraps(view)
    def entered(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        try:
            account = _recognised(request)
        except ConviveError as error:
            return refused(error, language_for(request))
        language = language_for(request, account.language)
        door = Door(request.build_absolute_uri(STAFF_BASE), language, account=account)
        return _answered(view, request, door, **kwargs)

    return csrf_exempt(access.password_holder(methods)(entered))


def forms(request: HttpRequest, door: Door) -> HttpResponse:
    """List the forms; what else stands in the question (``deviceID``) is not looked at."""
    wanted = request.GET.get("formID", "")
    every_version = request.GET.get("listAllVersions") == "true"
    entries = [
        _entry(door, campaign, kept)
        for campaign in field_apps.offered(door, timezone.localdate())
        if wanted in {"", campaign.code}
        for kept in _versions(campaign, every=every_version)
    ]
    return document(form_list(entries, verbose=request.GET.get("verbose") == "true"))


def form(request: HttpRequest, door: Door, campaign: str, version: str) -> HttpResponse:  # noqa: ARG001
    """Give a form, byte for byte as its MD5 was told."""
    kept = field_apps.find_field_form(field_apps.find_campaign(door, campaign), version)
    return document(bytes(kept.xml))


def form_manifest(request: HttpRequest, door: Door, campaign: str, version: str) -> HttpResponse:  # noqa: ARG001
    """List the files that a form needs."""
    found = field_apps.find_campaign(door, campaign)
    field_apps.find_field_form(found, version)
    if not field_apps.has_places(found):
        return document(manifest([]))
    address = f"{door.base}/forms/{found.code}/{PLACES_FILE}"
    return document(manifest([MediaFile(PLACES_FILE, md5_of(_places(door, found)), address)]))


def places(request: HttpRequest, door: Door, campaign: str) -> HttpResponse:  # noqa: ARG001
    """Give the planned places as the file that the form chooses from."""
    found = field_apps.find_campaign(door, campaign)
    return HttpResponse(_places(door, found), content_type="text/csv; charset=utf-8")


def submission(request: HttpRequest, door: Door) -> HttpResponse:
    """Say that forms are taken here (HEAD), or take one (POST)."""
    if request.method == "HEAD":
        return HttpResponse(status=204)
    if not SENDINGS.take(door.key):
        raise RequestError("OPENROSA_TOO_OFTEN")
    receipt = take(door, _parts(request), now=timezone.now())
    status = 201 if receipt.outcome is Outcome.NEW else 202
    return told(_sentence(receipt, door.language), door.language, status=status)


def _answered(view: Entered, request: HttpRequest, door: Door, **kwargs: str) -> HttpResponse:
    try:
        answer = view(request, door, **kwargs)
    except ConviveError as error:
        return refused(error, door.language)
    answer.headers.setdefault("Content-Language", door.language)
    return answer


def _recognised(request: HttpRequest) -> Account:
    """Return the account; guessing is slowed down as at the sign-in page.

    Raises
    ------
    RequestError
        OPENROSA_INSECURE before any password is asked for, OPENROSA_SIGN_IN, OPENROSA_ROLE,
        OPENROSA_TOO_OFTEN; OPENROSA_NO_PASSWORD where the account needs more than a password,
        which no field app asks for.
    """
    if not request.is_secure():
        raise RequestError("OPENROSA_INSECURE")
    email, password = _credentials(request.headers.get("Authorization", ""))
    if not email:
        raise RequestError("OPENROSA_SIGN_IN")
    tried = throttle.try_in(email, throttle.address_of(request))
    if not tried.is_free:
        raise RequestError("OPENROSA_TOO_OFTEN")
    account = authenticate(request, username=email, password=password)
    if not isinstance(account, Account):
        raise RequestError("OPENROSA_SIGN_IN")
    throttle.forget(tried)
    if not opens_by_password_alone(account):
        raise RequestError("OPENROSA_NO_PASSWORD")
    if not account.roles & FIELD_ROLES:
        raise RequestError("OPENROSA_ROLE")
    return account


def _credentials(header: str) -> tuple[str, str]:
    kind, _, packed = header[:1000].partition(" ")
    try:
        said = base64.b64decode(packed, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return "", ""
    email, colon, password = said.partition(":")
    return (email, password) if kind.lower() == "basic" and colon and "\0" not in said else ("", "")


def _versions(campaign: Campaign, *, every: bool) -> list[KeptForm]:
    current = current_form(campaign)
    earlier = campaign.field_forms.exclude(pk=current.pk) if every else ()
    return [*earlier, current]


def _entry(door: Door, campaign: Campaign, kept: KeptForm) -> FormEntry:
    address = f"{door.base}/forms/{campaign.code}/{kept.version}"
    return FormEntry(
        form_id=campaign.code,
        name=campaign.title,
        version=kept.version,
        md5=kept.md5,
        download_url=f"{address}.xml",
        manifest_url=f"{address}/manifest" if field_apps.has_places(campaign) else "",
        description=say(f"openrosa.kind.{campaign.kind}", door.language),
    )


def _places(door: Door, campaign: Campaign) -> bytes:
    rater = field_apps.rater_of(door, campaign)
    # The campaign's language, not the request's: the file must not change with a header.
    language = (campaign.languages or ["en"])[0]
    return places_csv(field_apps.place_rows(campaign, rater, language))


def _parts(request: HttpRequest) -> tuple[Part, ...]:
    return parse_multipart(request.headers.get("Content-Type", ""), _body(request))


def _body(request: HttpRequest) -> bytes:
    """Return the body, also where its length was not announced; never kept on the disk."""
    announced = str(request.META.get("CONTENT_LENGTH") or "")
    try:
        if announced.isdecimal():
            return read_announced(request, int(announced), most=MOST_BYTES)
        if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
            return b""
        stream = request.META["wsgi.input"]
        if request.META.get("wsgi.input_terminated"):
            return read_to_end(stream, most=MOST_BYTES)
        return read_chunked(stream, most=MOST_BYTES)
    except OSError as error:
        raise RequestError("OPENROSA_CUT_SHORT") from error


def _sentence(receipt: Receipt, language: str) -> str:
    if receipt.missing:
        return say("openrosa.waiting", language, n=len(receipt.missing))
    key = "openrosa.received" if receipt.outcome is Outcome.NEW else "openrosa.received_before"
    return say(key, language)
