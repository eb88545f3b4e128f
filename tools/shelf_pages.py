"""The reference pages of the shelf: how entries travel, and by which schemes practices are judged."""

from __future__ import annotations

import json
import re

from convive.app.shelf import subscriptions
from convive.app.shelf.ports import MOST_BUNDLE_BYTES
from convive.catalogue import find
from convive.catalogue.texts import texts_of
from convive.connectors.shelf_bundles import FORMAT, bundle_schema
from convive.connectors.shelf_bundles.canonical import DEEPEST
from convive.connectors.shelf_bundles.part_checks import (
    LONGEST_MAIL,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
)
from convive.connectors.shelf_bundles.parts import MOST
from convive.connectors.shelf_bundles.safe_texts import LONGEST_LIST, LONGEST_TEXT
from convive.connectors.shelf_feeds.fetching import MOST_REDIRECTS, MOST_SECONDS
from convive.connectors.shelf_feeds.reading import MOST_ITEMS

NOTE = "<!-- Written by `make docs`; do not edit. -->\n\n"
_VALUE = re.compile(r"\{([a-z]+)(?::[a-z0-9]+)?\}")
_MB = 1024**2
_HOURS = 3600
_APART = (
    "Each scheme stands alone: nothing is added up or averaged, within a scheme or across. Every grade "
    "says who gave it, when and on what; contradictions are kept and shown.\n\n"
)
_EXCHANGE = f"""# Exchange of the shelf

Towns give one another what they tried, failures too, as *bundles*: signed files (`{FORMAT}`) that travel by
mail, on a stick, or through a feed. Nothing of a bundle stands on a shelf before a person has accepted it.
The schema is [convive-shelf-1.schema.json](convive-shelf-1.schema.json).

## What a bundle holds

Everything that a town publishes at that moment, so that the newest bundle is enough.

| key | holds |
|---|---|
| `format` | `{FORMAT}` |
| `publisher` | `name` of the town, `key` (Ed25519 public key, base64url without padding), `fingerprint` (SHA-256 of the 32 bytes of the key, 64 hex digits) |
| `sequence` | whole number; goes up with every bundle. Convive takes the second at which it is made, or one more than the last, so that a restored backup does not count again what others have read |
| `made_on` | day |
| `entries` | practices with version, origin, gradings and experiences; all are the publisher's own |
| `withdrawals` | entries that the town no longer stands by: id, last version, day, reason |
| `questions` | to other towns about their entries; everybody who reads the bundle sees them |
| `answers` | to questions of other towns |
| `successor` | the key that signs the next bundles, with a signature by that key; else `null` |
| `signature` | Ed25519 (RFC 8032), base64url without padding |

An entry is known everywhere by `<fingerprint>/<id>`. Its version goes up by one when its content changes. Under a
new key of the same town it stays the same entry. There is no field for a person: contacts are mailboxes of offices.

## The one form

A bundle is written in the form of RFC 8785 (JSON Canonicalization Scheme), for JSON without fractions:

- UTF-8 without a byte order mark, nothing before or after the object, no blanks or line breaks between tokens;
- keys sorted by their UTF-16 code units, none twice;
- texts escape `"`, `\\` and control characters alone, the latter as `\\b \\t \\n \\f \\r` or `\\u00xx` in small letters;
- numbers are whole and not beyond 2^53 - 1; amounts of money are texts (`"4000.25"`);
- every field is written, what is not known as `""`, `[]`, `{{}}` or `null`.

Signed is the canonical form of the object without `signature`. The file is the canonical form of the whole object.
A file in any other form is refused, so that any changed byte is noticed. A new key proves itself by a signature
over `convive-shelf-key/1`, the old and the new fingerprint, one a line.

## What is refused

Files: more than {MOST_BUNDLE_BYTES // _MB} MB (before anything is read), lists and objects more than {DEEPEST} deep,
{", ".join(f"more than {n:,} {name}" for name, n in MOST.items())}. Texts: more than {LONGEST_TEXT:,} characters
(titles {LONGEST_TITLE}, summaries {LONGEST_SUMMARY:,}, questions and answers {LONGEST_MAIL:,}), markup (`<` before a
letter, `/`, `!` or `?`), control characters other than line break and tab, characters that turn the reading direction or are
not assigned. Lists of more than {LONGEST_LIST}. Addresses in texts stay texts: nothing is fetched.

A file as a whole is refused where it is not what its publisher signed, not of a publisher that somebody here listens to,
not newer than the last one read, dated later than tomorrow, or one's own. Otherwise parts that cannot be used are
left out and named with number and field; the others stay. Nothing that others would refuse is written.

"""
_AFTER = f"""
## What a bundle changes here

Nothing by itself: it becomes proposals (new, changed, withdrawn). A changed entry is shown field by field: as it was
accepted, as it stands here, as it is sent. What one side changed is taken; running text that both changed is merged
line by line where that is honest; anything else a person decides. Gradings and notes of one's own stay.

## Feeds

A feed is Atom (RFC 4287): an entry each for what is published, with a link `rel="enclosure"` to the bundle. At most
{MOST_ITEMS:,} entries and {subscriptions.MOST_FEED_BYTES // _MB} MB are read; no document type, no entities.

Fetching goes by https alone (http from this very machine, where inner machines are allowed), without stored passwords or proxies,
at most {MOST_REDIRECTS} redirects on the same server, {MOST_SECONDS:.0f} seconds and the sizes above. The machine that answers is
looked at before it is asked: addresses of inner networks are refused, unless whoever runs the installation allows them (`CONVIVE_SHELF_INNER=1`).
Bundles are fetched from the feed's own server alone. A feed is looked at every {subscriptions.EVERY.total_seconds() / _HOURS:.0f} hours;
after an error again in {subscriptions.FIRST_PAUSE.total_seconds() / _HOURS:.0f} hour, then after twice as long, up to {subscriptions.LONGEST_PAUSE.days} days.

## Keys

The private key is made on first use: `restricted/shelf.key`, readable by its owner alone. It is in no export; a backup
holds it only where it is sealed by a passphrase. A damaged key is never replaced by itself, because others know the town by it.
`convive shelf key PACK --new` prepares a new one; the next bundle, signed by the old key, announces it, and the ones
after are signed by it. Who missed that bundle reads it first. Where a key was lost or stolen there is no such bundle:
the town tells its new fingerprint by telephone, and everybody adds it by hand.

What went out last is kept in `shelf/published.json` of the pack; versions are counted from it.
"""


