"""YAML that nobody writes by mistake, with what the refusal says. Each stands where an object is expected."""

from tests.lineage.formats.hostile import JAPANESE

LAUGHS = "a: &a [x, x]\n" + "".join(f"b{number}: &b{number} [*a, *a]\n" for number in range(20))

REFUSED: list[tuple[bytes, str]] = [
    (LAUGHS.encode(), "anchors"),
    (b"a: *b\n", "anchors"),
    (b"<<: *b\n", "anchors"),
    (b"a: !!python/object/apply:os.system ['true']\n", "tags"),
    (b"a: !!python/name:os.system\n", "tags"),
    (b"!!map {a: b}\n", "tags"),
    (b"a: ! b\n", "tags"),
    (b"a: " + b"[" * 50_000 + b"\n", "nested more than"),
    (b"a: " + b"{a: " * 20_000 + b"\n", "nested more than"),
    (b"".join(b" " * level + b"a:\n" for level in range(60)), "nested more than"),
    (b"a: [" + b"0," * 30_000 + b"0]\n", "more than 20,000 values"),
    (b"a: b\n" * 2, "given twice"),
    (b"[a, b]: c\n", "a key must be"),
    (b"- a\n- b\n", "must be a YAML object"),
    (b"just a text\n", "must be a YAML object"),
    (b"a: [b\n", "not YAML"),
    (b"a: b: c\n", "not YAML"),
    (b"\ta: b\n", "not YAML"),
    (b'a: "\\U0011ffff"\n', "not YAML"),
    (b'a: "\\ud800"\n', "cannot be stored"),
    (b'a: "\\0"\n', "cannot be stored"),
    (b"a: \x07\n", "does not allow"),
    (b"a: " + b"b" * 200_000 + b"\n", "more than 100,000 characters"),
    (b"a: " + JAPANESE.encode("shift_jis") + b"\n", "Shift_JIS"),
    (b"a: \xff\n", "not UTF-8"),
    (b"\xff\xfea\0", "save it as UTF-8"),
    (b"b" * 10_000_000, "bytes"),
]
