"""The family tree as a picture: drawn by our own layered layout, without scripts, from plain data."""

from .dot import dot
from .listing import Branch, Row, listing_rows, nested_list
from .mark import brand_mark
from .standalone import download
from .svg import draw
from .tree import Edge, Node, State, TooLarge, Tree, Words

__all__ = [
    "Branch",
    "Edge",
    "Node",
    "Row",
    "State",
    "TooLarge",
    "Tree",
    "Words",
    "brand_mark",
    "dot",
    "download",
    "draw",
    "listing_rows",
    "nested_list",
]