def exchange_page() -> str:
    """Return the page of the exchange."""
    rows = ["## Codes\n\n", "| code | says |\n|---|---|\n"]
    prefix = "problem."
    for key in sorted(texts_of("en")):
        code = key.removeprefix(prefix)
        if key.startswith((f"{prefix}SHELF_", f"{prefix}FEED_")) and not key.endswith(".remedy"):
            sentence = _VALUE.sub(r"⟨\1⟩", str(texts_of("en")[key]))
            rows.append(f"| `{code}` | {sentence} |\n")
    return _EXCHANGE.replace("\n\n", f"\n\n{NOTE}", 1) + "".join(rows) + _AFTER


def schema_page() -> str:
    """Return the JSON Schema."""
    return json.dumps(bundle_schema(), ensure_ascii=False, indent=1) + "\n"


def gradings_page() -> str:
    """Return the page of every scheme by which practices are judged."""
    parts = [f"# Grades\n\n{NOTE}{_APART}"]
    for scheme in find.grading_schemes().values():
        parts.append(f"## {scheme.title['en']} (`{scheme.id}`, version {scheme.version})\n\n")
        parts.append(f"{scheme.about['en']}\n\n- Status: {scheme.status}\n")
        parts.extend(f"- Source: {one.cite} ({one.provenance})\n" for one in scheme.references)
        parts.append("\n")
        for one in scheme.dimensions:
            code = f" (`{one.code}`)" if one.code else ""
            parts.append(f"**{one.title['en']}**{code}: {one.question['en']}\n\n")
        seen: list[object] = []
        for one in scheme.dimensions:
            if one.grades and one.grades not in seen:
                seen.append(one.grades)
                parts.append("| grade | title | meaning |\n|---|---|---|\n")
                parts.extend(
                    f"| `{grade.code}` | {grade.title['en']} | {grade.meaning['en']} |\n"
                    for grade in one.grades
                )
                parts.append("\n")
    return "".join(parts)
