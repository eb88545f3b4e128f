"""The page that says what is checked of the pages that people read, and how."""

from __future__ import annotations

from tools.accessibility import CHECKS, FILES

from convive.catalogue.accessibility_criteria import criteria
from convive.catalogue.texts import say

HOW = {
    "not_run": "not checked",
    "checks": "checks",
    "eye": "looked at by the developers",
    "none": "does not apply",
    "gap": "known gap",
}
INTRO = """\
Every kind of page that anybody can open without an account is rendered on the synthetic town, with
a whole published plan, forms, a walk, an invitation and the pages for what went wrong
(`tests/factories/public_pages.py`). A page is told in one of the seven languages, in turn, and those
most read in all of them; `python tools/accessibility.py --all` takes every page in every language.
The results stand in `src/convive/web/observatory/accessibility.json`, which the accessibility
statement shows.

- **html-validate**: its rules for standards and for accessibility, none off but four on the phone
  page of a walk, which holds patterns that its script fills (`tests/factories/validate_pages.mjs`).
- **axe** in Chromium: WCAG 2.0 to 2.2, A and AA, and good practice, light and dark.
- **HTML_CodeSniffer**, which pa11y runs as well, in the same window: pa11y itself would bring a
  second driver of browsers along. What is not looked at, and why, stands in
  `tests/factories/page_checks.py` (`SNIFFS_OFF`).
- **A ruler**: at 320 px (400 % of a window of 1280 px) and with the spacing of WCAG 1.4.12 nothing
  sticks out and nothing is cut; what has the focus can be seen; nothing moves for those who asked
  for calm.
- **Two languages that nobody speaks** (`tests/factories/made_up_languages.py`): one 40 % longer, with
  accents and brackets, in which a word that was never translated is found; one in Arabic letters
  from right to left, in which signs must stay with their numbers and charts keep their axes.
- **Contrast of marks, borders and the focus** is worked out from the colours of the style sheet and of
  the charts, not measured on pages.
- **Names of links, headings and fields** are read in English and French (`CONVIVE_EVERY_LANGUAGE=1`: in
  all languages). A program sees that they are told apart, lead to one place and stay the same; whether
  they say well what is meant, it cannot tell. Of **what is said of a mistake** it sees that something
  is asked for in English, and that no language leaves a sentence out.

"""


def quality_page() -> str:
    """Return the page of checks and criteria."""
    files = ", ".join(f"`tests/{name}.py`" for name in FILES)
    parts = [
        "# What is checked of the pages\n\n<!-- Written by `make docs`; do not edit. -->\n\n",
        INTRO,
        f"## Checks and their tests\n\nThey stand in {files}.\n\n| check | tests |\n|---|---|\n",
    ]
    for check, tests in CHECKS.items():
        named = ", ".join(f"`{test}`" for test in tests)
        parts.append(f"| {say(f'access.check.{check}', 'en')} (`{check}`) | {named} |\n")
    parts.append(
        "\n## WCAG 2.2, levels A and AA\n\n| criterion | level | EN 301 549 | rests on |\n|---|---|---|---|\n"
    )
    for one in criteria():
        name = say(f"criterion.{one.id}", "en")
        rests = ", ".join(f"`{check}`" for check in one.checks) or HOW[one.how]
        parts.append(f"| {one.id} {name} | {one.level} | {one.clause or 'newer'} | {rests} |\n")
    return "".join(parts)
