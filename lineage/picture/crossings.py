"""How good an order of models within their rows is: how many edges cross, and how far they lead aside.

`rows` hold models and bends from left to right, `below` the ends of each one's edges in the next row.
"""

from bisect import bisect_right, insort
from itertools import pairwise


def crossings(rows: list[list[int]], below: list[list[int]]) -> int:
    """How many pairs of edges cross."""
    total = 0
    for upper, lower in pairwise(rows):
        place = {item: index for index, item in enumerate(lower)}
        seen: list[int] = []
        for item in upper:
            ends = [place[end] for end in below[item]]
            total += sum([len(seen) - bisect_right(seen, end) for end in ends])
            for end in ends:
                insort(seen, end)
    return total


def sideways(rows: list[list[int]], below: list[list[int]]) -> int:
    """How far the edges go sideways, in places: decides between orders with the same number of crossings."""
    middle = {item: 2 * index - len(row) for row in rows for index, item in enumerate(row)}
    return sum(abs(middle[item] - middle[end]) for row in rows for item in row for end in below[item])
