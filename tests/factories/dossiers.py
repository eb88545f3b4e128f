"""Dossiers of evaluations, which are made from tables: built once, in every language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from convive.app.documents import Document
from convive.catalogue.texts import languages
from convive.web.evaluation.presenters.dossier import dossier_of
from convive.web.workspace.models import Spending
from factories.web_objects.evaluation import make_answered


def dossiers() -> Mapping[str, Document]:
    """Return the dossier of an evaluation with an answer, a harm and money, in every language.

    Nothing stays in the tables.
    """
    with transaction.atomic():
        found = make_answered(harms=("violence_rate",)).evaluation
        Spending.objects.create(
            action=found.action, on=date(2026, 3, 1), amount=Decimal("4000.25"), note="lamps",
            key="one",
        )  # fmt: skip
        made = {language: dossier_of(found, language) for language in languages()}
        transaction.set_rollback(True)
    return made
