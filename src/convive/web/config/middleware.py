"""What every request and every answer passes: a limit of size, and headers."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from convive.web import access

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from anywhere else, nothing inline: a page cannot be made to call out."""

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

MOST_BYTES = 100 * 2**20
"""Nothing that anybody sends is larger; the rest is turned away before a byte of it is read."""


def protect(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Add the content policy and its companions to every answer, static files included."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = HttpResponse(status=413) if _is_giant(request) else get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if access.is_private(request):
            response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def _is_giant(request: HttpRequest) -> bool:
    """Tell whether a request says that it is too large; one that says no number has no body."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdigit() and (len(length) > 12 or int(length) > MOST_BYTES)
