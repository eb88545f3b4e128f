"""Names that try to become markup, formulas or paths."""

NAMES = (
    '#panic("out")', "= Heading", "=HYPERLINK(\"x\")", "<script>alert(1)</script>", "+1+1", "@SUM(A1)",
    "a & b \"c\" 'd'", "{curly} {area}", "\\u0041 $x^2$ *b* _i_", "-2", "日本 ąčß", "L’Île—" * 8,
)  # fmt: skip
