"""One thread from a finding to the page that residents read, by a coordinator and a partner.

Everything is made by clicking through the screens; then each page of the thread is asked for the
way back: to what stands before it, the finding among it, in two clicks at most.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from factories.staff_site import PASSWORD, Person, Running
from functional.test_strategy import ana, choose, click, fill  # noqa: F401 - fixture

pytestmark = pytest.mark.functional

Links = Callable[[str], set[str]]
Thread = dict[str, str]
"""Part of the thread → address of its page, in the order in which they came about."""

PARTNER = "Youth centre"
ACTION = "Light the passages of Molino"
DECISION = "The passages are lit before the winter."
COMMITMENT = "Order the poles"
CLICKS = 2

MADE = ["finding", "challenge", "objective", "action", "meeting", "decision", "commitment", "diary"]
BEFORE = {name: MADE[:number] for number, name in enumerate(MADE)} | {"publish": MADE}


def test_the_thread_from_a_finding_to_the_public_page(
    ana: Person,  # noqa: F811
    newcomer: Any,
    running: Running,
) -> None:
    work = f"{running.address}/en/work"
    sam = newcomer()
    make_the_partnership(ana, sam, work)
    strategy = adopt_a_strategy(ana, work)
    thread: Thread = {}
    plan_from_the_finding(ana, strategy, thread)
    equip_the_action(ana, thread["action"])
    meet_about_it(ana, work, thread)
    write_the_diary(sam, work, thread)
    look_at_the_light(ana, thread["action"])
    publish_it(ana, strategy, thread)
    walk_back(thread, links_for(ana))
    seen = thread | {"finding": thread["finding"].replace(strategy, f"{running.address}/en/")}
    assert beyond(seen, "diary", BEFORE["diary"], links_for(sam)) == set(), "the partner"
    assert beyond(seen, "public", ["finding"], links_for(newcomer())) == set(), "residents"


def walk_back(thread: Thread, links: Links) -> None:
    """From each page of the work to what stands before it on the thread."""
    far = {name: beyond(thread, name, before, links) for name, before in BEFORE.items()}
    assert {name: parts for name, parts in far.items() if parts} == {}


def make_the_partnership(coordinator: Person, partner: Person, work: str) -> None:
    """Make an organisation with somebody who signs in, and a body in which it sits."""
    page = coordinator.page
    page.goto(f"{work}/partners/new/")
    fill(coordinator, name=PARTNER)
    choose(coordinator, sector="youth_work", part="works")
    click(coordinator, "form.form button.primary")
    fill(coordinator, mandate="Works with young people on the street.")
    click(coordinator, "form.form button.primary")
    page.goto(f"{work}/bodies/new/")
    fill(coordinator, name="Partners’ board")
    page.locator(".seat", has_text=PARTNER).locator("select").select_option("member")
    click(coordinator, "form.form button.primary")
    page.goto(f"{work}/people/invite/")
    fill(coordinator, email="sam@example.org", name="Sam")
    page.select_option("[name=organisation]", label=PARTNER)
    page.check("[name=roles][value=partner]")
    click(coordinator, "button.primary")
    partner.page.goto(page.locator("#link").inner_text())
    fill(partner, password=PASSWORD)
    click(partner, "button.primary")


def adopt_a_strategy(coordinator: Person, work: str) -> str:
    page, year = coordinator.page, datetime.now(UTC).year
    page.goto(f"{work}/strategies/new/")
    fill(coordinator, title="Safe and together", from_year=str(year), until_year=str(year + 3))
    click(coordinator, "button.primary")
    strategy = str(page.url)
    page.goto(f"{strategy}state/")
    choose(coordinator, state="adopted")
    fill(coordinator, note="The council has voted for it.")
    click(coordinator, "form.form button.primary")
    return strategy


def plan_from_the_finding(coordinator: Person, strategy: str, thread: Thread) -> None:
    """Go from a finding to a challenge, an objective and an action, each from the one before."""
    page = coordinator.page
    page.goto(f"{strategy}findings/?standing=waiting")
    click(coordinator, ".waiting h2 a")
    thread["finding"] = reached(coordinator, "finding")
    click(coordinator, ".choices button.primary")
    thread["challenge"] = reached(coordinator, "challenge")
    click(coordinator, "a.button.primary")
    fill(coordinator, title="A quarter fewer burglaries")
    click(coordinator, "form.form button.primary")
    page.goto(thread["challenge"])
    click(coordinator, ".thread a[href*='/objectives/']")
    thread["objective"] = reached(coordinator, "objective")
    click(coordinator, "a.button.primary")
    fill(coordinator, title=ACTION)
    choose(coordinator, kind="situational", pillar="prevention", level="primary")
    page.select_option("[name=lead]", label=PARTNER)
    click(coordinator, "form.form button.primary")
    expect(page.locator("h1")).to_have_text(ACTION)
    thread["action"] = str(page.url)


def equip_the_action(coordinator: Person, action: str) -> None:
    """Give the action money, a target and dates, each from its card, and let it run."""
    page, today = coordinator.page, datetime.now(UTC).date()
    click(coordinator, "#budget a")
    fill(coordinator, **{"budget-0-year": str(today.year), "budget-0-amount": "12000"})
    choose(coordinator, **{"budget-0-payer": "municipality"})
    click(coordinator, "#save")
    expect(page.locator("#budget")).to_contain_text("12,000")
    click(coordinator, "#targets a")
    choose(coordinator, **{
        "targets-0-indicator_id": "burglary_rate", "targets-0-area": "city/ribera",
        "targets-0-direction": "down",
    })  # fmt: skip
    in_a_year = (today + timedelta(days=365)).isoformat()
    fill(coordinator, **{"targets-0-value": "2.1", "targets-0-due": in_a_year})
    click(coordinator, "#save")
    expect(page.locator("#targets")).to_contain_text("Burglar")
    click(coordinator, "#when a")
    begun = (today - timedelta(days=20)).isoformat()
    fill(coordinator, starts_on=begun, ends_on=in_a_year)
    click(coordinator, "form.form button.primary")
    page.goto(f"{action}state/")
    choose(coordinator, state="running")
    fill(coordinator, note="The poles are paid for.")
    click(coordinator, "form.form button.primary")
    expect(page.locator("h1")).to_have_text(ACTION)
    reached(coordinator, "action")


def meet_about_it(coordinator: Person, work: str, thread: Thread) -> None:
    """Meet today, decide and promise: one click from the body to the meeting."""
    page = coordinator.page
    page.goto(f"{work}/bodies/")
    click(coordinator, "main a[href*='/bodies/of/']")
    click(coordinator, "form[action$='/meet/'] button")
    thread["meeting"] = str(page.url)
    click(coordinator, "main a[href$='/edit/']")
    fill(coordinator, day=datetime.now(UTC).date().isoformat())
    click(coordinator, "form.form button.primary")
    click(coordinator, "form[action$='/convene/'] button")
    click(coordinator, "main a.primary[href$='/minutes/']")
    code = thread["action"].rstrip("/").rsplit("/", 1)[-1]
    note_at_first_item(page, "decision", {"text": DECISION, "action": code})
    due = (datetime.now(UTC).date() + timedelta(days=9)).isoformat()
    promise = {"text": COMMITMENT, "action": code, "owner": PARTNER, "due": due}
    note_at_first_item(page, "commitment", promise)
    click(coordinator, ".sticky a.button")
    click(coordinator, "form[action$='/finalise/'] button")
    expect(page.locator(".results")).to_contain_text(DECISION)
    thread["meeting"] = reached(coordinator, "meeting")
    click(coordinator, ".results a[href*='/decisions/']")
    thread["decision"] = reached(coordinator, "decision")
    click(coordinator, ".thread a[href*='/commitments/']")
    thread["commitment"] = reached(coordinator, "commitment")


def note_at_first_item(page: Any, what: str, fields: dict[str, str]) -> None:
    """Keep a decision or a commitment where it arises."""
    item = page.locator(".sheet-item").first
    item.locator("summary", has_text=f"Add a {what}").click()
    for name, text in fields.items():
        field = item.locator(f"[name$='-{name}'] >> visible=true")
        if name == "owner":
            field.select_option(label=text)
        else:
            field.fill(text)
    with page.expect_navigation():
        item.get_by_role("button", name=f"Keep the {what}").click()
    expect(page.locator(".sheet-item").first.locator(".results")).to_contain_text(fields["text"])


def write_the_diary(partner: Person, work: str, thread: Thread) -> None:
    """Write in two taps what was done, and open the entry from the page of the action."""
    page = partner.page
    page.goto(f"{work}/diary/")
    page.locator("html[data-diary=ready]").wait_for()
    card = page.locator(".diary-card", has_text=ACTION)
    card.get_by_role("button", name="Done as planned").click()
    card.locator(".send button").click()
    expect(card.locator(".told-now")).to_contain_text("Kept: As planned")
    click(partner, f".diary-card a:text('{ACTION}')")
    click(partner, "#diary .diary-lines a")
    thread["diary"] = reached(partner, "diary")


def look_at_the_light(coordinator: Person, action: str) -> None:
    page = coordinator.page
    page.goto(action)
    expect(page.locator("#diary .diary-lines li")).to_contain_text(PARTNER)
    expect(page.locator(".standing .light")).to_have_text("On track")


def publish_it(coordinator: Person, strategy: str, thread: Thread) -> None:
    page = coordinator.page
    page.goto(f"{strategy}share/")
    click(coordinator, "main a[href$='/publish/']")
    expect(page.locator(".proof")).to_contain_text(ACTION)
    thread["publish"] = reached(coordinator, "publish")
    click(coordinator, ".actions button.primary")
    expect(page.locator(".notices")).to_contain_text("Residents see the plan now")
    click(coordinator, "main a[href$='/en/plan/']")
    page.get_by_role("link", name=ACTION).click()
    expect(page.locator("h1")).to_have_text(ACTION)
    expect(page.locator("main .light")).to_have_text("On track")
    thread["public"] = reached(coordinator, "public")


def reached(person: Person, name: str) -> str:
    """Check the page that is open with axe, and return its address."""
    person.meet(f"thread-{name}")
    return re.split("[?#]", str(person.page.url))[0]


def links_for(person: Person) -> Links:
    """Return the links of a page as somebody sees it, each page asked for once."""
    request, known = person.page.context.request, dict[str, set[str]]()

    def read(address: str) -> set[str]:
        if address not in known:
            answer = request.get(address)
            is_page = answer.ok and "text/html" in answer.headers.get("content-type", "")
            found = re.findall(r'<a\b[^>]*\bhref="([^"]*)"', answer.text()) if is_page else []
            whole = {re.split("[?#]", urljoin(address, unescape(one)))[0] for one in found}
            known[address] = {one for one in whole if one.endswith("/") and "/en/" in one}
        return known[address]

    return read


def beyond(thread: Thread, start: str, wanted: list[str], links: Links) -> set[str]:
    """Return the wanted parts that are more than two clicks from a page."""
    missing = {thread[name]: name for name in wanted}
    near, seen = {thread[start]}, set[str]()
    for _ in range(CLICKS):
        reach: set[str] = set()
        for address in sorted(near - seen, key=lambda one: one not in thread.values()):
            if not missing:
                return set()
            reach |= links(address)
            missing = {one: name for one, name in missing.items() if one not in reach}
        seen, near = seen | near, reach
    return set(missing.values())
