"""The table of terms in docs/verdicts.md, asked from the code: `python -m tests.lineage.terms_table` prints it."""

from lineage.engine.document import Facts, Term
from lineage.engine.terms import ACTIONS, GAPS, LIMIT_FACTS, OBLIGATIONS, RESTRICTIONS, TERMS, severity, takes_limit
from lineage.engine.uses import speak

LIMIT = 10
KINDS = {"restriction": RESTRICTIONS, "obligation": OBLIGATIONS, "gap": GAPS}
HEAD = ["| term | kind | limit | speaks to | says |", "|---|---|---|---|---|"]


def facts(*, commercial: bool, above: bool) -> Facts:
    """Everything is known of this person."""
    amount = LIMIT + 1 if above else LIMIT
    return Facts(amount, amount, amount, amount, monetised=commercial, commercial=commercial)


def said(name: str, action: str, *, commercial: bool) -> set[str]:
    term = Term(name, limit=LIMIT if takes_limit(name) else None)
    speeches = [speak(term, action, facts(commercial=commercial, above=above)) for above in (False, True)]
    return {speech.verdict for speech in speeches if speech}


def uses(name: str) -> str:
    """The uses that a term speaks to, always or only where they are commercial."""
    always = {action for action in ACTIONS if said(name, action, commercial=False)}
    commercially = {action for action in ACTIONS if said(name, action, commercial=True)} - always
    if len(always | commercially) == len(ACTIONS):
        return "every commercial use" if commercially else "every use"
    if always == ACTIONS - {"run"}:
        return "every use but `run`"
    listed = [f"`{action}`" for action in sorted(always)]
    return ", ".join(listed + [f"`{action}` if commercial" for action in sorted(commercially)])


def verdicts(name: str) -> str:
    found = {verdict for action in ACTIONS for verdict in said(name, action, commercial=True)}
    return ", above it ".join(sorted(found, key=severity))


def row(name: str) -> str:
    kinds = " and ".join(kind for kind, names in KINDS.items() if name in names)
    limit = f"`{LIMIT_FACTS[name]}`" if takes_limit(name) else ""
    return f"| `{name}` | {kinds} | {limit} | {uses(name)} | {verdicts(name)} |"


def order(name: str) -> tuple[int, str]:
    return next(place for place, names in enumerate(KINDS.values()) if name in names), name


def table() -> str:
    return "\n".join([*HEAD, *(row(name) for name in sorted(TERMS, key=order))]) + "\n"


if __name__ == "__main__":
    print(table(), end="")
