"""What a browser sends of a page: the fields of its forms, read from the HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from django.http import QueryDict


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sent: list[tuple[str, str]] = []
        self.names: set[str] = set()
        self.buttons: list[tuple[str, str]] = []
        self.actions: list[str] = []
        self.templates = 0
        self.area: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "template":
            self.templates += 1
        if tag == "form":
            self.actions.append(has.get("action") or "")
        if self.templates or not has.get("name"):
            return
        name, value = str(has["name"]), has.get("value") or ""
        if tag == "button":
            self.buttons.append((name, value))
        if tag == "textarea":
            self.area, self.text = name, ""
            self.names.add(name)
        if tag == "input":
            self.names.add(name)
            is_box = has.get("type") in {"radio", "checkbox"}
            if has.get("type") != "file" and (not is_box or "checked" in has):
                self.sent.append((name, value))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.templates -= 1
        if tag == "textarea" and self.area is not None:
            self.sent.append((self.area, self.text.removeprefix("\n")))
            self.area = None


def fields_of(html: str) -> QueryDict:
    """What is sent if nobody changes anything."""
    found = QueryDict(mutable=True)
    for name, value in _read(html).sent:
        found.appendlist(name, value)
    return found


def names_in(html: str) -> set[str]:
    """Names of all fields of a page, chosen or not."""
    return _read(html).names


def buttons_in(html: str) -> list[tuple[str, str]]:
    """Names and values of the buttons."""
    return _read(html).buttons


def _read(html: str) -> _Fields:
    reader = _Fields()
    reader.feed(html)
    return reader
