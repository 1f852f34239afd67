"""Merge the words that lie in parts into one catalogue each, and compile it.

`python -m config.catalogues` writes LC_MESSAGES/django.po and django.mo of each; both are committed, so that
neither a run nor a test needs gettext's tools. `--check` only says whether they are up to date.
"""

import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = (ROOT / "campaigns" / "locale" / "ja", ROOT / "lineage" / "locale" / "ja")
# What allauth says in English, in the words that our own pages have for it. Ours need none: their messages are English.
ENGLISH = ROOT / "campaigns" / "locale" / "en"
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "ja": "nplurals=1; plural=0;"}
HEADER = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}


class TwoWordsForOne(Exception):
    """Two parts translate one message differently."""


def merged(folder: Path) -> polib.POFile:
    """One catalogue of all parts, sorted by message, without dates: the same parts give the same bytes."""
    whole = polib.POFile()
    whole.metadata = HEADER | {"Language": folder.name, "Plural-Forms": PLURALS[folder.name]}
    seen: dict[tuple[str, str], polib.POEntry] = {}
    for part in sorted((folder / "parts").glob("*.po")):
        for entry in polib.pofile(str(part)):
            key = (entry.msgctxt or "", entry.msgid)
            if key in seen and (seen[key].msgstr, seen[key].msgstr_plural) != (entry.msgstr, entry.msgstr_plural):
                raise TwoWordsForOne(f"{part.name}: {entry.msgid!r} is {entry.msgstr!r} and {seen[key].msgstr!r}")
            if key not in seen:
                seen[key] = polib.POEntry(
                    msgctxt=entry.msgctxt,
                    msgid=entry.msgid,
                    msgid_plural=entry.msgid_plural,
                    msgstr=entry.msgstr,
                    msgstr_plural=entry.msgstr_plural,
                    flags=[flag for flag in entry.flags if flag != "fuzzy"],
                )
    whole.extend(seen[key] for key in sorted(seen))
    return whole


def main(arguments: list[str]) -> int:
    stale = []
    for folder in (*CATALOGUES, ENGLISH):
        catalogue = merged(folder)
        target = folder / "LC_MESSAGES" / "django.po"
        if target.is_file() and target.read_text(encoding="utf-8") == str(catalogue) + "\n":
            continue
        stale.append(str(target.relative_to(ROOT)))
        if "--check" not in arguments:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(str(catalogue) + "\n", encoding="utf-8")
            catalogue.save_as_mofile(str(target.with_suffix(".mo")))
    for name in stale:
        print(f"{'stale, run python -m config.catalogues' if '--check' in arguments else 'written'}: {name}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except TwoWordsForOne as error:
        sys.exit(str(error))
