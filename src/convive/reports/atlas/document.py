"""One page an area: where it lies, what was found, four faces, figures, hours, what is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from convive.app.documents import (
    Block,
    Bullets,
    Document,
    Grid,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
)
from convive.app.findings import PublishedFinding, findings_of
from convive.app.ports import Build
from convive.app.shown_figures import (
    count_text,
    interval_text,
    present_change,
    present_figure,
    why_not_shown,
    words_of,
    written,
)
from convive.catalogue.texts import format_date, known_language, localised, say
from convive.core.collation import collation_key
from convive.core.errors import NotFoundError
from convive.core.model import FACES
from convive.reports import charts, words
from convive.reports.atlas.figures import AtlasFigures, Place
from convive.reports.atlas.locator import Locator
from convive.reports.documents import render_pdf
from convive.reports.rows import Row, area_names, select

Deeds = Mapping[Place, Sequence[str]]
"""Area → what is done there beyond what the pack says, in the reader's words."""
MOST_FINDINGS, MOST_DEEDS = 5, 6


def render_atlas(build: Build, *, language: str, deeds: Deeds | None = None) -> bytes:
    """Return the atlas as PDF/UA-1; one page in front, then one an area, by name."""
    return render_pdf(atlas_document(build, language=language, deeds=deeds), build.city.look)


def atlas_document(build: Build, *, language: str, deeds: Deeds | None = None) -> Document:
    """Return the atlas of the areas at which the city is analysed.

    Every figure is chosen, rounded and worded as on the page of the area; what may not be shown
    there is not shown here, and the reason stands in its place. Areas stand by name, not by any
    figure: it is no league table.
    """
    pages = _Pages(build, known_language(language), deeds or {})
    level = build.city.analysis_level.id
    areas = [] if level == "city" else select(build, "areas", level=level)
    areas.sort(key=lambda row: (collation_key(str(row["name"])), row["area_id"]))
    blocks = [*pages.front(len(areas))]
    for area in areas:
        blocks += [PageBreak(), *pages.area(area)]
    city = build.city.name
    return Document(
        say("atlas.title", pages.language, city=city), pages.language, city, tuple(blocks),
        subtitle=words.city_period(build, pages.language), on=_built_on(build), is_one_page=True,
        footer=say("atlas.title", pages.language, city=city),
    )  # fmt: skip


