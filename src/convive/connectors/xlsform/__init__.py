"""XLSForm and OpenRosa XForms: instruments out to spreadsheets and field apps, and back.

`write_xlsform` and `read_xlsform` are each other's inverse; `to_xform` makes what a field app
loads, `parse_submission` reads what it sends back. What is supported and what is refused is in
``docs/reference/xlsform.md``.
"""

from __future__ import annotations

from convive.connectors.xlsform.reading import XlsformReading, read_xlsform
from convive.connectors.xlsform.submission import Submission, parse_submission
from convive.connectors.xlsform.submission_writing import write_submission
from convive.connectors.xlsform.workbook import write_xlsform
from convive.connectors.xlsform.xform import to_xform

__all__ = [
    "Submission",
    "XlsformReading",
    "parse_submission",
    "read_xlsform",
    "to_xform",
    "write_submission",
    "write_xlsform",
]
