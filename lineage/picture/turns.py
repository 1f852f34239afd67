"""The turn: from a model to the planned version that stands beside it and is to take its place."""

from .layout import Box, Layout

_TIP = 8


def turns_of(layout: Layout) -> list[tuple[Box, Box]]:
    """Each model with its planned version, where both stand in one row with nothing between them."""
    at = {box.node.id: box for box in layout.boxes}
    pairs = [(at[box.node.beside], box) for box in layout.boxes if box.node.planned and box.node.beside in at]
    return [(model, planned) for model, planned in pairs if model.row == planned.row and _clear(layout, model, planned)]


def draw_turns(layout: Layout) -> str:
    drawn = []
    for model, planned in turns_of(layout):
        y = planned.top + planned.height // 2
        rightwards = model.left < planned.left
        drawn.append(turn(model.right if rightwards else model.left, y, planned.left if rightwards else planned.right))
    return "".join(drawn)


def turn(x: int, y: int, to_x: int) -> str:
    """A dot in the colour of what restricts, and from it a line in the colour of what does not."""
    back = -_TIP if x < to_x else _TIP
    to_x += back // 4
    return (
        f'<g class="tree-turn"><path class="tree-line" d="M{x} {y}H{to_x + back}"/>'
        f'<path class="tree-tip" d="M{to_x} {y}l{back} -5v10z"/><circle class="tree-dot" cx="{x}" cy="{y}" r="5"/></g>'
    )


def _clear(layout: Layout, model: Box, planned: Box) -> bool:
    left, right = min(model.right, planned.right), max(model.left, planned.left)
    if any(left <= box.left and box.right <= right for box in layout.boxes if box.row == model.row):
        return False
    tops = {model.top, model.bottom}
    passing = (x for route in layout.routes for x, y in route.points[1:-1] if y in tops)
    return not any(left < x < right for x in passing)
