"""A document with every kind of block, for tests of its files."""

from __future__ import annotations

from datetime import date

from convive.app.documents import (
    Bullets,
    Document,
    Facts,
    Grid,
    Heading,
    Lines,
    PageBreak,
    Paragraph,
    Picture,
)

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 120" width="300" height="120">'
    '<rect x="10" y="20" width="80" height="90" fill="#458a92"/>'
    '<rect x="110" y="60" width="80" height="50" fill="#b9d6d6"/>'
    '<text x="10" y="14" font-family="Public Sans" font-size="12">Prevention</text></svg>'
)


def every_block(language: str = "en", **more) -> Document:
    """A document that has each block at least once, and a table over several pages."""
    rows = tuple(
        (f"Action {n}", f"{n * 1_000:,}", "at risk, since nothing was written") for n in range(60)
    )
    blocks = (
        Heading("What was agreed"),
        Paragraph("Eleven of fourteen actions run; two are late.", "lead"),
        Paragraph("The partners met in March.\nThey meet again in June."),
        Paragraph("See the page of the plan.", link="https://example.org/plan"),
        Paragraph("A commitment is overdue.", "warning"),
        Paragraph("“Nobody comes here after ten.”", "quote"),
        Paragraph("n = 512, January to March 2026", "small"),
        Heading("Open points", 2),
        Bullets(("Lamps at the station", "Night bus")),
        Bullets(("Tender", "Contract", "Lamps"), is_numbered=True),
        Bullets(("Another order",), is_numbered=True),
        Facts((("Lead", "Public works"), ("Money planned", "15,000.50 EUR"))),
        Heading("Actions", 2),
        Grid(("Action", "Money", "Light"), rows, "All actions", numbers=(1,)),
        PageBreak(),
        Heading("Money", 1),
        Picture(SVG, "Two bars: prevention 90, sanction 50.", "Money by pillar"),
        Lines("Notes of the meeting", 4),
    )
    known = {
        "subtitle": "Pack of the council", "on": date(2026, 3, 3), "footer": "Harbour · council",
        "has_contents": True,
    }  # fmt: skip
    return Document("Meeting of March", language, "Harbour", blocks, **(known | more))
