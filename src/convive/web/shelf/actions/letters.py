"""Questions to other towns and answers to theirs: they travel with the next bundle."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError
from convive.web.audit_log.actions import record
from convive.web.shelf.models import Letter
from convive.web.shelf.selectors.exchange import contact_now, town_of_ref


@transaction.atomic
def ask_town(ref: str, text: str, *, language: str, today: date, by: Any) -> Letter:
    """Keep a question about a received entry.

    Raises
    ------
    ConflictError
        SHELF_NO_TOWN_TO_ASK where nobody here listens to the entry's publisher.
    """
    town = town_of_ref(ref)
    if town is None:
        raise ConflictError("SHELF_NO_TOWN_TO_ASK")
    made = Letter.objects.create(
        town=town, is_asked_here=True, code=secrets.token_hex(8), about=ref, text=text,
        language=language, on=today, contact=contact_now(),
    )  # fmt: skip
    record("shelf.question_asked", actor=by, thing=("letter", made.pk))
    return made


@transaction.atomic
def answer_letter(letter: Letter, text: str, *, language: str, today: date, by: Any) -> None:
    """Keep the answer to a question of another town; put right, it goes out anew.

    Raises
    ------
    ConflictError
        SHELF_NOT_TO_ANSWER for a question of this town's own.
    """
    kept = Letter.objects.select_for_update().get(pk=letter.pk)
    if kept.is_asked_here:
        raise ConflictError("SHELF_NOT_TO_ANSWER")
    kept.answer, kept.answer_language = text, language
    kept.answered_on, kept.answer_contact = today, contact_now()
    kept.save()
    record("shelf.question_answered", actor=by, thing=("letter", kept.pk))
