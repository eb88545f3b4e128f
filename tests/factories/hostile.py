"""Names and texts that try to become markup, formulas, fields, paths or lines of their own."""

NAMES = (
    '#panic("out")', "= Heading", "=HYPERLINK(\"x\")", "<script>alert(1)</script>", "+1+1", "@SUM(A1)",
    "a & b \"c\" 'd'", "{curly} {area}", "\\u0041 $x^2$ *b* _i_", "-2", "日本 ąčß", "L’Île—" * 8,
)  # fmt: skip
HARDER_NAMES = (
    '#import "/etc/passwd": * #read("/etc/passwd") @ref <label> `raw`', "NUL\0inside \x0b\x0c\x1b[31m",
    "two\r\nBEGIN:VEVENT\nSUMMARY:injected\rATTACH:http://evil.example/", "\t=1+1", " =cmd|' /C calc'!A0",
    "＝HYPERLINK(“http://evil.example”)", "emoji 😀 👩‍👩‍👧 \ue000 \u200b\u202eright to left ﷽",
    "]]>&lt;&#0;<!-- <?xml version='1.0'?><!DOCTYPE x SYSTEM 'file:///etc/passwd'>",
    "{ HYPERLINK \"http://evil.example\" } { DDEAUTO c:\\\\cmd } \\fldSimple", "\ufffe\uffff \x85 \u2028 \u2029 end",
    "<svg onload=alert(1)><image href='http://evil.example/x.png'/></svg>", "x" * 600,
)  # fmt: skip
"""As many as `NAMES`: the synthetic town has twelve neighbourhoods."""
TEXTS = (*NAMES, *HARDER_NAMES)
