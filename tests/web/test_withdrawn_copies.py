"""Agendas, plans and their files hold copies of figures: a withdrawal reaches them where they are told.

Nothing that was frozen is written anew: what the rows hold is the same before and after.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from convive.app.corrections import Correction, CorrectionKind, Subject
from convive.app.withdrawal import built_on, version_of, with_corrections
from convive.app.withdrawn_words import WITHDRAWN
from convive.web.editorial.public_state import Edition, PublicState, write_state
from convive.web.observatory import current
from convive.web.roles import Role
from convive.web.staff.audit import audit_digest
from convive.web.workspace.actions import agenda, plan_import
from convive.web.workspace.actions.findings import keep_finding
from convive.web.workspace.models import (
    AgendaItem,
    Challenge,
    KeptFinding,
    LightChange,
    Meeting,
    Target,
)
from convive.web.workspace.selectors.figures import figure_as_json, figure_now
from convive.web.workspace.selectors.findings import plain_finding
from convive.web.workspace.selectors.still_told import row_told
from convive.wiring.plans import read_plan
from factories import partnership
from factories.build import shared_build
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
INDICATOR = "unsafe_dark_share"
FINDING_TEXT = "people feel much less safe here"
KEPT = 7654.3
"""A baseline that no audit has; so it is of an older one."""
ANOTHER = "0123456789ab"
"""Version of an audit that is not shown."""
DAY, WHY = "1 February 2026", "The question was another one"
Held = dict[str, Any]


def withdrawal(
    name: str = INDICATOR, subject: Subject = Subject.INDICATOR, **more: Any
) -> Correction:
    wrong = {"en": f"{WHY}.", "es": "La pregunta era otra."}
    return Correction(
        "w1", date(2026, 2, 1), CorrectionKind.WITHDRAWAL, subject, name, wrong, **more
    )


def show(*corrections: Correction) -> None:
    current.hold(with_corrections(shared_build(), corrections))


@pytest.fixture
def ana() -> Client:
    town = partnership.organisation("town", "municipality", is_town=True)
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR, organisation=town))
    return client


@pytest.fixture
def held() -> Held:
    """A plan that builds on a finding, with a target, and a meeting whose agenda tells it."""
    strategy = partnership.strategy()
    challenge = Challenge.objects.get(strategy=strategy)
    row = next(
        one for one in _findings() if one["area_id"] == "n08" and INDICATOR in one["indicator_ids"]
    )  # fmt: skip
    kept = keep_finding(row["finding_id"])
    challenge.findings.add(kept)
    objective = challenge.objectives.get()
    baseline = figure_as_json(figure_now(INDICATOR, "city", "ribera")) | {"value": KEPT}
    target = Target.objects.create(
        objective=objective, indicator_id=INDICATOR, level="city", area_id="ribera",
        direction="down", baseline=baseline, value=60.0,
    )  # fmt: skip
    meeting = partnership.meeting()
    agenda.build_items(meeting, now=partnership.NOW, by=None)
    item = meeting.items.get(kind="changes")
    assert any(fact["ref"] == f"finding:{kept.finding_id}" for fact in item.facts)
    return {"strategy": strategy, "meeting": meeting, "kept": kept, "target": target}


def _findings() -> list[dict[str, Any]]:
    from convive.web.staff.audit import findings_now

    return findings_now()


def address(name: str, *args: Any, language: str = "en") -> str:
    return reverse(name, args=(language, *args))


def frozen() -> str:
    rows: list[Any] = list(AgendaItem.objects.order_by("pk").values_list("facts", flat=True))
    rows += KeptFinding.objects.order_by("pk").values_list("row", flat=True)
    rows += Target.objects.order_by("pk").values_list("baseline", flat=True)
    return json.dumps(rows, sort_keys=True)


def read(content: bytes, kind: str) -> str:
    """Return everything that a file tells, as text in one line."""
    if kind == "docx":
        document = docx.Document(io.BytesIO(content))
        cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
        text = " ".join([one.text for one in document.paragraphs] + cells)
    elif kind == "pdf":
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
        text = re.sub(r"(?<=[a-z])-\s+(?=[a-z])", "", text)  # words are parted at ends of lines
    elif kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        text = " ".join(str(v) for s in book for row in s.iter_rows(values_only=True) for v in row)
    else:
        text = content.decode()
    return " ".join(text.split())


def shown(client: Client, held: Held, language: str = "en") -> dict[str, str]:
    """Return every page and file that tells the copies, by name."""
    code, meeting = held["strategy"].code, held["meeting"].code
    pages = {
        "challenge": address("plan-challenge", code, "night", language=language),
        "objective": address("plan-objective", code, "calm", language=language),
        "finding": address("plan-finding", code, held["kept"].finding_id, language=language),
        "meeting": address("meeting", meeting, language=language),
        "targets": address("plan-objective-targets", code, "calm", language=language),
    }
    found = {}
    for name, path in pages.items():
        response = client.get(path)
        assert response.status_code == 200, path
        found[name] = " ".join(response.content.decode().split())
    for kind in ("pdf", "docx"):
        path = f"{pages['meeting']}papers/pack.{kind}"
        found[f"pack.{kind}"] = read(client.get(path).content, kind)
    for kind in ("json", "xlsx", "docx", "pdf"):
        path = address("plan-export", code, kind, language=language)
        response = client.get(path)
        assert response.status_code == 200, path
        found[f"plan.{kind}"] = read(response.content, kind)
    return found


FINDING_IN = ("challenge", "finding", "meeting", "pack.pdf", "pack.docx", "plan.docx", "plan.pdf")
FIGURE_IN = ("objective", "targets", "plan.docx", "plan.pdf", "plan.json", "plan.xlsx")


def tells_figure(text: str) -> bool:
    return any(form in text for form in ("7,654", "7654", "7.654"))


def test_before_a_withdrawal_the_copies_are_told(ana: Client, held: Held) -> None:
    found = shown(ana, held)
    assert [name for name in FINDING_IN if FINDING_TEXT not in found[name]] == []
    assert [name for name in FIGURE_IN if not tells_figure(found[name])] == []


@pytest.mark.parametrize("name", ["indicator", "finding", "audit"])
def test_after_a_withdrawal_its_notice_stands_where_the_copies_were_told(
    ana: Client, held: Held, name: str
) -> None:
    before = frozen()
    subjects = {
        "indicator": withdrawal(),
        "finding": withdrawal(held["kept"].finding_id, Subject.FINDING),
        "audit": withdrawal(version_of(shared_build()), Subject.AUDIT),
    }
    show(subjects[name])
    found = shown(ana, held)
    assert [one for one, text in found.items() if FINDING_TEXT in text] == []
    for one in FINDING_IN:
        assert DAY in found[one], one
        assert WHY in found[one], one
    if name != "finding":
        assert [one for one, text in found.items() if tells_figure(text)] == []
        assert all(WHY in found[one] for one in FIGURE_IN)
    assert "The question was another one" in found["plan.json"]
    assert '"share_' not in found["plan.json"].split('"findings"')[1].split("]")[0]
    assert frozen() == before


def test_the_notice_is_told_in_the_readers_language(ana: Client, held: Held) -> None:
    show(withdrawal())
    found = shown(ana, held, "es")
    for one in ("challenge", "objective", "meeting", "pack.docx", "plan.docx"):
        assert "La pregunta era otra" in found[one], one
        assert "retirad" in found[one], one


def test_other_findings_and_figures_stay(ana: Client, held: Held) -> None:
    show(withdrawal("trust_police_share"))
    found = shown(ana, held)
    assert [name for name in FINDING_IN if FINDING_TEXT not in found[name]] == []
    assert [name for name in FIGURE_IN if not tells_figure(found[name])] == []


def test_where_audits_are_right_again_an_older_copy_stays_withdrawn(
    ana: Client, held: Held
) -> None:
    """The finding is said word by word today, so it is told; the baseline is of no audit."""
    show(withdrawal(until=built_on(shared_build()) - timedelta(days=1)))
    found = shown(ana, held)
    assert FINDING_TEXT in found["meeting"]
    assert [one for one, text in found.items() if tells_figure(text)] == []


def test_after_another_audit_was_withdrawn_whole_what_the_shown_one_says_too_is_told(
    ana: Client, held: Held
) -> None:
    """The finding is said word by word today; the baseline could be of the audit that is gone."""
    show(withdrawal(ANOTHER, Subject.AUDIT))
    found = shown(ana, held)
    assert [name for name in FINDING_IN if FINDING_TEXT not in found[name]] == []
    assert [name for name, text in found.items() if tells_figure(text)] == []
    assert [name for name in FIGURE_IN if WHY not in found[name]] == []


def test_of_an_audit_that_was_withdrawn_whole_the_next_one_tells_nothing(
    ana: Client, held: Held
) -> None:
    kept, more = held["kept"], {"said_by": "another audit"}
    row = kept.row | {"params": kept.row["params"] | more}
    KeptFinding.objects.filter(pk=kept.pk).update(row=row)
    item = AgendaItem.objects.get(kind="changes")
    for fact in item.facts:
        if fact["ref"] == f"finding:{kept.finding_id}":
            fact["params"]["params"] |= more
    item.facts = [one for one in item.facts if one["ref"] == f"finding:{kept.finding_id}"]
    item.save(update_fields=["facts"])
    before = frozen()
    assert FINDING_TEXT in shown(ana, held)["meeting"]
    show(withdrawal(ANOTHER, Subject.AUDIT))
    found = shown(ana, held)
    told = [name for name in FINDING_IN if name != "finding"]
    assert [name for name in told if FINDING_TEXT in found[name]] == []
    assert [name for name in told if WHY not in found[name]] == []
    assert frozen() == before


def test_an_indicator_that_was_withdrawn_is_told_before_a_whole_audit(held: Held) -> None:
    of_audit = withdrawal(ANOTHER, Subject.AUDIT)
    both = (withdrawal(), replace(of_audit, id="w2", on=date(2026, 3, 1), wrong={"en": "Other."}))
    show(*both)
    kept = held["kept"]
    assert row_told(kept.finding_id, kept.row)["params"]["on"] == "2026-02-01"


def test_a_withdrawn_finding_still_names_its_area(held: Held) -> None:
    show(withdrawal())
    kept = held["kept"]
    told = plain_finding(kept)
    assert told.code == WITHDRAWN
    assert told.area == kept.row["params"]["area"] != kept.row["area_id"]


def lose(settings: Any, folder: Path) -> None:
    """Take the audit away that is shown."""
    settings.CONVIVE_WORKSPACE = settings.MEDIA_ROOT = str(folder)
    settings.CONVIVE_BUILD = str(folder / "gone")
    current.release()


def test_where_the_shown_audit_is_lost_no_copy_is_told(
    ana: Client, held: Held, settings: Any, tmp_path: Path
) -> None:
    lose(settings, tmp_path)
    moment = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    write_state(PublicState(True, (Edition(ANOTHER, moment.isoformat(), moment, {}),)))
    code = held["strategy"].code
    pages = [
        ana.get(address(*where)).content.decode()
        for where in (("plan-challenge", code, "night"), ("plan-objective", code, "calm"),
                      ("meeting", held["meeting"].code))
    ]  # fmt: skip
    assert [text for text in pages if FINDING_TEXT in text or tells_figure(text)] == []
    assert all("it may rest on something that was withdrawn since" in text for text in pages)


def test_where_what_is_public_cannot_be_read_no_copy_is_told(
    held: Held, settings: Any, tmp_path: Path
) -> None:
    lose(settings, tmp_path)
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "editions.json").write_text("{", encoding="utf-8")
    kept = held["kept"]
    assert row_told(kept.finding_id, kept.row)["code"] == WITHDRAWN


def test_where_nobody_has_taken_anything_back_copies_are_told_without_an_audit(
    held: Held, settings: Any, tmp_path: Path
) -> None:
    lose(settings, tmp_path)
    kept = held["kept"]
    assert row_told(kept.finding_id, kept.row) == kept.row


def test_a_notice_that_people_wrote_into_a_file_breaks_no_page(ana: Client, held: Held) -> None:
    """Plans that were taken over before notices were looked at may hold anything."""
    odd = {"on": "2026-01-01", "wrong": {"en": 5, "es": ["x"]}}
    target = held["target"]
    target.baseline = {"status": "unavailable", "reason": "withdrawn", "notice": odd}
    target.save(update_fields=["baseline"])
    row = held["kept"].row | {"code": WITHDRAWN, "params": odd}
    KeptFinding.objects.filter(pk=held["kept"].pk).update(row=row)
    found = shown(ana, held)
    for one in ("objective", "targets", "challenge", "plan.docx"):
        assert "withdrawn on 1 January 2026" in found[one], one


def test_facts_of_before_that_do_not_say_what_they_rest_on_are_not_told(
    ana: Client, held: Held
) -> None:
    item = AgendaItem.objects.get(kind="changes")
    for fact in item.facts:
        if fact["key"].startswith("finding_"):
            for name in ("indicator_ids", "finding_id", "level", "area_id"):
                fact["params"].pop(name)
    item.save(update_fields=["facts"])
    assert FINDING_TEXT in shown(ana, held)["meeting"]
    show(withdrawal())
    found = shown(ana, held)
    assert FINDING_TEXT not in found["meeting"]
    assert FINDING_TEXT not in found["pack.docx"]
    assert "it may rest on something that was withdrawn since" in found["meeting"]


@pytest.mark.parametrize(
    "gone", [withdrawal(), withdrawal(ANOTHER, Subject.AUDIT)], ids=["indicator", "audit"]
)
def test_how_far_a_withdrawn_indicator_had_moved_is_not_told(
    ana: Client, held: Held, gone: Correction
) -> None:
    action = held["strategy"].actions.get()
    params = {"indicator": INDICATOR, "area": "ribera", "level": "city"}
    moved = {"code": "target_wrong_way", "weight": 2,
             "params": params | {"amount": 43.21, "low": 40.0, "high": 46.0}}  # fmt: skip
    LightChange.objects.create(
        action=action, on=date(2026, 11, 20), before="on_track", after="at_risk", reasons=[moved]
    )
    item = AgendaItem.objects.get(kind="actions")
    fact = {"key": "action", "ref": f"action:{action.code}",
            "params": {"title": "Action 0", "progress": "at_risk", "reasons": [moved]}}  # fmt: skip
    AgendaItem.objects.filter(pk=item.pk).update(facts=[fact])
    lights = f"{address('plan-light-changes', held['strategy'].code)}?since=2026-11-01"
    pages = (lights, address("meeting", held["meeting"].code))

    def told() -> list[str]:
        return [ana.get(one).content.decode() for one in pages]

    assert all("43.2" in text for text in told())
    show(gone)
    assert all("43.2" not in text for text in told())
    assert all("The figure it starts from was withdrawn." in text for text in told())
    # An agenda that was built from what is shown now tells it, unless it is gone from there, too.
    Meeting.objects.filter(pk=held["meeting"].pk).update(pack_build=audit_digest())
    assert ["43.2" in text for text in told()] == [False, gone.subject is Subject.AUDIT]


def test_a_file_written_after_a_withdrawal_and_read_again_writes_over_nothing(
    ana: Client, held: Held
) -> None:
    before = frozen()
    show(withdrawal())
    content = ana.get(address("plan-export", held["strategy"].code, "json")).content
    told = json.loads(content)
    changed = content.replace(b'"Calmer nights"', b'"Calm nights"')
    assert changed != content, told
    plan = read_plan(changed, "plan.json")
    seen = plan_import.preview_of(plan, held["strategy"])
    plan_import.take_over(
        plan, held["strategy"], digest=seen.digest, today=date(2026, 11, 21), by=None
    )
    assert Challenge.objects.get().objectives.get().title == "Calm nights"
    assert frozen() == before
