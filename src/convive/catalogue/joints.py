"""Where a sentence meets a value: the small words that change with what follows them.

A template says "de {area}" and cannot know whether the name begins with a vowel, or with an
article of its own. Here the words on both sides of the joint are made to agree as grammar asks:
*d’Ivry*, *du Port*, *l’8 %*, *dell’11 marzo*. Nothing else of a value or of a template changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

Joint = Callable[[str, str], tuple[str, str]]

_FRENCH_ELIDED = re.compile(r"(?<![\w’'])([Dd]e|[Qq]ue|[Ll]orsque|[Pp]uisque) $")
_FRENCH_VOWEL = re.compile(r"[aàâeéèêëiîïoôuùûyAÀÂEÉÈÊËIÎÏOÔUÙÛÆŒæœ]|[Hh](?=[ôéiuaô])")
_FRENCH_NOT_ELIDED = re.compile(
    r"(?:onze|oui|yaourt|hautes?|halles?|hameaux?|huit)\b|[Yy][aeo]", re.I
)
_FRENCH_ARTICLES = {
    ("de", "Le "): "du ", ("de", "le "): "du ", ("de", "Les "): "des ", ("de", "les "): "des ",
    ("à", "Le "): "au ", ("à", "le "): "au ", ("à", "Les "): "aux ", ("à", "les "): "aux ",
}  # fmt: skip
_FRENCH_ARTICLE = re.compile(r"(?<![\w’'])([Dd]e|[Àà]) $")

_ITALIAN_ARTICLE = re.compile(r"(?<![\w’'])([Ii]l|[Dd]el|[Dd]al|[Aa]l|[Nn]el|[Ss]ul) $")
_ITALIAN_ELIDED = {
    "il": "l’", "del": "dell’", "dal": "dall’", "al": "all’", "nel": "nell’", "sul": "sull’",
}  # fmt: skip
_ITALIAN_VOWEL_NUMBER = re.compile(r"8|11(?=\D|$|[.]\d{3})")
"""Numbers that begin with a vowel when they are read aloud: otto…, ottanta…, undici(mila)."""


def joined(before: str, value: str, language: str) -> tuple[str, str]:
    """Return the text before a value and the value as they stand together in a language.

    Examples
    --------
    >>> joined("le nord de ", "Ivry", "fr"), joined("le nord de ", "Le Port", "fr")
    (('le nord d’', 'Ivry'), ('le nord du ', 'Port'))
    >>> joined("Il ", "8%", "it"), joined("Il ", "12%", "it")
    (('L’', '8%'), ('Il ', '12%'))
    """
    joint = _JOINTS.get(language)
    return joint(before, value) if joint else (before, value)


def _french(before: str, value: str) -> tuple[str, str]:
    article = _FRENCH_ARTICLE.search(before)
    if article:
        for (word, start), contracted in _FRENCH_ARTICLES.items():
            if article[1].lower() == word and value.startswith(start):
                shown = _with_case_of(article[1], contracted)
                return before[: article.start()] + shown, value[len(start) :]
    elided = _FRENCH_ELIDED.search(before)
    if elided and _FRENCH_VOWEL.match(value) and not _FRENCH_NOT_ELIDED.match(value):
        return before[: elided.end() - 2] + "’", value
    return before, value


def _italian(before: str, value: str) -> tuple[str, str]:
    article = _ITALIAN_ARTICLE.search(before)
    if article and _ITALIAN_VOWEL_NUMBER.match(value):
        shown = _with_case_of(article[1], _ITALIAN_ELIDED[article[1].lower()])
        return before[: article.start()] + shown, value
    return before, value


def _with_case_of(model: str, word: str) -> str:
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


_JOINTS: Mapping[str, Joint] = {"fr": _french, "it": _italian}

_SPANISH_I = re.compile(r"(?:i|í|hi(?![eéaá]))", re.I)


def listed(text: str, items: Sequence[str], language: str) -> str:
    """Return a list in words, its *y* made *e* before an i, as Spanish asks.

    Examples
    --------
    >>> listed("Gracia y Igualada", ["Gracia", "Igualada"], "es")
    'Gracia e Igualada'
    """
    if language != "es" or len(items) < 2 or not _SPANISH_I.match(items[-1]):
        return text
    tail = f" y {items[-1]}"
    return f"{text.removesuffix(tail)} e {items[-1]}" if text.endswith(tail) else text
