"""Cells that a spreadsheet would run as a formula, made harmless in a way that can be taken back.

Programs that open CSV take a cell for a formula if it begins with = + - or @, some also after a tab or a line break. An
apostrophe before it keeps it a text. A cell that begins so already gets one more, so that taking one off is exact.
"""

import re

# The broad forms are what a Japanese keyboard types, and Excel reads them like the others.
_RUNS = re.compile("'*[=+\\-@＝＋－＠\t\r\n]")


def guarded(cell: str) -> str:
    """The cell as it can stand in a file that people open in a spreadsheet."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`; any other cell stays as it is."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell) else cell