class _Pages:
    """Makes the pages of one build in one language."""

    def __init__(self, build: Build, language: str, deeds: Deeds) -> None:
        self.build, self.language, self.deeds = build, language, deeds
        self.level = build.city.analysis_level.id
        self.figures = AtlasFigures(build)
        self.locator = Locator(build, self.level)
        self.names = area_names(build)
        self.findings: dict[Place, list[PublishedFinding]] = defaultdict(list)
        for one in findings_of(build):
            self.findings[one.level, one.area_id].append(one)
        self.effects = {row["intervention_id"]: row for row in select(build, "effects")}

    def front(self, n: int) -> Iterator[Block]:
        """Yield how to read it."""
        language = self.language
        if not n:
            yield Paragraph(say("atlas.none", language))
            return
        yield Paragraph(say("atlas.about", language, n=n), "lead")
        lines = [f"atlas.read.{name}" for name in ("faces", "change", "hidden", "order")]
        yield Bullets(tuple(say(key, language) for key in lines))
        rounded = words.rounding(self.build, language)
        if rounded:
            yield Paragraph(rounded)

    def area(self, area: Row) -> Iterator[Block]:
        """Yield the page of one area."""
        place, language = (area["level"], area["area_id"]), self.language
        yield Heading(str(area["name"]))
        yield Paragraph(self._sub(area), "small")
        alt = say("atlas.where", language, area=area["name"], city=self.build.city.name)
        svg = self.locator.svg(area["area_id"], alt)
        if svg:
            yield Picture(svg, alt, share=0.4)
        found = [self._finding(one) for one in self.findings[place][:MOST_FINDINGS]]
        yield Bullets(tuple(found)) if found else Paragraph(say("web.area.nothing", language))
        yield Heading(say("web.area.faces", language), 2)
        yield self._faces(place)
        yield Heading(say("web.area.leading", language), 2)
        yield from self._leading(area, place)
        yield from self._week(place)
        yield from self._deeds(place)

    def _sub(self, area: Row) -> str:
        language = self.language
        parent = self.names.get((area["parent_level"] or "", area["parent_id"] or ""), "")
        parts = [parent, words.level_name(self.build.city, self.level, language)]
        if area["residents"] is not None:
            residents = count_text(area["residents"], language)
            parts.append(say("web.area.residents", language, n=residents))
        return " · ".join(part for part in parts if part)

    def _finding(self, one: PublishedFinding) -> str:
        said = one.sentence(self.language).rstrip(".")
        return f"{said} ({say(f'certainty.{one.certainty}', self.language)})."

    def _faces(self, place: Place) -> Grid:
        language, rows = self.language, []
        for face in FACES:
            row = self.figures.faces.get((*place, face.value))
            name = say(f"face.{face.value}", language)
            verdict = words_of("web.standing", row["verdict"], language) if row else ""
            if row is None or row["score"] is None:
                rows.append((name, why_not_shown(row, language), "", verdict))
                continue
            between = interval_text(row["low"], row["high"], "", language, 1)
            score = f"{written(row['score'], '', language, 1)} ({between})"
            rows.append((name, score, count_text(row["n"], language), verdict))
        heads = ("web.face", "atlas.score", "web.n", "web.verdict")
        return Grid(tuple(say(h, language) for h in heads), tuple(rows), widths=(2, 2.4, 0.7, 1.5))

    def _leading(self, area: Row, place: Place) -> Iterator[Block]:
        language, rows = self.language, []
        for indicator in self.figures.leading.values():
            row = self.figures.newest(indicator, place)
            if row is None:
                continue
            figure = present_figure(row, language)
            whole = present_figure(self.figures.newest(indicator, self.figures.city), language)
            change = present_change(self.figures.trend(indicator, place), language)
            label = words_of("indicator", indicator, language)
            about = " · ".join(part for part in (figure.unit, figure.period, figure.note) if part)
            value = figure.value or figure.why_not
            between = f" ({figure.interval})" if figure.interval else ""
            rows.append((
                f"{label}\n{about}" if about else label, f"{value}{between}",
                whole.value or whole.why_not, figure.n, change["verdict"],
            ))  # fmt: skip
        if not rows:
            yield Paragraph(say("web.area.no_faces", language))
            return
        keys = ("web.whole_city", "web.n", "web.change_col")
        heads = (say("web.indicator", language), str(area["name"]))
        columns = (*heads, *(say(key, language) for key in keys))
        yield Grid(columns, tuple(rows), widths=(2.6, 1.7, 1, 0.7, 1.1))

    def _week(self, place: Place) -> Iterator[Block]:
        found = self.figures.week(place)
        if found is None:
            return
        indicator, n = found
        chosen = {"indicator": indicator, "level": place[0], "area_id": place[1]}
        try:
            chart = charts.specification(self.build, "clock", language=self.language, **chosen)
        except NotFoundError:
            return
        yield Heading(say("web.area.week", self.language), 2)
        caption = say("web.area.week_caption", self.language, n=n)
        yield Picture(charts.svg(chart), str(chart["description"]), caption, share=0.78)

    def _deeds(self, place: Place) -> Iterator[Block]:
        language = self.language
        lines = [
            self._intervention(one.id, localised(one.title, language), one.starts)
            for one in self.build.city.interventions
            if one.level == place[0] and place[1] in one.areas
        ]
        lines += self.deeds.get(place, ())
        if not lines:
            return
        yield Heading(say("atlas.done_here", language), 2)
        yield Bullets(tuple(lines[:MOST_DEEDS]))
        if len(lines) > MOST_DEEDS:
            more = say("atlas.more_done", language, n=len(lines) - MOST_DEEDS)
            yield Paragraph(more, "small")

    def _intervention(self, identifier: str, title: str, starts: date) -> str:
        language = self.language
        row = self.effects.get(identifier)
        since = say("atlas.since", language, title=title or identifier,
                    day=format_date(starts, language))  # fmt: skip
        return f"{since}: {words_of('verdict', row['verdict'], language)}" if row else since


def _built_on(build: Build) -> date | None:
    stamp = build.run.get("built_at")
    return datetime.fromisoformat(str(stamp).replace("Z", "+00:00")).date() if stamp else None
