"""What XLSForm has no place for, as rows of sheets that other tools leave alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace

from convive.connectors.xlsform.answer_texts import number_text
from convive.connectors.xlsform.columns import heading, translated
from convive.connectors.xlsform.form_rows import Row
from convive.core.instruments.model import Instrument, Provenance, Score
from convive.core.model.city import Text

TEXTS = ("title", "summary", "when_not", "no_score")


def fingerprint(instrument: Instrument) -> str:
    """Return a SHA-256 of everything but the digest: tells whether a sheet was edited."""
    content = asdict(replace(instrument, digest=""))
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode("utf-8", "replace")).hexdigest()


def about_rows(instrument: Instrument) -> Iterator[Row]:
    """Yield the rows of the sheet `convive`: a key with a value, or with a text per language."""
    values = {
        "format": "1",
        "effective_from": instrument.effective_from.isoformat(),
        "kind": instrument.kind.value,
        "status": instrument.status,
        "audience": instrument.audience.value,
        "sensitivity": instrument.sensitivity.value,
        "inspired_by": instrument.inspired_by,
        "languages": " ".join(instrument.languages),
        "place": "yes" if instrument.is_at_place else "no",
        "by_daypart": "yes" if instrument.by_daypart else "no",
        "minimum_n": str(instrument.minimum_n),
        "authored_by": instrument.authored_by,
        "checked_by": instrument.checked_by,
        "digest": instrument.digest,
        "fingerprint": fingerprint(instrument),
    }
    for key, value in values.items():
        yield {"key": key, "content": value}
    texts: dict[str, Text] = {
        "title": instrument.title,
        "summary": instrument.summary,
        "when_not": instrument.when_not,
        "no_score": instrument.no_score_reason,
    }
    for key, text in texts.items():
        yield {"key": key, **translated("text", text)}


def text_heading(language: str) -> str:
    """Return the header of the texts of a language in the sheet `convive`."""
    return heading("text", language)


def score_rows(instrument: Instrument) -> Iterator[Row]:
    """Yield the rows of the sheet `convive_scores`."""
    for score in instrument.scores:
        is_plain = score.provenance is Provenance.RECONSTRUCTION
        row = {
            "score": score.id,
            "method": score.method.value,
            **translated("label", score.label),
            "of": weights_text(score),
            "per": score.per,
            "expression": score.expression,
            "to": "" if score.rescale_to is None else number_text(score.rescale_to),
            "minimum_answered": number_text(score.minimum_answered),
            "provenance": "" if is_plain else score.provenance.value,
        }
        yield {column: value for column, value in row.items() if value != ""}


def weights_text(score: Score) -> str:
    """Return the items of a score with their weights, ``lighting=1; openness=0.5``."""
    return "; ".join(f"{name}={number_text(weight)}" for name, weight in score.weights.items())


def step_rows(instrument: Instrument) -> Iterator[Row]:
    """Yield the rows of the sheet `convive_bands`: bands and rules of the scores, in order."""
    for score in instrument.scores:
        for band in score.bands:
            row = {"score": score.id, "what": "band", "code": band.code}
            row |= translated("label", band.label)
            if band.below is not None:
                row["below"] = number_text(band.below)
            yield row
        for rule in score.rules:
            row = {"score": score.id, "what": "rule", "code": rule.code}
            row |= translated("label", rule.label)
            if rule.when:
                row["when"] = rule.when
            yield row


def reference_rows(instrument: Instrument) -> Iterator[Row]:
    """Yield the rows of the sheet `convive_references`."""
    for reference in instrument.references:
        yield {
            "cite": reference.cite,
            "url": reference.url,
            "provenance": reference.provenance,
        }
