"""Information diagrams: regions are where the labels say, sides are coloured as they are, files are whole and safe."""

from __future__ import annotations

import json
import random
import re
import xml.etree.ElementTree as ET
from base64 import b64encode
from dataclasses import replace
from fractions import Fraction
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from math import atan2, pi

import pytest

from derive.expr.errors import SortError
from derive.meaning.entropy.atoms import atoms
from derive.page.diagram.arrangement import FULL, Arrangement
from derive.page.diagram.composition import PICKED, compose, wrapped
from derive.page.diagram.document import html
from derive.page.diagram.ellipse import Ellipse
from derive.page.diagram.formula import box
from derive.page.diagram.model import Diagram
from derive.page.diagram.scene import Area, Scene, Text, width
from derive.page.diagram.statement import diagram
from derive.page.diagram.svg import number, path, svg
from derive.page.diagram.tikz import tikz
from derive.page.diagram.venn import beyond, curves, fitted, towards
from derive.prove.verdict import Counterexample, Verdict
from derive.text.statement import parse

SVG = "{http://www.w3.org/2000/svg}"
CHAIN_RULE = "I(X;Y,Z) = I(X;Z) + I(X;Y|Z)"


@cache
def drawn(text: str, *given: str, kind: str = "proved", where: str = "") -> Diagram:
    statement = parse(text, where, given)
    verdicts = [Verdict(kind, method="entropy cone") for _ in statement.relations]
    return diagram(statement.relations, statement.premises, verdicts)  # type: ignore[arg-type]


def points(count: int, arrangement: Arrangement) -> list[tuple[float, float]]:
    """Random places in the box around the curves."""
    draw = random.Random(4)
    x = [c.x + s * c.half_size[0] for c in arrangement.curves for s in (-1, 1)]
    y = [c.y + s * c.half_size[1] for c in arrangement.curves for s in (-1, 1)]
    return [(draw.uniform(min(x), max(x)), draw.uniform(min(y), max(y))) for _ in range(count)]


def turns(arrangement: Arrangement, union: set[int], x: float, y: float) -> int:
    """How often the outline of a union runs around a point."""
    total = 0.0
    for closed in arrangement.outline(union):
        for arc in closed:
            curve = arrangement.curves[arc.curve]
            steps = [arc.start + (arc.end - arc.start) * k / 60 for k in range(61)]
            at = [curve.point(t) for t in steps]
            for (x0, y0), (x1, y1) in pairwise(at):
                cross = (x0 - x) * (y1 - y) - (x1 - x) * (y0 - y)
                dot = (x0 - x) * (x1 - x) + (y0 - y) * (y1 - y)
                total += atan2(cross, dot)
    return round(total / (2 * pi))


# -- geometry


@pytest.mark.parametrize("n", range(1, 6))
def test_every_combination_of_sets_has_exactly_one_region(n: int) -> None:
    """All regions are there, and 2^n − 2 crossings leave room for no second part of any (Euler's formula)."""
    arrangement = Arrangement(curves(n))
    assert arrangement.regions == set(range(1, 1 << n))
    ends = sum(len([arc for arc, _ in arrangement.arcs if arc.curve == i]) for i in range(n))
    assert ends == (2 * (2**n - 2) if n > 1 else 1)


@pytest.mark.parametrize("n", range(1, 6))
def test_outlines_enclose_exactly_their_regions(n: int) -> None:
    arrangement = fitted(n, 0, 0, 400, 400)
    draw = random.Random(n)
    for _ in range(6):
        union = {a for a in range(1, 1 << n) if draw.random() < 0.4}
        for x, y in points(60, arrangement):
            if min(abs(c.level(x, y)) for c in arrangement.curves) > 0.02:  # not on a line
                assert turns(arrangement, union, x, y) == (arrangement.region(x, y) in union)


@pytest.mark.parametrize("n", range(1, 6))
def test_the_diagram_fills_its_box_and_names_stand_outside(n: int) -> None:
    arrangement = fitted(n, 10, 20, 300, 200)
    left = min(c.x - c.half_size[0] for c in arrangement.curves)
    right = max(c.x + c.half_size[0] for c in arrangement.curves)
    top = min(c.y - c.half_size[1] for c in arrangement.curves)
    bottom = max(c.y + c.half_size[1] for c in arrangement.curves)
    assert left >= 10 - 1e-9
    assert right <= 310 + 1e-9
    assert top >= 20 - 1e-9
    assert bottom <= 220 + 1e-9
    assert right - left == pytest.approx(300) or bottom - top == pytest.approx(200)
    for curve, direction in zip(arrangement.curves, towards(n), strict=True):
        assert arrangement.region(*beyond(curve, direction, 8)) == 0


