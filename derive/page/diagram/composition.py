"""Where everything stands on the page: the large diagram left, the sides as small ones right, then the derivation."""

from __future__ import annotations

from fractions import Fraction

from derive.meaning.entropy.atoms import atoms
from derive.page.diagram.arrangement import Arrangement
from derive.page.diagram.formula import box
from derive.page.diagram.labels import region_labels
from derive.page.diagram.model import Diagram, Term
from derive.page.diagram.scene import Area, Curve, Line, Scene, Text, width
from derive.page.diagram.table import table
from derive.page.diagram.venn import LARGEST, beyond, fitted, towards

INK, QUIET, LINE, PICKED = "#1b1f24", "#5b6470", "#d9dee5", "#b0006d"
STANDING = {"verified": "#00745a", "refuted": "#b91c1c", "checked": INK, "undecided": "#b45309"}
COLOURS = ("#0063a8", "#b43f00", "#00745a", "#6b3fa0", "#8a6d00")  # of the variables
OUTLINE = "#4b5563"
LEFT, RIGHT, COLUMN = 57, 1223, 641  # margins, and where the right half begins
LOWEST = 560  # where lines below a table may end
MARKS = {"verified": "✓", "refuted": "✗"}
WRITTEN = 3  # variables up to which regions have formulas in them; above, numbers that a table explains


def compose(d: Diagram) -> Scene:
    """The whole page."""
    scene = Scene(d.title, _description(d))
    scene.add(_fit(Text(rf"{d.title}", LEFT, 61, 28, INK, weight=700), RIGHT - LEFT))
    _large(scene, d)
    below = _strip(scene, d)
    scene.add(Line(COLUMN, below, RIGHT, below, LINE, 1.2))
    if len(d.names) > WRITTEN:
        below = table(scene, d, COLUMN, below + 12, RIGHT) + 6
        if d.lines and below + 36 * len(d.lines) < LOWEST:
            below = _lines(scene, d, below + 12)
    else:
        below = _lines(scene, d, below + 43)
    _notes(scene, d, below)
    _footer(scene, d)
    return scene


def _large(scene: Scene, d: Diagram) -> None:
    n = len(d.names)
    top, height = (142, 458) if n == 3 else (128, 480)
    drawn = fitted(n, LEFT + 34, top, 480 if n < LARGEST else 440, height)
    if n <= 2:
        drawn = fitted(n, LEFT + 20, 180, 500, 330)
    picked = frozenset(a for term in d.sides[0] for a in term.atoms if d.weight(0, a))
    for curve, colour in zip(range(n), COLOURS, strict=False):
        inside = [a for a in drawn.regions if a >> curve & 1]
        scene.add(Area(drawn, drawn.outline(inside), colour, 0.1))
    if picked - d.zero:
        scene.add(Area(drawn, drawn.outline(picked - d.zero), PICKED, 0.16))
    if d.zero:
        scene.add(Area(drawn, drawn.outline(d.zero), LINE, hatched=True))
    for ellipse, colour in zip(drawn.curves, COLOURS, strict=False):
        scene.add(Curve(ellipse, colour, 2.4))
    for name, ellipse, direction, colour in zip(d.names, drawn.curves, towards(n), COLOURS, strict=False):
        x, y = beyond(ellipse, direction, 16)
        anchor = "middle" if abs(direction[0]) < 0.35 else "start" if direction[0] > 0 else "end"
        scene.add(Text(rf"\(H({name})\)", x, y + 7, 21, colour, anchor))
    scene.add(*region_labels(d, drawn, picked, numbered=n > WRITTEN))


# -- the sides of the statement as small diagrams


def _strip(scene: Scene, d: Diagram) -> float:
    """Small diagrams joined by signs; returns where the next thing may begin."""
    cells: list[tuple[str, Term | None]] = []
    for k, side in enumerate(d.sides):
        relation = d.relations[k - 1] if k else ""
        if not side:
            cells.append((rf"{relation} 0".strip(), None))
        for j, term in enumerate(side):
            sign = relation if j == 0 else ""
            factor = _factor(term.factor, first=j == 0)
            cells.append((" ".join(part for part in (sign, factor) if part), term))
    rows = _rows(cells, RIGHT - COLUMN)
    top = 158.0 if len(rows) == 1 and len(d.names) <= WRITTEN else 100.0
    for row in rows:
        top = _row(scene, d, row, top, small=len(rows) > 1 or len(d.names) > WRITTEN)
    return top


