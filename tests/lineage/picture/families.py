"""Families to draw: small ones by their edges, the one of BRA V4, and any that hypothesis can think of."""

import random
from collections.abc import Iterable
from typing import get_args
from xml.etree import ElementTree

from hypothesis import strategies as st

from lineage.picture import Edge, Node, State, Tree, Words

SVG = "{http://www.w3.org/2000/svg}"

ENGLISH = Words(
    title="Family tree of BRA V4",
    description="Who was made from whom.",
    tainted="inherits restrictions",
    suspect="has open questions",
    clean="inherits no restriction",
    restricting_path="restricting path",
    planned="planned",
    uncertain="not certain",
    circular="closes a circle",
)
STATE_WORDS = {"tainted": ENGLISH.tainted, "suspect": ENGLISH.suspect, "clean": ENGLISH.clean}


def node(name: str, state: State = "clean", label: str = "", **more: object) -> Node:
    given = {"href": f"/m/{name}", "state_word": STATE_WORDS[state], **more}
    return Node(name, label or name, state, **given)  # type: ignore[arg-type]


def family(*links: str, nodes: Iterable[Node] = ()) -> Tree:
    """`family("a b", "b c")`: b was made from a, c from b. Nodes that are not given are clean."""
    pairs = [_pair(link) for link in links]
    given = {one.id: one for one in nodes}
    names = dict.fromkeys([*given, *(name for pair in pairs for name in pair)])
    return Tree(tuple(given.get(name) or node(name) for name in names), tuple(Edge(*pair) for pair in pairs))


def _pair(link: str) -> tuple[str, str]:
    parent, child = link.split()
    return parent, child


def bra() -> Tree:
    """BRA V4 with its ancestors, and the clean version that would stand beside it."""
    taint = ["dd1", "lucid", "povd", "povl", "chillout", "chalf", "v1", "v3", "v4"]
    ways = "dd1 lucid,dd1 povd,lucid povl,povl chillout,povd chillout,chillout chalf,chalf v1,v1 v3,v3 v4"
    others = "sd15 dd1,basil chillout,sd15 shalf,shalf v1"
    nodes = [node(name, "tainted", restricting=name == "dd1", focus=name == "v4") for name in taint]
    nodes += [node("sd15"), node("shalf"), node("basil", "suspect")]
    nodes += [node("half", planned=True), node("clean", planned=True)]
    edges = [Edge(*_pair(way), label="merge", tainting=True) for way in ways.split(",")]
    edges += [Edge(*_pair(way), label="fine-tune") for way in others.split(",")]
    edges += [Edge(*_pair(way), planned=True) for way in ("sd15 half", "shalf clean", "half clean")]
    return Tree(tuple(nodes), tuple(edges))


def large_family(count: int, edges: int) -> Tree:
    """A family like those of merged models: most parents are recent ones. Always the same for the same numbers."""
    chance = random.Random(7)
    names = [f"m{number:03}" for number in range(count)]
    links = {(max(0, at - 1 - int(chance.expovariate(1 / 8))), at) for at in range(1, count)}
    while len(links) < edges:
        older, newer = sorted(chance.sample(range(count), 2))
        if newer - older < 40:
            links.add((older, newer))
    return family(*(f"{names[older]} {names[newer]}" for older, newer in sorted(links)))


NAMES = tuple("abcdefghijkl")
WORDS = st.text(st.characters(exclude_categories=()), max_size=80)


@st.composite
def families(draw: st.DrawFn, *, circles: bool = False) -> Tree:
    """Up to a dozen models with any descent, with circles or without, with all kinds of nodes and edges."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(0, len(NAMES)))]
    pairs = [(one, two) for at, one in enumerate(names) for two in names[0 if circles else at + 1 :]]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=24)) if pairs else []
    flag = st.booleans()
    nodes = [
        node(name, draw(st.sampled_from(get_args(State))), planned=draw(flag), focus=draw(flag), note=draw(WORDS))
        for name in names
    ]
    edges = [
        Edge(*pair, label=draw(WORDS), certain=draw(flag), tainting=draw(flag), planned=draw(flag)) for pair in chosen
    ]
    return Tree(tuple(nodes), tuple(edges))


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def models(svg: str) -> list[ElementTree.Element]:
    """The boxes of the models, in the order of the source."""
    return [each for each in parsed(svg).iter(f"{SVG}a") if "tree-model" in each.get("class", "")]


def title(element: ElementTree.Element) -> str:
    return element.findtext(f"{SVG}title") or ""


def texts(element: ElementTree.Element, kind: str) -> list[str]:
    return [each.text or "" for each in element.iter(f"{SVG}text") if each.get("class") == f"tree-{kind}"]