def test_ellipses() -> None:
    e = Ellipse(3, -2, 5, 2, 30)
    for k in range(12):
        assert e.level(*e.point(k * pi / 6)) == pytest.approx(0)
    assert e.contains(3, -2)
    assert not e.contains(3, 1)
    x = [e.point(k / 100)[0] for k in range(629)]
    assert max(x) - 3 == pytest.approx(e.half_size[0], abs=1e-3)


def test_six_sets_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        curves(6)


# -- labels


LABELLED = (
    "H(X) >= 0",
    "H(X,Y) = H(X) + H(Y|X)",
    CHAIN_RULE,
    "I(X_hat;Theta) <= H(X_hat) + H(Y_12)",
    "I(A;B|C,D) >= 0",
    "I(A;B|C,D,E) = I(A;B|C,D,E)",
)


@pytest.mark.parametrize("text", LABELLED)
def test_every_label_stands_in_its_region(text: str) -> None:
    """Each row of a label, with all of its box, is inside of exactly the right curves."""
    d = drawn(text)
    n = len(d.names)
    scene = compose(d)
    arrangement = next(item.arrangement for item in scene.items if isinstance(item, Area))
    left = max(c.x + c.half_size[0] for c in arrangement.curves)
    for place, atom in enumerate(atoms(n), start=1):
        latex = d.atom_latex(atom)
        head = str(place) if n > 3 else latex.split(r" \mid ")[0]
        rows = [
            item
            for item in scene.items
            if isinstance(item, Text)
            and item.anchor == "middle"
            and item.x < left
            and item.text.replace(r"\(", "").split("^")[0].removesuffix(r"\)").split(r" \mid ")[0] == head
            and arrangement.region(item.x, item.y - item.size / 4)
        ]
        assert [arrangement.region(item.x, item.y - item.size / 4) for item in rows].count(atom) == 1
        row = next(item for item in rows if arrangement.region(item.x, item.y - item.size / 4) == atom)
        across = row.box.width * row.size
        for x in (row.left, row.left + across / 2, row.left + across):
            for y in (row.y - 0.6 * row.size, row.y + 0.1 * row.size):
                assert arrangement.region(x, y) == atom, (latex, row)


# -- what is coloured


def filled(scene: Scene) -> list[set[int]]:
    """The regions of the small diagrams that are coloured, in order."""
    return [_union(a) for a in scene.items if isinstance(a, Area) and a.colour == PICKED and a.opacity == 1]


def _union(area: Area) -> set[int]:
    """The regions that an outline encloses, found from the outline alone."""
    arrangement = area.arrangement
    n = len(arrangement.curves)
    for union in range(1, 1 << (1 << n) - 1):
        regions = {r for r in range(1, 1 << n) if union >> r - 1 & 1}
        if arrangement.outline(regions) == area.outline:
            return regions
    raise AssertionError("no union has this outline")


def test_the_sides_are_coloured_as_sets() -> None:
    """X is bit 1, Y 2, Z 4: I(X;Y,Z) is what X shares with Y or Z, and the right side is made of two disjoint parts."""
    whole, first, second = filled(compose(drawn(CHAIN_RULE)))
    assert whole == {3, 5, 7}
    assert first == {5, 7}
    assert second == {3}
    assert first | second == whole


def test_weights() -> None:
    d = drawn("2 I(X;Y) - 1/2 H(X) <= H(Y)")
    assert {a: d.weight(0, a) for a in atoms(2)} == {1: Fraction(-1, 2), 2: 0, 3: Fraction(3, 2)}
    assert {a: d.weight(1, a) for a in atoms(2)} == {1: 0, 2: 1, 3: 1}


def test_premises_hatch_atoms_and_take_them_out_of_the_sum() -> None:
    d = drawn("I(X;Z) <= I(X;Y)", "X -> Y -> Z")
    assert d.zero == {5}
    assert d.signed == frozenset()
    assert [a for item in compose(d).items if isinstance(item, Area) and item.hatched for a in _union(item)] == [5, 5]
    assert d.lines[0].pieces == (r"I(X;Y) - I(X;Z) = I(X;Y \mid Z)",)
    assert d.lines[1].reason == "no term here is negative"
    assert "the difference is 1 non-negative atom (exact)" in d.footer
    assert drawn("I(X;Z) <= I(X;Y)", kind="refuted").zero == frozenset()


