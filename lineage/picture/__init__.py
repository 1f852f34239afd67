"""The family tree as a picture: drawn by our own layered layout, without scripts, from plain data."""

from .choice import DRAWN_AT_ALL, SHOWS, Choice, Reduced, Relatives, Show, Wish, choose
from .dot import dot
from .listing import Branch, Line, Row, lines_of, listing_rows, nested, nested_list
from .mark import brand_mark
from .standalone import download
from .stubs import Stub
from .svg import draw
from .tree import Edge, Node, State, TooLarge, Tree, Words

__all__ = [
    "DRAWN_AT_ALL",
    "SHOWS",
    "Branch",
    "Choice",
    "Edge",
    "Line",
    "Node",
    "Reduced",
    "Relatives",
    "Row",
    "Show",
    "State",
    "Stub",
    "TooLarge",
    "Tree",
    "Wish",
    "Words",
    "brand_mark",
    "choose",
    "dot",
    "download",
    "draw",
    "lines_of",
    "listing_rows",
    "nested",
    "nested_list",
]
