"""What is looked at in a page, with a validator, with two checkers or with a ruler."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from factories.public_pages import PublicPage

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = Path(__file__).with_name("validate_pages.mjs")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Fault = tuple[str, ...]

_SKIP = "details:not([open]) > :not(summary), .scroll, svg, .hidden, .skip, [hidden], .stack thead"
OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth;
  const over = [...document.body.querySelectorAll('*')].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && (box.left < -1 || box.right > width + 1) && !e.closest('SKIPPED');
  }).map((e) => e.outerHTML.slice(0, 120));
  const root = document.documentElement;
  return root.scrollWidth > root.clientWidth ? ['scrolls sideways', ...over] : over;
}""".replace("SKIPPED", _SKIP)
CLIPPED = """() => [...document.body.querySelectorAll('*')].filter((e) => {
  const style = getComputedStyle(e);
  const hides = ['hidden', 'clip'];
  return !e.closest('SKIPPED') && (
    (hides.includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1) ||
    (hides.includes(style.overflowY) && e.scrollHeight > e.clientHeight + 1));
}).map((e) => e.outerHTML.slice(0, 120))""".replace("SKIPPED", _SKIP)
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important;"
    " word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"
)
LEAVES_MOTION = """() => [...document.querySelectorAll('*')].filter((e) => {
  const style = getComputedStyle(e);
  const lasts = (times) => times.split(',').some((one) => parseFloat(one) > 0);
  return lasts(style.transitionDuration) || (style.animationName !== 'none') ||
    style.scrollBehavior === 'smooth';
}).map((e) => e.outerHTML.slice(0, 120))"""
HIDDEN_FOCUS = """() => {
  const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter((e) => !e.disabled && e.tabIndex >= 0 && e.type !== 'hidden' && e.getClientRects().length && !e.closest('svg'));
  return stops.filter((e) => {
    e.focus();
    if (document.activeElement !== e) return false;
    const boxes = [...e.getClientRects()];
    return !boxes.some((box) => {
      const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
      const y = Math.min(Math.max(box.top + Math.min(box.height, 40) / 2, 1), innerHeight - 1);
      const there = document.elementFromPoint(x, y);
      const label = e.labels && [...e.labels].some((one) => one.contains(there));
      return there && (e.contains(there) || there.contains(e) || label);
    });
  }).map((e) => e.outerHTML.slice(0, 120));
}"""
NAMELESS_PICTURES = """() => [...document.querySelectorAll('svg, img, canvas')].filter((e) => {
  if (e.closest('[aria-hidden=true]')) {
    // Drawn beside its words: the cell, the card or the line that it stands in has them.
    const near = e.closest('td, li, article, p, a, dd, figure, .brand') ?? e.parentElement;
    return !(near?.closest('tr') ?? near)?.textContent.trim();
  }
  const named = e.getAttribute('aria-label')?.trim() || e.getAttribute('alt')?.trim();
  if (!named || !['img', 'group'].includes(e.getAttribute('role') ?? 'img')) return true;
  // A picture of figures has them as a table, too.
  const around = e.closest('section') ?? e.parentElement;
  return !around.querySelector('table') && !around.querySelector('a[href*="indicators/"]');
}).map((e) => e.outerHTML.slice(0, 160))"""
EVERY_WORD = """() => {
  const said = [document.title];
  const read = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const silent = 'script, style, template, code, pre, [lang]:not(html), .raw';
  while (read.nextNode()) {
    if (!read.currentNode.parentElement.closest(silent)) said.push(read.currentNode.data);
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
    for (const one of document.querySelectorAll(`[${name}]`)) said.push(one.getAttribute(name));
  }
  return said.join(' | ');
}"""
SNIFFS_OFF = {
    "1_3_1.H43.HeadersRequired": "wants `headers` where a table has heads of groups of rows;"
    " `scope` says the same, and axe and html-validate read it",
    "1_3_5.H98": "knows `username` only for boxes of kind text; HTML has it for e-mail as well,"
    " and axe looks at it (autocomplete-valid)",
    "1_3_1.H42.2": "the walk's page holds a heading that its script fills before it is shown",
    "3_2_2.H32.2": "the form of a stop is finished by a button behind it: Enter must not end a stop",
}
"""Parts of a code of HTML_CodeSniffer → why it is not looked at."""


def markup_faults(pages: Iterable[PublicPage]) -> list[dict[str, Any]]:
    """Return what html-validate finds, all pages in one process; skip where it is missing."""
    node = shutil.which("node") or str(ROOT / ".venv/bin/node")
    if not (ROOT / "node_modules/html-validate").exists() or not Path(node).exists():
        pytest.skip("html-validate is not installed; run `npm ci`.")
    sent = [{"name": page.label, "kind": page.name, "html": page.html} for page in pages]
    said = subprocess.run(
        [node, str(VALIDATOR)], input=json.dumps(sent), capture_output=True, text=True, check=True
    )
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return found


def sniffer() -> str:
    """Return HTML_CodeSniffer, which pa11y runs as well, or a skip.

    Some of its messages have no translation, at which it would stop.
    """
    path = ROOT / "node_modules/html_codesniffer/build/HTMLCS.js"
    if not path.exists():
        pytest.skip("html_codesniffer is not installed; run `npm ci`.")
    patched = (
        "HTMLCS.getTranslation = (f => key => f.call(HTMLCS, key) ?? key)(HTMLCS.getTranslation);"
    )
    return f"{path.read_text(encoding='utf-8')};{patched}"


def faults_of(page: Any, axe: str) -> list[Fault]:
    """Return what axe and HTML_CodeSniffer find in the page that is open, in both themes.

    The structure is the same in both: in the dark one only the contrast is looked at again.
    """
    page.emulate_media(color_scheme="light")
    page.evaluate(f"{axe};{sniffer()}")
    found = _by_axe(page, {"type": "tag", "values": RULES}) + _by_sniffer(page)
    page.emulate_media(color_scheme="dark")
    found += [("dark", *one) for one in _by_axe(page, ["color-contrast"])]
    page.emulate_media(color_scheme="light")
    return found


def _by_axe(page: Any, rules: Any) -> list[Fault]:
    result = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules
    )
    return [(one["id"], one["nodes"][0]["html"][:160]) for one in result["violations"]]


def _by_sniffer(page: Any) -> list[Fault]:
    said = page.evaluate(
        """() => new Promise((done) => HTMLCS.process('WCAG2AA', document, () => done(
          HTMLCS.getMessages().filter((one) => one.type === HTMLCS.ERROR)
            .map((one) => [one.code, one.element.outerHTML?.slice(0, 160) ?? '']))))"""
    )
    return [(code, near) for code, near in said if not any(off in code for off in SNIFFS_OFF)]