def test_an_inequality_beyond_atoms_is_regrouped_into_measures() -> None:
    d = drawn("2 H(X,Y,Z) <= H(X,Y) + H(Y,Z) + H(X,Z)")
    assert [line.reason for line in d.lines] == ["its atoms", "regroup", "no term here is negative"]
    assert r"\underbrace{" in "".join(d.lines[1].pieces)
    assert d.footer.startswith("entropy cone · 1 step proved")  # not by atoms: the centre is signed


def test_what_is_not_true_is_not_called_so() -> None:
    d = drawn("I(X;Y|Z) = I(X;Y)", kind="refuted")
    assert d.standing == "refuted"
    assert "unlike on 1 of 7 atoms (exact)" in d.footer
    assert "equal on" not in d.footer
    assert not [line for line in d.lines if "0" in line.pieces[-1]]
    assert "verified" not in svg(compose(d))
    undecided = drawn("I(X;Y|Z) <= I(X;Y)", kind="undecided")
    assert undecided.standing == "undecided"
    assert [line.reason for line in undecided.lines] == ["its atoms"]


def test_a_refuted_statement_shows_its_distribution() -> None:
    statement = parse("I(X;Y) = H(X)")
    found = Counterexample({}, {"p(X,Y)": {"1,1": "1/2", "2,1": "1/2"}}, "0", "log(2)")
    d = diagram(statement.relations, (), [Verdict("refuted", counterexample=found)])  # type: ignore[arg-type]
    assert r"Refuted where \(p(X,\allowbreak Y)\) is 1/2 at (1,1), (2,1)." in d.notes
    assert r"\(0\) against" in d.footer


def test_notes_about_signs() -> None:
    assert drawn(CHAIN_RULE).notes == (
        r"Only the centre \(I(X;Y;Z)\) may be negative: areas are a signed measure. "
        r"It is negative for fair bits \(X, Y\) and \(Z = X \oplus Y\).",
    )
    assert drawn("H(X,Y) >= H(X)").notes == ("No atom is negative: areas are a measure.",)
    independent = drawn("I(X;Y|Z) >= I(X;Y)", "X _|_ Y")
    assert independent.nonpos == {7}
    assert independent.notes[1].startswith(r"\(I(X;Y;Z)\) is never positive here")


def test_a_premise_that_is_not_read_takes_the_witness_away() -> None:
    """A distribution that may break a premise shows nothing."""
    assert "fair bits" in drawn(CHAIN_RULE, "H(X) >= I(Y;Z)").notes[-1]
    for premise in ("|X| <= 1", "I(X;Y;Z) > 0"):
        assert "fair bits" not in drawn(CHAIN_RULE, premise).notes[-1]
    assert drawn(CHAIN_RULE, "I(X;Y;Z) > 0").signed == frozenset()


def test_a_chain_of_relations_has_all_its_sides() -> None:
    d = drawn("I(X;Y) = H(X) - H(X|Y) <= H(X)")
    assert len(d.sides) == 3
    assert d.relations == ("=", r"\le")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("H(A,B,C,D,E,F) >= 0", "at most 5 variables, and here are 6: A, B, C, D, E, F"),
        ("I(X;Y) <= log 2", "is no region"),
        ("KL(p||q) >= 0", "here is none"),
        ("H(X) = I_q(X;Y)", "several laws, p, q"),
        ("H(X) * I(X;Y) >= 0", "is no region"),
        ("H(X) >= 0; H(Y) >= 0", "one statement"),
    ],
)
def test_what_cannot_be_drawn_says_why(text: str, message: str) -> None:
    with pytest.raises((SortError, ValueError), match=re.escape(message)):
        drawn(text)


# -- files


STATEMENTS = (CHAIN_RULE, "H(X) >= 0", "I(A;B|C) <= I(A;B|C,D) + H(E)", "I(X_hat;Y_1|Theta) >= 0")


@pytest.mark.parametrize("text", STATEMENTS)
def test_svg_is_well_formed_and_loads_nothing(text: str) -> None:
    scene = compose(drawn(text))
    root = ET.fromstring(svg(scene))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 1280 720"
    assert root.find(f"{SVG}title") is not None
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    known = {
        "svg",
        "title",
        "desc",
        "style",
        "defs",
        "pattern",
        "rect",
        "line",
        "path",
        "circle",
        "ellipse",
        "g",
        "text",
    }
    assert names <= known
    style = root.findtext(f"{SVG}style") or ""
    assert set(re.findall(r"url\((.{0,16})", style)) == {"data:font/woff2;"}
    assert "@import" not in style
    assert not [a for element in root.iter() for a in element.attrib if a.endswith("href") or a.startswith("on")]


