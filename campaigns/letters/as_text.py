from django.utils.translation import gettext, override

from campaigns.letters.parts import Block, Button, Code, Facts, Letter, Link, Paragraph, Prose, Quote

RULE = "-" * 24


def as_text(letter: Letter) -> str:
    """The whole mail as plain text: blocks with an empty line between, every address on a line of its own."""
    with override(letter.language):
        blocks = [_told(block) for block in letter.blocks]
        return "\n\n".join([*blocks, RULE, *_foot(letter)]) + "\n"


def _foot(letter: Letter) -> list[str]:
    foot = [letter.why] if letter.why else []
    if letter.stop_url:
        foot.append(f"{gettext('Stop these emails')}\n{letter.stop_url}")
    return [*foot, f"{gettext('Genseki: one coin to clean a model’s family tree')}\n{letter.site_url}"]


def _told(block: Block) -> str:
    match block:
        case Paragraph(text) | Code(text):
            return text
        case Facts(rows):
            return "\n".join(f"{row.label}: {row.value}" + (f"\n{row.url}" if row.url else "") for row in rows)
        case Button(label, url) | Link(label, url):
            return f"{label}\n{url}"
        case Quote(text):
            return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        case Prose(markdown):
            return markdown
