"""Agreements, looks and proofs on the databases that towns run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connections

from convive.app.evidence_room.tables import Question
from convive.core.errors import ConflictError, StorageError
from convive.web.accounts.models import Organisation
from convive.web.audit_log.actions import seal
from convive.web.audit_log.models import Event
from convive.web.audit_log.selectors import verify_log
from convive.web.config.administration import verify_audit_log
from convive.web.rights.actions import agreements as actions
from convive.web.rights.actions.proofs import holds, keep_proof
from convive.web.rights.actions.reading import GivenReason, note_read
from convive.web.rights.models import Agreement, Proof, RestrictedRead
from convive.web.roles import Role
from factories.web_objects.accounts import make_account

pytestmark = pytest.mark.usefixtures("each_database")


def agreed(state: str) -> Agreement:
    town = Organisation.objects.create(code="town", name="Town", sector="municipality")
    made = Agreement.objects.create(
        code="a", title="A", gives=town, sources=["police"], legal_basis="public_task",
        legal_reference="s. 1", purposes=["diagnosis"], fields=["year"], levels=[], floor=5,
        retention_months=1, weeding="delete", contact="Office", valid_from=date(2026, 1, 1),
        valid_until=date(2099, 1, 1), state=state,
    )  # fmt: skip
    made.uses.set([town])
    return made


def test_of_two_who_confirm_at_once_one_does() -> None:
    made = agreed("draft")
    actions.propose(made, by=make_account(Role.COORDINATOR))
    officers = [make_account(Role.DATA_PROTECTION) for _ in range(4)]

    def confirm(officer: object) -> bool:
        try:
            actions.confirm(made, by=officer)
        except ConflictError:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(confirm, officers)) == [False, False, False, True]
    assert Event.objects.filter(verb="rights.agreement_confirmed").count() == 1


def test_a_look_and_its_event_are_kept_together_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = agreed("active")
    account = make_account(Role.PARTNER, organisation=made.gives)
    asked = {"source_id": "police", "what": "table", "given": GivenReason("audit", "2026-1")}
    note_read(account, made, Question("year"), **asked)
    assert (RestrictedRead.objects.count(), verify_log().n) == (1, 1)

    def broken(*_args: object, **_named: object) -> None:
        raise DatabaseError

    monkeypatch.setattr("convive.web.rights.actions.reading.record", broken)
    with pytest.raises(DatabaseError):
        note_read(account, made, Question("year"), **asked)
    assert RestrictedRead.objects.count() == 1


def test_a_proof_holds_after_being_read_back_and_a_lost_head_is_told() -> None:
    now = datetime(2026, 11, 21, 4, 5, 6, 789, UTC)
    keep_proof("drafts", rule="days:14", ids=range(3), n_left=0, now=now, source="x")
    assert holds(Proof.objects.get())
    head = seal(now).head
    assert verify_audit_log(head) == (1, head)
    with pytest.raises(StorageError) as told:
        verify_audit_log("0" * 63 + "1")
    assert told.value.code == "AUDIT_LOG_CUT"
