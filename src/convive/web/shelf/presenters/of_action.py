"""On the page of an action: the entry of the shelf that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.app.shelf.documents import written_in
from convive.web.shelf.presenters import shelf_words as words
from convive.web.shelf.selectors.on_shelf import entries_now
from convive.web.workspace.models import Action
from convive.web.workspace.presenters.action_sections import Reader, Section


def _from_shelf(action: Action, reader: Reader) -> Mapping[str, Any] | None:
    """Return the entry as a link; its ref alone where this shelf does not have it."""
    if not action.shelf_ref:
        return None
    entry = entries_now().get(action.shelf_ref)
    language = reader.language
    link = words.entry_link(entry, language) if entry else {}
    own = written_in(entry) if entry else language
    foreign = "" if own == language else words.language_name(own, language)
    return {"ref": action.shelf_ref, "link": link, "foreign": foreign}


FROM_SHELF = Section("shelf", "shelf/of_action.html", _from_shelf)