@pytest.mark.parametrize("text", STATEMENTS)
def test_nothing_is_drawn_outside_of_the_page(text: str) -> None:
    for item in compose(drawn(text)).items:
        if isinstance(item, Text):
            assert item.left >= 0, item
            assert item.left + item.box.width * item.size <= 1280, item
            assert 20 <= item.y <= 700, item


@pytest.mark.parametrize("write", [svg, html, tikz])
def test_the_same_bytes_every_time(write) -> None:
    assert write(compose(drawn(CHAIN_RULE))) == write(compose(drawn.__wrapped__(CHAIN_RULE)))


def test_html_has_the_drawing_and_a_policy_that_allows_its_styles_alone() -> None:
    document = html(compose(drawn(CHAIN_RULE)))
    assert "<script" not in document
    styles = re.findall(r"<style>(.*?)</style>", document, re.DOTALL)
    hashes = [f"'sha256-{b64encode(sha256(s.encode()).digest()).decode()}'" for s in styles]
    assert f"style-src {' '.join(hashes)};" in document
    assert not re.findall(r" style=", document)


def test_tikz_has_balanced_braces_and_one_picture() -> None:
    text = tikz(compose(drawn(CHAIN_RULE)))
    plain = re.sub(r"\\[{}]", "", text)
    assert plain.count("{") == plain.count("}")
    assert text.count(r"\begin{tikzpicture}") == text.count(r"\end{tikzpicture}") == 1
    used = set(re.findall(r"(?:text=|pattern color=|\[)(c[0-9a-f]{6})", text))
    assert used <= set(re.findall(r"\\definecolor\{(c[0-9a-f]{6})\}", text))


def test_hostile_names_stay_text() -> None:
    d = drawn("H(X) >= 0")
    evil = replace(d, title="<script>alert(1)</script>&", footer="</text><a>")
    root = ET.fromstring(svg(compose(evil)))
    assert "script" not in {e.tag.removeprefix(SVG) for e in root.iter()}
    assert "<script>alert(1)</script>&" in "".join(root.itertext())


# -- small parts


def test_paths_close_and_arcs_end_where_they_should() -> None:
    arrangement = fitted(1, 0, 0, 100, 100)
    area = Area(arrangement, arrangement.outline({1}), "#000")
    assert path(area) == "M100 50A50 50 0 0 1 0 50A50 50 0 0 1 100 50Z"
    assert pytest.approx(2 * pi) == FULL
    assert [number(x) for x in (1.0, -0.001, -2.5, 0.126, 100.0)] == ["1", "0", "-2.5", "0.13", "100"]


def test_widths_are_those_of_the_fonts() -> None:
    """KaTeX carries the metrics of its fonts; the table of widths must be of the same fonts."""
    assets = files("derive.page") / "assets"
    table = json.loads((assets / "widths.json").read_text("utf-8"))
    script = (assets / "third_party" / "katex" / "katex.min.js").read_text("utf-8")
    for ours, theirs in (("main", "Main-Regular"), ("math", "Math-Italic")):
        block = re.search(rf'"{theirs}":\{{(.*?)\}}', script)
        assert block is not None
        metrics = {chr(int(c)): row.split(",") for c, row in re.findall(r"(\d+):\[([^\]]*)\]", block[1])}
        for letter in "HIXYZxyz0123;,()[]=+" if ours == "main" else "HIXYZxyzαθ":
            assert table[ours][letter] == pytest.approx(1000 * float(metrics[letter][4]), abs=1)
        if ours == "math":
            for letter in "XYZH":
                assert table["italic"][letter] == pytest.approx(1000 * float(metrics[letter][2]), abs=1)


def test_formulas_have_the_spaces_of_tex() -> None:
    parts = box("a").width + box("b").width
    assert box("a=b").width == pytest.approx(parts + box("=").width + 2 * 0.278)
    assert box("a+b").width == pytest.approx(parts + box("+").width + 2 * 0.222)
    assert box("-b").width == pytest.approx(box("-").width + box("b").width)  # a sign, not a difference
    assert box("a,b").width == pytest.approx(parts + box(",").width + 0.167)
    assert box(r"\unknown").width > 1  # shown by name


def test_long_text_is_broken_between_words_and_not_inside_of_formulas() -> None:
    text = r"one two \(a + b + c\) three " * 4
    rows = wrapped(text.strip(), 16, 200)
    assert " ".join(rows) == text.strip()
    assert all(row.count(r"\(") == row.count(r"\)") for row in rows)
    assert max(width(row, 16) for row in rows) <= 200
