"""A scene as a LaTeX document of one page, drawn with TikZ. A pixel of the page is a fifth of a millimetre."""

from __future__ import annotations

import math

from derive.page.diagram.arrangement import Arc
from derive.page.diagram.ellipse import Ellipse, Point
from derive.page.diagram.scene import Area, Curve, Item, Line, Scene, Text
from derive.page.tex import prose

PREAMBLE = r"""\RequirePackage{fix-cm}
\documentclass[10pt]{article}
\usepackage[paperwidth=256mm,paperheight=144mm,margin=0mm]{geometry}
\usepackage{amsmath,amssymb,xcolor,graphicx,tikz}
\usetikzlibrary{patterns}
\pagestyle{empty}\setlength{\parindent}{0pt}
\newcommand{\fit}[2]{\sbox0{#2}\ifdim\wd0>#1\resizebox{#1}{!}{\usebox0}\else\usebox0\fi}
"""
POINTS = 0.2 / 25.4 * 72.27  # of a pixel
ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
WEIGHTS = {400: "", 600: r"\bfseries", 700: r"\bfseries"}
QUARTER = math.pi / 2


def tikz(scene: Scene) -> str:
    """The document; the same scene gives the same bytes."""
    colours = dict.fromkeys(item.colour for item in scene.items)
    defined = "\n".join(rf"\definecolor{{{_colour(c)}}}{{HTML}}{{{c.removeprefix('#').upper()}}}" for c in colours)
    body = "\n".join(_item(item) for item in scene.items)
    picture = r"\begin{tikzpicture}[x=0.2mm,y=-0.2mm,inner sep=0pt,outer sep=0pt,line join=round]"
    frame = r"\useasboundingbox (0,0) rectangle (1280,720);"
    drawing = f"{picture}\n{frame}\n{body}\n\\end{{tikzpicture}}"
    return f"{PREAMBLE}{defined}\n\\begin{{document}}\n{drawing}\n\\end{{document}}\n"


def _item(item: Item) -> str:
    match item:
        case Area():
            if item.hatched:
                style = rf"pattern=north east lines,pattern color={_colour(item.colour)}"
                return rf"\fill[white,even odd rule] {_path(item)};\fill[{style},even odd rule] {_path(item)};"
            style = rf"{_colour(item.colour)},fill opacity={item.opacity:g},even odd rule"
            return rf"\fill[{style}] {_path(item)};"
        case Curve():
            e = item.ellipse
            whole = Arc(0, 0.0, 4 * QUARTER)
            style = rf"{_colour(item.colour)},line width={item.width * POINTS:.2f}pt"
            return rf"\draw[{style}] {_at(e.point(0.0))} {_beziers(e, whole)} -- cycle;"
        case Line():
            style = rf"{_colour(item.colour)},line width={item.width * POINTS:.2f}pt"
            return rf"\draw[{style}] {_at((item.x1, item.y1))} -- {_at((item.x2, item.y2))};"
        case Text():
            size = item.size * POINTS
            font = rf"\fontsize{{{size:.2f}}}{{{1.2 * size:.2f}}}\selectfont\sffamily{WEIGHTS[item.weight]}"
            style = rf"anchor={ANCHORS[item.anchor]},text={_colour(item.colour)}"
            room = f"{item.box.width * size:.2f}pt"  # what the layout has for it; these fonts may be wider
            return rf"\node[{style}] at {_at((item.x, item.y))} {{\fit{{{room}}}{{{font} {prose(item.text)}}}}};"


def _path(area: Area) -> str:
    out = []
    for closed in area.outline:
        first = area.arrangement.curves[closed[0].curve].point(closed[0].start)
        pieces = " ".join(_beziers(area.arrangement.curves[arc.curve], arc) for arc in closed)
        out.append(f"{_at(first)} {pieces} -- cycle")
    return " ".join(out)


def _beziers(e: Ellipse, arc: Arc) -> str:
    """The arc as cubic curves of at most a quarter turn each (error below 0.03 % of the axes)."""
    count = max(1, math.ceil(abs(arc.end - arc.start) / QUARTER - 1e-9))
    step = (arc.end - arc.start) / count
    reach = 4 / 3 * math.tan(step / 4)
    out = []
    for k in range(count):
        start, end = arc.start + k * step, arc.start + (k + 1) * step
        (x0, y0), (x1, y1) = e.point(start), e.point(end)
        (u0, v0), (u1, v1) = _slope(e, start), _slope(e, end)
        one, two = (x0 + reach * u0, y0 + reach * v0), (x1 - reach * u1, y1 - reach * v1)
        out.append(f".. controls {_at(one)} and {_at(two)} .. {_at((x1, y1))}")
    return " ".join(out)


def _slope(e: Ellipse, t: float) -> Point:
    """The derivative of the point by its parameter."""
    c, s = e.turn
    u, v = -e.a * math.sin(t), e.b * math.cos(t)
    return u * c - v * s, u * s + v * c


def _at(point: Point) -> str:
    return f"({point[0]:.2f},{point[1]:.2f})"


def _colour(colour: str) -> str:
    return f"c{colour.removeprefix('#')}"
