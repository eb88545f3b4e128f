"""What phones send from a walk, and what they ask: JSON and photos, one request each.

The token in the address is the credential: no cookie is read or set, so nothing can be done in
somebody's name by another site, and there is no form token to check. A request that a browser
marks as coming from another site is refused all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from convive.catalogue.texts import say
from convive.core.errors import (
    ConflictError,
    ConviveError,
    NotFoundError,
    RequestError,
    SourceError,
    StorageError,
)
from convive.web import access
from convive.web.fieldwork.actions.receive import Outcome, Receipt, receive, receive_photo
from convive.web.fieldwork.allowance import PHONE_SENDINGS
from convive.web.fieldwork.forms.walk import LARGEST_FORM, read_envelope
from convive.web.fieldwork.models import AccessLink
from convive.web.fieldwork.selectors import walk as selectors
from convive.web.fieldwork.views.walk import find_or_404, version_of

LARGEST_PHOTO = 8 * 1024 * 1024
"""Bytes; a phone sends at most 2048 pixels a side, which is far less."""
MOST_ASKED = 200

Answer = Callable[..., HttpResponse]


def _spoken(view: Answer) -> Answer:
    """Answer every refusal as JSON with a code, a sentence, and whether trying again may help."""

    @wraps(view)
    def answered(request: HttpRequest, language: str, token: str, **more: str) -> HttpResponse:
        link = find_or_404(token)
        if _is_foreign(request):
            return _refusal(RequestError("WALK_FOREIGN_SITE"), language)
        if link.revoked_at is not None:
            return _refusal(NotFoundError("WALK_REVOKED"), language, status=410)
        if request.method not in access.READ and not PHONE_SENDINGS.take(link.pk):
            return _refusal(SourceError("WALK_BUSY"), language, status=429)
        try:
            return view(request, link, language, token, **more)
        except UnreadablePostError:
            return _refusal(SourceError("WALK_CUT_OFF"), language)
        except ConviveError as error:
            return _refusal(error, language)

    return answered


@access.link_holder(methods=access.READ)
@_spoken
def state(request: HttpRequest, link: AccessLink, language: str, token: str) -> HttpResponse:
    """Say what the server has of the forms asked for, which visits are done, what is current."""
    asked = request.GET.getlist("form")[:MOST_ASKED]
    return _reply({
        "version": version_of(link, language, token),
        "takesForms": link.campaign.takes_forms,
        "done": selectors.done_visits(link),
        "forms": selectors.what_the_server_has(link, asked),
    })  # fmt: skip


@csrf_exempt  # no cookie is used: the token in the address is the credential
@access.link_holder(methods=access.WRITE)
@_spoken
def form(
    request: HttpRequest, link: AccessLink, language: str, token: str, form_id: str
) -> HttpResponse:
    """Take a filled-in form; sent twice it is kept once."""
    del language, token
    identifier = selectors.as_form_id(form_id)
    if identifier is None:
        raise Http404
    now = timezone.now()
    envelope = read_envelope(_body(request, LARGEST_FORM), identifier, link, now=now)
    receipt = receive(envelope, now=now)
    return _told(receipt, status=201 if receipt.outcome is Outcome.NEW else 200)


@csrf_exempt  # as `form`
@access.link_holder(methods=("PUT",))
@_spoken
def photo(
    request: HttpRequest, link: AccessLink, language: str, token: str, form_id: str, name: str
) -> HttpResponse:
    """Take one photo of a form that came before."""
    del language, token
    identifier = selectors.as_form_id(form_id)
    known = selectors.own_forms(link)
    submission = known.filter(pk=identifier).first() if identifier else None
    if submission is None:
        raise Http404
    return _told(receive_photo(submission, name, _body(request, LARGEST_PHOTO)))


def _told(receipt: Receipt, status: int = 200) -> HttpResponse:
    return _reply(selectors.arrived(receipt.submission), status)


def _body(request: HttpRequest, limit: int) -> bytes:
    """Return what was sent, whole.

    Raises
    ------
    RequestError
        WALK_TOO_LARGE; WALK_NOT_READABLE: nothing at all.
    SourceError
        WALK_CUT_OFF: the network broke off; sending again helps.
    """
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > limit:
        raise RequestError("WALK_TOO_LARGE", limit=limit // 1024 // 1024)
    data = bytes(request.read(length))
    if len(data) < length:
        raise SourceError("WALK_CUT_OFF")
    if not data:
        raise RequestError("WALK_NOT_READABLE")
    return data


def _is_foreign(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "")
    if site not in {"same-origin", "none"}:
        return True
    return bool(origin) and urlsplit(origin).netloc != request.get_host()


_STATUS: tuple[tuple[type[ConviveError], int], ...] = (
    (NotFoundError, 404),
    (ConflictError, 409),
    (RequestError, 422),
    (SourceError, 503),
    (StorageError, 503),
)
_OWN_STATUS = {
    "WALK_FOREIGN_SITE": 403, "WALK_TOO_LARGE": 413, "PHOTO_TOO_LARGE": 413,
    "WALK_NOT_READABLE": 400, "WALK_CUT_OFF": 400, "CAMPAIGN_CLOSED": 409,
}  # fmt: skip


def _refusal(error: ConviveError, language: str, status: int = 0) -> HttpResponse:
    by_kind = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    return _reply(
        {
            "code": error.code,
            "text": say(f"error.{error.code}", language, **error.data),
            # What the sender cannot mend by waiting is not sent again by itself.
            "again": isinstance(error, SourceError | StorageError),
        },
        status or _OWN_STATUS.get(error.code, by_kind),
    )


def _reply(found: dict[str, object], status: int = 200) -> HttpResponse:
    response = JsonResponse(found, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
