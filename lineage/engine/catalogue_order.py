"""Models in an order in which parents come before their children, and derivations in rows of one child each.

The loops take columns and give nothing back but what they write into them, so that they can be compiled. Members of a
cycle of claims stand next to each other; everything else stands behind all that it was made from.
"""

from lineage.engine.arrays import Ints, inner


def count_rows(row_of: Ints, starts: Ints) -> None:
    """Where each row begins, if all of one row stand together. `starts` has one more than there are rows, all 0."""
    for row in row_of:
        starts[row + 1] += 1
    for row in range(1, len(starts)):
        starts[row] += starts[row - 1]


def find_places(row_of: Ints, free: Ints, place: Ints) -> None:
    """The place of everything in its row, in the order given. `free` begins as the starts, and is used up."""
    for each in range(len(row_of)):
        row = row_of[each]
        place[each] = free[row]
        free[row] += 1


def scatter(column: Ints, place: Ints, out: Ints) -> None:
    for each in range(len(column)):
        out[place[each]] = column[each]


def look_up(column: Ints, table: Ints, out: Ints) -> None:
    for each in range(len(column)):
        out[each] = table[column[each]]


def shift(column: Ints, by: int, out: Ints) -> None:
    for each in range(len(column)):
        out[each] = column[each] + by


def without_cycles(starts: Ints, children: Ints, waiting: Ints, order: Ints) -> int:
    """Fill `order` with those that come after no cycle (Kahn), and say how many.

    `starts` and `children` are rows of each parent's children; `waiting` is how many claims each child has, and is
    above 0 afterwards for whatever is in a cycle or below one.
    """
    done = 0
    for node in range(len(waiting)):
        if waiting[node] == 0:
            order[done] = node
            done += 1
    place = 0
    while place < done:
        node = order[place]
        place += 1
        for each in range(starts[node], starts[node + 1]):
            child = children[each]
            waiting[child] -= 1
            if waiting[child] == 0:
                order[done] = child
                done += 1
    return done


@inner
def close(node: int, end: int, waiting: Ints, order: Ints, scratch: Ints, behind: int) -> int:
    """Take a component off the open ones, of which the last stands before `behind`; says where it begins in `order`."""
    begin = end
    member = -1
    while member != node:
        behind -= 1
        begin -= 1
        member = scratch[behind]
        order[begin] = member
        waiting[member] = 0
    return begin


def with_cycles(starts: Ints, children: Ints, waiting: Ints, order: Ints, scratch: Ints, ends: Ints) -> None:
    """Fill the end of `order` with the rest (Tarjan's components, the last first). Those of one cycle stand together.

    `ends` is 0, but where a cycle begins in `order` the place behind its last member. `scratch` has five columns of the
    number of models, all 0: each one's number from 1 on, its low, its next child, the open ones, and the way down.
    """
    count = len(waiting)
    low, after, opened, way = count, 2 * count, 3 * count, 4 * count
    numbered, open_ones, free = 0, 0, count
    for top in range(count):
        if waiting[top] == 0 or scratch[top] != 0:
            continue
        depth = 0
        scratch[way] = top
        while depth >= 0:
            node = scratch[way + depth]
            if scratch[node] == 0:
                numbered += 1
                scratch[node] = scratch[low + node] = numbered
                scratch[after + node] = starts[node]
                scratch[opened + open_ones] = node
                open_ones += 1
            if scratch[after + node] < starts[node + 1]:
                child = children[scratch[after + node]]
                if scratch[child] == 0:
                    depth += 1
                    scratch[way + depth] = child
                    continue
                scratch[after + node] += 1
                if waiting[child] > 0:
                    scratch[low + node] = min(scratch[low + node], scratch[low + child])
                continue
            depth -= 1
            if scratch[low + node] == scratch[node]:
                end = free
                free = close(node, end, waiting, order, scratch, opened + open_ones)
                open_ones -= end - free
                if end - free > 1:
                    ends[free] = end


def count_each(values: Ints, counts: Ints) -> None:
    for value in values:
        counts[value] += 1


def turn_round(original: Ints, number: Ints) -> None:
    for each in range(len(original)):
        number[original[each]] = each


def count_cells(first: Ints, last: Ints) -> int:
    total = 0
    for row in range(len(first)):
        total += last[row] - first[row]
    return total


def count_empty(first: Ints, last: Ints) -> int:
    """How many rows before the first that has something in it."""
    row = 0
    while row < len(first) and first[row] == last[row]:
        row += 1
    return row


def list_cells(first: Ints, last: Ints, rows: Ints, places: Ints) -> None:
    """The place of each thing that stands in a row, and the row it stands in."""
    found = 0
    for row in range(len(first)):
        for each in range(first[row], last[row]):
            rows[found] = row
            places[found] = each
            found += 1


def find_best(prices: Ints, budget: int, freed: tuple[Ints, Ints], by_downloads: bool, original: Ints) -> int:
    """The row that frees most for its price, or -1 if none that is affordable frees anything.

    Of those that are worth the same: most downloads, then most versions, then the smaller original number.
    """
    best, worth, most, versions = -1, 0.0, 0, 0
    for row in range(len(prices)):
        if not 0 < prices[row] <= budget:
            continue
        downloads = freed[1][row] if by_downloads else 0
        value = (downloads if by_downloads else freed[0][row]) / prices[row]
        if value < worth or value == 0:
            continue
        better = value > worth or downloads > most
        if not better and downloads == most:
            better = freed[0][row] > versions or (freed[0][row] == versions and original[row] < original[best])
        if better:
            best, worth, most, versions = row, value, downloads, freed[0][row]
    return best
