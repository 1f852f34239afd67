"""What is hard to see in drawings: their texts against what is painted under them (WCAG 1.4.3), and their lines and
areas (1.4.11). Axe and the look at a page judge the words of HTML alone.
"""

from playwright.sync_api import Page

# What means nothing by itself: a tint below words, the rule above a legend.
DECOR = ".tree-tint, .tree-rule"


def faint_in_drawings(page: Page) -> list[str]:
    """Named with their contrast, in the light that the page is in."""
    found: list[str] = page.evaluate(FAINT, DECOR)
    return found


# Every shape is asked whether it lies under a point, in the order in which shapes are painted; what does lies there is
# laid over the ground of the page on a canvas, which understands every way of writing colours.
FAINT = """decor => {
    const pen = Object.assign(document.createElement("canvas"), {width: 1, height: 1})
        .getContext("2d", {willReadFrequently: true});
    const known = new Map();
    const lightness = (layers) => {
        const key = layers.map(String).join("|");
        if (!known.has(key)) {
            pen.clearRect(0, 0, 1, 1);
            for (const [colour, opacity] of layers) {
                Object.assign(pen, {fillStyle: colour, globalAlpha: opacity});
                pen.fillRect(0, 0, 1, 1);
            }
            const linear = (part) => (part /= 255) <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4;
            const [red, green, blue] = [...pen.getImageData(0, 0, 1, 1).data].map(linear);
            known.set(key, .2126 * red + .7152 * green + .0722 * blue);
        }
        return known.get(key);
    };
    const contrast = (below, paint) => {
        const [one, other] = [lightness(below), lightness([...below, paint])];
        return (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    };
    const opacity = (one) => one && one.nodeType === 1 ? getComputedStyle(one).opacity * opacity(one.parentNode) : 1;
    const paint = (shape, style, what) => style[what] === "none" || style[what].startsWith("url") ? null :
        [style[what], style[`${what}Opacity`] * shape.opacity];
    const page = (svg) => {
        const grounds = [["white", 1]];
        const over = [];
        for (let one = svg; one; one = one.parentElement) over.unshift([getComputedStyle(one).backgroundColor, 1]);
        return [...grounds, [getComputedStyle(document.body ?? svg).backgroundColor, 1], ...over];
    };
    const under = (shapes, ground, until, at) => shapes.slice(0, until).reduce((layers, shape) => {
        // A line is a few pixels broader than its box. Asking a shape itself is a hundred times as dear.
        if (!shape.one.isPointInFill || at.x < shape.box.left - 4 || at.x > shape.box.right + 4
            || at.y < shape.box.top - 4 || at.y > shape.box.bottom + 4) return layers;
        const here = at.matrixTransform(shape.inverse);
        if (shape.fill && shape.one.isPointInFill(here)) layers = [...layers, shape.fill];
        if (shape.stroke && shape.one.isPointInStroke(here)) layers = [...layers, shape.stroke];
        return layers;
    }, ground);
    const along = (shape) => {
        const length = shape.one.getTotalLength(), matrix = shape.one.getScreenCTM();
        return [.1, .5, .9].map((share) => shape.one.getPointAtLength(length * share).matrixTransform(matrix));
    };
    const inside = (box) =>
        [.1, .5, .9].map((share) => new DOMPoint(box.x + box.width * share, box.y + box.height / 2));
    const faint = new Set();
    for (const svg of document.querySelectorAll("svg:not(svg svg)")) {
        if (!svg.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
        const shapes = [...svg.querySelectorAll("text, rect, path, line, circle, ellipse, polygon, polyline")]
            .filter((one) => !one.closest("defs, clipPath, mask, pattern, symbol, marker"))
            .map((one) => ({one, style: getComputedStyle(one), box: one.getBoundingClientRect()}))
            .filter(({style, box}) => style.display !== "none" && (box.width || box.height));
        for (const shape of shapes) {
            shape.opacity = opacity(shape.one);
            shape.inverse = shape.one.getScreenCTM().inverse();
            shape.fill = paint(shape, shape.style, "fill");
            shape.stroke = parseFloat(shape.style.strokeWidth) ? paint(shape, shape.style, "stroke") : null;
        }
        const ground = page(svg);
        shapes.forEach((shape, place) => {
            const {one, style, box, fill, stroke} = shape, text = one.matches("text");
            // What fills a drawing before anything else is its paper, and the ends of a bar are told by what fills it.
            const whole = svg.getBoundingClientRect();
            const paper = !place && box.width >= .9 * whole.width && box.height >= .9 * whole.height;
            if (paper || one.matches(decor) || style.fill.startsWith("url") || text && !one.textContent.trim()) return;
            const size = parseFloat(style.fontSize) * one.getScreenCTM().a;
            const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
            // A text may bring its own ground with it: a broad edge that is painted first.
            const own = text && stroke && style.paintOrder.startsWith("stroke") ? [stroke] : [];
            const below = (at) => [...under(shapes, ground, place, at), ...own];
            const told = (colour, points) => points.map((at) => contrast(below(at), colour));
            // Every letter has to be read. A shape has to be seen somewhere, by its edge or by what fills it: it may
            // cross another of its colour.
            const contrasts = fill ? told(fill, inside(box)) : [];
            if (stroke && !text) contrasts.push(...told(stroke, along(shape)));
            if (!contrasts.length) return;
            const least = text ? Math.min(...contrasts) : Math.max(...contrasts);
            const words = one.textContent.trim().slice(0, 40), called = one.getAttribute("class") ?? "";
            const enough = large || !text ? 3 : 4.5;
            if (least < enough) faint.add(`${one.nodeName} ${called} "${words}" ${least.toFixed(1)}`);
        });
    }
    return [...faint];
}"""
