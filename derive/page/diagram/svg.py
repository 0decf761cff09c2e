"""A scene as one SVG file that loads nothing: its fonts are inside, and every letter of a formula has its place."""

from __future__ import annotations

import math
from base64 import b64encode
from functools import cache
from html import escape
from importlib.resources import files

from derive.page.diagram.arrangement import FULL, Arc
from derive.page.diagram.ellipse import Ellipse
from derive.page.diagram.formula import Bar, Brace, Letters
from derive.page.diagram.scene import HEIGHT, WIDTH, Area, Curve, Item, Line, Scene, Text
from derive.page.html_extent import inline

FONTS = {  # by the name in widths.json: class, family, weight, style, fallback, file under assets/third_party
    "main": ("m", "KaTeX_Main", 400, "normal", "serif", "katex/fonts/KaTeX_Main-Regular"),
    "math": ("i", "KaTeX_Math", 400, "italic", "serif", "katex/fonts/KaTeX_Math-Italic"),
    "text400": ("t", "Source Sans 3", 400, "normal", "sans-serif", "source-sans-3/source-sans-3-latin-400-normal"),
    "text600": ("s", "Source Sans 3", 600, "normal", "sans-serif", "source-sans-3/source-sans-3-latin-600-normal"),
    "text700": ("b", "Source Sans 3", 700, "normal", "sans-serif", "source-sans-3/source-sans-3-latin-700-normal"),
}
RUNNING = ("text400", "text600", "text700")  # text that the viewer may kern; only its beginning is placed


def svg(scene: Scene, attributes: str = "") -> str:
    """The file; the same scene gives the same bytes. `attributes` go into its root element."""
    used = dict.fromkeys(mark.font for item in scene.items if isinstance(item, Text) for mark in _letters(item))
    hatches = dict.fromkeys(item.colour for item in scene.items if isinstance(item, Area) and item.hatched)
    body = "\n".join(_item(item) for item in scene.items)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="diagram-title diagram-description"{attributes}>\n'
        f'<title id="diagram-title">{_words(scene.title)}</title>\n'
        f'<desc id="diagram-description">{_words(scene.description)}</desc>\n'
        f"<style>{''.join(_face(font) for font in FONTS if font in used)}</style>\n"
        f"<defs>{''.join(map(_hatch, hatches))}</defs>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def number(value: float) -> str:
    """A coordinate, to a hundredth of a pixel."""
    return f"{value + 0.0:.2f}".rstrip("0").rstrip(".").replace("-0", "0" if abs(value) < 0.005 else "-0")


def path(area: Area) -> str:
    """The outline as SVG path data."""
    out = []
    for closed in area.outline:
        first = area.arrangement.curves[closed[0].curve].point(closed[0].start)
        out.append(f"M{number(first[0])} {number(first[1])}")
        out += [_arc(area.arrangement.curves[arc.curve], arc) for arc in closed]
        out.append("Z")
    return "".join(out)


def _arc(curve: Ellipse, arc: Arc) -> str:
    turn = arc.end - arc.start
    stops = (arc.start + turn / 2, arc.end) if abs(turn) > FULL - 1e-9 else (arc.end,)  # a whole turn is two halves
    large = int(len(stops) == 1 and abs(turn) > math.pi)
    axes = f"{number(curve.a)} {number(curve.b)} {number(curve.angle)} {large} {int(turn > 0)}"
    return "".join(f"A{axes} {number(x)} {number(y)}" for x, y in map(curve.point, stops))


def _item(item: Item) -> str:
    match item:
        case Area():
            fill = f"url(#{_hatch_name(item.colour)})" if item.hatched else item.colour
            opacity = "" if item.opacity == 1 else f' fill-opacity="{number(item.opacity)}"'
            return f'<path d="{path(item)}" fill="{fill}" fill-rule="evenodd"{opacity}/>'
        case Curve():
            e = item.ellipse
            shape = f'cx="{number(e.x)}" cy="{number(e.y)}"'
            stroke = f'fill="none" stroke="{item.colour}" stroke-width="{number(item.width)}"'
            if e.a == e.b:
                return f'<circle {shape} r="{number(e.a)}" {stroke}/>'
            turn = f"rotate({number(e.angle)} {number(e.x)} {number(e.y)})"
            return f'<ellipse {shape} rx="{number(e.a)}" ry="{number(e.b)}" transform="{turn}" {stroke}/>'
        case Line():
            ends = f'x1="{number(item.x1)}" y1="{number(item.y1)}" x2="{number(item.x2)}" y2="{number(item.y2)}"'
            return f'<line {ends} stroke="{item.colour}" stroke-width="{number(item.width)}"/>'
        case Text():
            return _text(item)


def _text(item: Text) -> str:
    out = []
    for mark in item.box.marks:
        x0, y0 = item.left, item.y
        match mark:
            case Letters():
                kind = FONTS[mark.font][0]
                places = mark.x[:1] if mark.font in RUNNING else mark.x
                x = " ".join(number(x0 + item.size * x) for x in places)
                y, size = number(y0 + item.size * mark.y), number(item.size * mark.size)
                out.append(f'<text class="{kind}" x="{x}" y="{y}" font-size="{size}">{escape(mark.text)}</text>')
            case Bar():
                x, y = number(x0 + item.size * mark.x), number(y0 + item.size * mark.y)
                across, high = number(item.size * mark.width), number(item.size * mark.height)
                out.append(f'<rect x="{x}" y="{y}" width="{across}" height="{high}"/>')
            case Brace():
                x, y = x0 + item.size * mark.x, y0 + item.size * mark.y
                out.append(_brace(x, y, item.size * mark.width, item.size, item.colour))
    return f'<g fill="{item.colour}">{"".join(out)}</g>'


def _brace(x: float, y: float, width: float, size: float, colour: str) -> str:
    """A brace that opens upwards."""
    high, curl = 0.2 * size, min(0.35 * size, width / 4)
    middle, end = x + width / 2, x + width
    d = (
        f"M{number(x)} {number(y)}Q{number(x)} {number(y + high / 2)} {number(x + curl)} {number(y + high / 2)}"
        f"L{number(middle - curl)} {number(y + high / 2)}"
        f"Q{number(middle)} {number(y + high / 2)} {number(middle)} {number(y + high)}"
        f"Q{number(middle)} {number(y + high / 2)} {number(middle + curl)} {number(y + high / 2)}"
        f"L{number(end - curl)} {number(y + high / 2)}"
        f"Q{number(end)} {number(y + high / 2)} {number(end)} {number(y)}"
    )
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{number(0.055 * size)}"/>'


def _letters(item: Text) -> list[Letters]:
    return [mark for mark in item.box.marks if isinstance(mark, Letters)]


def _words(text: str) -> str:
    return escape("".join(piece for _, piece in inline(text)))


def _hatch_name(colour: str) -> str:
    return f"hatch-{colour.removeprefix('#')}"


def _hatch(colour: str) -> str:
    return (
        f'<pattern id="{_hatch_name(colour)}" width="7" height="7" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="7" height="7" fill="#fff"/>'
        f'<line x1="0" y1="0" x2="0" y2="7" stroke="{colour}" stroke-width="2.4"/></pattern>'
    )


@cache
def _face(font: str) -> str:
    """The font as data, and the class of text in it."""
    kind, family, weight, style, fallback, file = FONTS[font]
    data = b64encode((files("derive.page") / "assets" / "third_party" / f"{file}.woff2").read_bytes()).decode()
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}\n'
        f'.{kind}{{font-family:"{family}",{fallback};font-weight:{weight};font-style:{style};white-space:pre}}\n'
    )
