"""The picture as a file that stands for itself: on paper, in a slide, in any viewer of SVG."""

from .svg import picture
from .tree import Tree, Words

# The declarations of `tree.css` with its light colours, because few viewers outside browsers know
# custom properties. A test keeps the two alike.
STYLE = """
.tree { font: 14px/1.3 system-ui, -apple-system, "Segoe UI", "Hiragino Sans", "Yu Gothic UI", "Noto Sans JP", \
"Noto Sans CJK JP", Meiryo, sans-serif; }
.tree-model { text-decoration: none; }
.tree-box { fill: #fff; stroke: #116329; stroke-width: 1.25; }
.tree-inner { fill: none; stroke: #a40e26; stroke-width: 1; }
.tree-label { fill: #1b1f24; font-size: 14px; font-weight: 600; }
.tree-mark { fill: #116329; font-size: 12px; font-weight: 700; }
.tree-state { fill: #116329; font-size: 12px; }
.tree-licence { fill: #57606a; font-size: 12px; }
.tree-note { fill: #57606a; font-size: 12px; }
.tree-soon { fill: #116329; font-size: 11px; font-weight: 600; }
.tree-suspect .tree-box { stroke: #7a4b00; stroke-width: 2; stroke-dasharray: 0.1 4.5; stroke-linecap: round; }
.tree-suspect .tree-mark { fill: #7a4b00; }
.tree-suspect .tree-state { fill: #7a4b00; }
.tree-tainted .tree-box { stroke: #a40e26; stroke-width: 2; }
.tree-tainted .tree-mark { fill: #a40e26; }
.tree-tainted .tree-state { fill: #a40e26; }
.tree-planned .tree-box { stroke-width: 1.75; stroke-dasharray: 7 4; stroke-linecap: butt; }
.tree-tint { fill: #0b5cad; fill-opacity: 0.07; }
.tree-bar { fill: #0b5cad; }
.tree-restricting .tree-tint { fill: #a40e26; }
.tree-restricting .tree-bar { fill: #a40e26; }
.tree-restricting .tree-licence { fill: #a40e26; font-weight: 600; }
.tree-sheet { fill: none; stroke: #57606a; stroke-width: 1.25; stroke-linecap: round; }
.tree-stub .tree-box { stroke: #57606a; stroke-width: 1.25; }
.tree-stub .tree-label { font-size: 13px; fill: #0b5cad; }
.tree-stub.tree-tainted .tree-box { stroke: #a40e26; stroke-width: 2; }
.tree-stub.tree-tainted .tree-sheet { stroke: #a40e26; }
.tree-line { fill: none; stroke: #57606a; stroke-width: 1.25; }
.tree-tip { fill: #57606a; }
.tree-uncertain .tree-line { stroke-width: 2; stroke-dasharray: 0.1 4.5; stroke-linecap: round; }
.tree-planned .tree-line { stroke: #116329; stroke-width: 1.75; stroke-dasharray: 7 4; stroke-linecap: butt; }
.tree-planned .tree-tip { fill: #116329; }
.tree-tainting .tree-line { stroke: #a40e26; stroke-width: 3; }
.tree-tainting .tree-tip { fill: #a40e26; stroke: #a40e26; stroke-width: 2; stroke-linejoin: round; }
.tree-closing .tree-line { stroke-dasharray: 10 3 2 3; stroke-linecap: butt; }
.tree-turn .tree-line { stroke: #116329; stroke-width: 3; }
.tree-turn .tree-tip { fill: #116329; stroke: #116329; stroke-width: 2; stroke-linejoin: round; }
.tree-dot { fill: #a40e26; stroke: #fff; stroke-width: 2; }
.tree-tag { fill: #57606a; stroke: #fff; stroke-width: 5; stroke-linejoin: round; paint-order: stroke; \
font-size: 11px; }
.tree-tag.tree-tainting { fill: #a40e26; font-weight: 600; }
.tree-tag.tree-planned { fill: #116329; font-weight: 600; }
.tree-rule { stroke: #d0d7de; stroke-width: 1; }
.tree-word { fill: #57606a; font-size: 12px; }
"""


def download(tree: Tree, words: Words) -> str:
    """The picture with its style on white paper, as the text of an SVG file in UTF-8. Raises `TooLarge`.

    Only nodes whose `href` is a whole http(s) address become links: others lead nowhere from a file.
    """
    paper = '<rect width="100%" height="100%" fill="#fff"/>'
    style = f"<style>{STYLE}</style>{paper}"
    drawing = picture(tree, words, ident="tree", outside=True, style=style)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawing}\n'
