"""A page of another origin: our frames stand in it, our ordinary pages do not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

pytestmark = pytest.mark.functional
FRAME = "/en/embed/indicator/recorded_total_rate/"
ORDINARY = "/en/indicators/recorded_total_rate/"


@pytest.fixture
def elsewhere(address: str) -> Iterator[str]:
    """Address of a blog on another origin that shows both."""
    page = "".join(
        f'<iframe name="{name}" src="{address}{path}" width="360" height="640"></iframe>'
        for name, path in (("frame", FRAME), ("ordinary", ORDINARY))
    )

    class Blog(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Blog</title>{page}".encode())

        def log_message(self, *_told: Any) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Blog) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def test_a_frame_shows_on_another_site_and_an_ordinary_page_does_not(
    browser: Any, axe: str, address: str, elsewhere: str
) -> None:
    context = browser.new_context(viewport={"width": 800, "height": 720})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # Twice: what is kept of the first time must stand in the frame, too.
    for _ in range(2):
        page.goto(elsewhere, wait_until="load")
        frame = page.frame(name="frame")
        assert frame.locator("h1").inner_text() == "All recorded incidents"
        assert "n = " in frame.locator("main").inner_text()
        assert frame.locator("svg.map path").count() > 5
        assert (
            frame.evaluate("getComputedStyle(document.querySelector('.embed')).maxWidth") != "none"
        )
        refused = page.frame(name="ordinary")
        assert refused.url.startswith("chrome-error:"), "the browser's own page stands there"
        assert "All recorded incidents" not in refused.locator("body").inner_text()
    assert all(url.startswith((address, elsewhere)) for url in asked)
    assert context.cookies() == []
    context.close()
    meet(browser, axe, address)


def meet(browser: Any, axe: str, address: str) -> None:
    """Check a narrow frame in the dark and a wide one in the light."""
    for width, scheme in ((320, "dark"), (800, "light")):
        context = browser.new_context(
            viewport={"width": width, "height": 640}, color_scheme=scheme, bypass_csp=True
        )
        page = context.new_page()
        for path in (FRAME, "/de/embed/area/neighbourhood/n08/"):
            page.goto(address + path)
            page.evaluate(axe)
            faults = page.evaluate(
                "axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
            )
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert (faults, over) == ([], 0), (path, width)
        context.close()