def _rows(cells: list[tuple[str, Term | None]], room: float) -> list[list[tuple[str, Term | None]]]:
    """Cells in as many rows as they need to be readable, of even length."""
    needed = sum(92 if term else 0 for _, term in cells) + sum(_sign_width(sign) for sign, _ in cells)
    count = max(1, -(-int(needed) // int(room)))
    each = -(-len(cells) // count)
    return [cells[k : k + each] for k in range(0, len(cells), each)]


def _row(scene: Scene, d: Diagram, row: list[tuple[str, Term | None]], top: float, small: bool) -> float:
    pictures = sum(term is not None for _, term in row)
    room = RIGHT - COLUMN - sum(_sign_width(sign) for sign, _ in row)
    size = min(116.0 if small else 158.0, room / max(pictures, 1))
    x = COLUMN + (RIGHT - COLUMN - size * pictures - sum(_sign_width(sign) for sign, _ in row)) / 2
    across = size * 0.97
    high = 0.0
    for _, term in row:
        if term is not None:
            high = max(high, _height(fitted(len(d.names), 0, 0, across, 1000)))
    for sign, term in row:
        if sign:
            scene.add(Text(rf"\({sign}\)", x + _sign_width(sign) / 2, top + high / 2 + 7, 27, INK, "middle"))
        x += _sign_width(sign)
        if term is not None:
            drawn = fitted(len(d.names), x + (size - across) / 2, top, across, high)
            _small(scene, d, drawn, term)
            label = rf"\({term.latex}\)"
            limit = min(18.0, 18 * (size + 14) / max(width(label, 18), 1))
            scene.add(Text(label, x + size / 2, top + high + 30, limit, INK, "middle"))
            x += size
    return top + high + (46 if small else 63)


def _small(scene: Scene, d: Diagram, drawn: Arrangement, term: Term) -> None:
    if term.atoms - d.zero:
        scene.add(Area(drawn, drawn.outline(term.atoms - d.zero), PICKED))
    if term.atoms & d.zero:
        scene.add(Area(drawn, drawn.outline(term.atoms & d.zero), LINE, hatched=True))
    scene.add(*(Curve(ellipse, OUTLINE, 1.5) for ellipse in drawn.curves))


def _factor(factor: Fraction, first: bool) -> str:
    sign = "-" if factor < 0 else "" if first else "+"
    size = abs(factor)
    if size == 1:
        return sign
    return f"{sign} {size}" if size.denominator == 1 else rf"{sign} \tfrac{{{size.numerator}}}{{{size.denominator}}}"


def _sign_width(sign: str) -> float:
    return box(sign).width * 27 + 16 if sign else 0.0


def _height(drawn: Arrangement) -> float:
    tops = [c.y - c.half_size[1] for c in drawn.curves]
    bottoms = [c.y + c.half_size[1] for c in drawn.curves]
    return max(bottoms) - min(tops)


# -- text


def _lines(scene: Scene, d: Diagram, y: float) -> float:
    """The derivation: formulas left, reasons right, long formulas broken between their pieces."""
    size = 17.0
    for line in d.lines:
        taken = width(line.reason, 14.5) + 30
        rows: list[str] = []
        for k, piece in enumerate(line.pieces):
            longer = f"{rows[-1]} {piece}" if rows else piece
            if k and width(rf"\({longer}\)", size) > RIGHT - COLUMN - (taken if len(rows) == 1 else 30):
                rows.append(piece)
            elif rows:
                rows[-1] = longer
            else:
                rows.append(piece)
        for k, row in enumerate(rows):
            formula = rf"\({'{} ' if k and row[0] in '+-' else ''}{row}\)"  # a sign at the beginning is still binary
            indent = 0 if k == 0 and not row.startswith(("=", r"\ge", ">")) else 24
            shrunk = min(size, size * (RIGHT - COLUMN - indent) / max(width(formula, size), 1))
            scene.add(Text(formula, COLUMN + indent, y, shrunk, INK))
            if k == 0:
                scene.add(Text(line.reason, RIGHT, y, 14.5, QUIET, "end"))
            y += 52 if r"\underbrace" in row else 34
        y += 8
    return y


def _notes(scene: Scene, d: Diagram, y: float) -> None:
    """Notes above the footer, as low as the exemplary page has them, or right below the derivation."""
    lines = [row for note in d.notes for row in wrapped(note, 15.5, RIGHT - COLUMN)]
    y = max(y + 6, 596 - 22 * (len(lines) - 1))
    for row in lines:
        scene.add(Text(row, COLUMN, y, 15.5, QUIET))
        y += 22


def _footer(scene: Scene, d: Diagram) -> None:
    scene.add(Line(LEFT, 660, RIGHT, 660, LINE, 1.2))
    x = float(LEFT)
    if d.standing:
        word = Text(f"{MARKS.get(d.standing, '')} {d.standing}".strip(), x, 689, 15.5, STANDING[d.standing], weight=600)
        scene.add(word)
        x += word.box.width * word.size + 12
    source = Text(d.source, RIGHT, 689, 14.5, QUIET, "end")
    scene.add(_fit(Text(d.footer, x, 689, 15.0, QUIET), source.left - x - 16), source)


def wrapped(text: str, size: float, room: float) -> list[str]:
    r"""Text broken into lines between words, never inside of ``\(...\)``."""
    rows: list[str] = []
    for word in _unbroken(text):
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and width(longer, size) <= room:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def _unbroken(text: str) -> list[str]:
    words: list[str] = []
    for word in text.split(" "):
        if words and words[-1].count(r"\(") > words[-1].count(r"\)"):
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words


def _fit(text: Text, room: float) -> Text:
    """The text, smaller where it is too wide."""
    size = min(text.size, text.size * room / max(text.box.width * text.size, 1))
    return Text(text.text, text.x, text.y, size, text.colour, text.anchor, text.weight)


def _description(d: Diagram) -> str:
    """What the picture shows, for those who do not see it."""
    weights = [
        f"{d.atom_latex(a)}: " + ", ".join(str(d.weight(k, a)) for k in range(len(d.sides)))
        for a in atoms(len(d.names))
        if any(d.weight(k, a) for k in range(len(d.sides)))
    ]
    return f"{' '.join(d.notes)} How often each side counts an atom: {'; '.join(weights)}. {d.footer}"
