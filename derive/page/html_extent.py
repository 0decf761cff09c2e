"""How big a LaTeX formula will be, roughly, without typesetting it: enough to decide where a slide ends."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}^_&]|\s+|.", re.DOTALL)
DISPLAY, TEXT, SCRIPT, SCRIPTSCRIPT = range(4)
SIZE = (1.0, 1.0, 0.7, 0.5)
AXIS = 0.25  # height of a fraction bar above the baseline, in em
MAX_DEPTH = 60

LIMITS = {r"\sum": 1.44, r"\prod": 1.28, r"\bigcup": 1.1, r"\bigcap": 1.1, r"\coprod": 1.28}
LIMITS |= {r"\bigoplus": 1.5, r"\bigotimes": 1.5, r"\bigodot": 1.5}
INTEGRALS = {r"\int": 1.0, r"\iint": 1.4, r"\oint": 1.0}
LIMIT_NAMES = {r"\max", r"\min", r"\sup", r"\inf", r"\lim", r"\argmax", r"\argmin", r"\det", r"\Pr", r"\gcd"}
LIMIT_NAMES |= {r"\limsup", r"\liminf", r"\operatorname*"}
NAMES = {r"\log", r"\exp", r"\sin", r"\cos", r"\tan", r"\sinh", r"\cosh", r"\tanh", r"\ln", r"\arg", r"\dim", r"\ker"}
FRACTIONS = {r"\frac", r"\dfrac", r"\tfrac", r"\cfrac", r"\binom", r"\dbinom", r"\tbinom"}
ACCENTS = {r"\hat", r"\tilde", r"\bar", r"\vec", r"\dot", r"\ddot", r"\overline", r"\widehat", r"\widetilde"}
ACCENTS |= {r"\overrightarrow", r"\mathring", r"\check", r"\breve"}
WRAPPERS = {r"\text", r"\mathrm", r"\mathbf", r"\mathit", r"\mathcal", r"\mathbb", r"\mathsf", r"\mathtt", r"\mathfrak"}
WRAPPERS |= {r"\mathscr", r"\boldsymbol", r"\operatorname", r"\mathop", r"\textbf", r"\textit", r"\textrm", r"\cancel"}
WRAPPERS |= {r"\boxed", r"\phantom", r"\mathrel", r"\mathbin", r"\mathord", r"\bm", r"\pmb", r"\underline", r"\textsf"}
SPACES = {r"\,": 0.17, r"\:": 0.22, r"\;": 0.28, r"\!": -0.17, r"\ ": 0.25, r"\quad": 1.0, r"\qquad": 2.0, "~": 0.25}
STYLES = {r"\displaystyle": DISPLAY, r"\textstyle": TEXT, r"\scriptstyle": SCRIPT, r"\scriptscriptstyle": SCRIPTSCRIPT}
BIG = {r"\big": 1.2, r"\Big": 1.8, r"\bigg": 2.4, r"\Bigg": 3.0}
BIG |= {name + side: size for name, size in BIG.items() for side in "lrm"}
RELATIONS = set("=<>:") | {r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\to", r"\mid", r"\sim"}
RELATIONS |= {r"\in", r"\perp", r"\approx", r"\propto", r"\rightarrow", r"\mapsto", r"\iff", r"\implies", r"\equiv"}
OPERATORS = set("+-*") | {r"\cdot", r"\odot", r"\times", r"\pm", r"\mp", r"\otimes", r"\oplus", r"\circ", r"\wedge"}
NARROW = {**dict.fromkeys("()[]|.;!'", 0.39), ",": 0.45, "/": 0.5, r"\{": 0.5, r"\}": 0.5, r"\|": 0.5, r"\lVert": 0.5}
NARROW |= {r"\rVert": 0.5, r"\lvert": 0.28, r"\rvert": 0.28, r"\vert": 0.28, r"\Vert": 0.5, r"\prime": 0.3}


@dataclass(frozen=True)
class Box:
    """Width, height above and depth below the baseline, in em of the formula's own size."""

    width: float
    up: float
    down: float

    @property
    def height(self) -> float:
        return self.up + self.down


EMPTY = Box(0, 0, 0)


def extent(latex: str, style: int = DISPLAY) -> Box:
    """The estimated box of a formula; unreadable LaTeX is taken as one line of text."""
    try:
        return _Reader(latex).row(style, stop=lambda token: False)
    except (IndexError, RecursionError):
        return Box(min(0.5 * len(latex), 40), 0.7, 0.25)


class _Reader:
    def __init__(self, latex: str) -> None:
        self.tokens: list[str] = [token for token in TOKEN.findall(latex) if not token.isspace()]
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def row(self, style: int, stop: Callable[[str], bool]) -> Box:
        """Boxes side by side until `stop`; the stopping token is consumed."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise RecursionError
        line = EMPTY
        while self.peek():
            token = self.take()
            if stop(token):
                break
            if token in STYLES:
                style = STYLES[token]
                continue
            box, limits = self.atom(token, style)
            line = _beside(line, self.scripted(box, limits, style))
        self.depth -= 1
        return line

    def argument(self, style: int) -> Box:
        token = self.take()
        return self.row(style, _is("}")) if token == "{" else self.atom(token, style)[0]

    def skip_group(self, opening: str, closing: str) -> None:
        if self.peek() == opening:
            while self.take() != closing:
                pass

    def words(self) -> str:
        """The text of a group, such as a colour, an environment's name or an operator's name."""
        if self.take() != "{":
            return ""
        return "".join(iter(self.take, "}"))

    def scripted(self, base: Box, limits: bool, style: int) -> Box:
        scripts: dict[str, Box] = {}
        while self.peek() in ("^", "_", r"\limits", r"\nolimits", "'"):
            token = self.take()
            if token in "^_":
                scripts[token] = self.argument(max(SCRIPT, min(style + 1, SCRIPTSCRIPT)))
            elif token == "'":
                scripts["^"] = Box(0.3, 0.3, 0)
            else:
                limits = token == r"\limits"
        if not scripts:
            return base
        above, below = scripts.get("^", EMPTY), scripts.get("_", EMPTY)
        if limits and style == DISPLAY:
            up = base.up + (above.height + 0.22 if "^" in scripts else 0)
            down = base.down + (below.height + 0.22 if "_" in scripts else 0)
            return Box(max(base.width, above.width, below.width) + 0.17, up, down)
        up, down = base.up, base.down
        if "^" in scripts:
            up = max(up, max(0.41, up - 0.39) + above.up)
        if "_" in scripts:
            down = max(down, (down if down > 0.3 else 0.2) + below.down)
        return Box(base.width + max(above.width, below.width) + 0.05, up, down)

    def atom(self, token: str, style: int) -> tuple[Box, bool]:
        """The box of one atom, and whether its scripts are limits."""
        size = SIZE[style]
        if token == "{":
            return self.row(style, _is("}")), False
        if token in FRACTIONS:
            return self.fraction(token, style), False
        if token in LIMITS:
            big = style == DISPLAY
            return Box((LIMITS[token] if big else 1.0) * size, (0.95 if big else 0.75) * size, 0.45 * size), True
        if token in INTEGRALS:
            big = style == DISPLAY
            return Box(INTEGRALS[token] * size, (1.36 if big else 0.8) * size, (0.86 if big else 0.3) * size), False
        if token in LIMIT_NAMES:
            name = self.words() if token == r"\operatorname*" else token[1:]
            return Box((0.52 * len(name.replace(r"\,", "")) + 0.17) * size, 0.7 * size, 0.2 * size), True
        if token in NAMES:
            return Box((0.5 * (len(token) - 1) + 0.17) * size, 0.7 * size, 0.2 * size), False
        if token == r"\left":
            return self.fenced(style), False
        if token == r"\begin":
            return self.environment(style), False
        if token in (r"\underbrace", r"\overbrace"):
            body = self.argument(style)
            under = token == r"\underbrace"
            return Box(body.width, body.up + (0 if under else 0.6), body.down + (0.6 if under else 0)), True
        if token == r"\sqrt":
            self.skip_group("[", "]")
            body = self.argument(style)
            return Box(body.width + 0.85 * size, body.up + 0.2 * size, body.down), False
        if token in (r"\overset", r"\stackrel", r"\underset"):
            small, body = self.argument(SCRIPT), self.argument(style)
            width, extra, below = max(body.width, small.width), small.height + 0.1, token == r"\underset"
            return Box(width, body.up + (0 if below else extra), body.down + (extra if below else 0)), False
        if token == r"\substack":
            return self.stack(style, _is("}"), opened=self.take() == "{", sep=0.0, pitch=0.85), False
        if token in (r"\textcolor", r"\color"):
            self.words()
            return (self.argument(style) if token == r"\textcolor" else EMPTY), False
        if token in ACCENTS:
            body = self.argument(style)
            return Box(body.width, body.up + 0.25 * size, body.down), False
        if token in WRAPPERS:
            return self.argument(style), False
        if token in BIG:
            self.take()
            half = BIG[token] / 2
            return Box(0.5 * size, half + AXIS, half - AXIS), False
        if token in SPACES:
            return Box(SPACES[token] * size, 0, 0), False
        if token in RELATIONS or token in OPERATORS:
            spread = {DISPLAY: 1.3, TEXT: 1.3}.get(style, 0.8)
            return Box(spread * size, 0.6 * size, 0.1 * size), False
        if token in NARROW:
            return Box(NARROW[token] * size, 0.75 * size, 0.25 * size), False
        width = 0.6 if len(token) > 1 or token.islower() else 0.5 if token.isdigit() else 0.75
        return Box(width * size, 0.7 * size, (0.05 if token.isupper() or token.isdigit() else 0.2) * size), False

    def fraction(self, token: str, style: int) -> Box:
        style = {"d": DISPLAY, "c": DISPLAY, "t": TEXT}.get(token[1], style)
        inner = TEXT if style == DISPLAY else min(max(style + 1, SCRIPT), SCRIPTSCRIPT)
        top, bottom = self.argument(inner), self.argument(inner)
        size, big = SIZE[style], style == DISPLAY
        gap, raised, lowered = (0.14, 0.68, 0.69) if big else (0.06, 0.4, 0.35)
        up = max(raised * size, (AXIS + gap) * size + top.down) + top.up
        down = max(lowered * size, (gap - AXIS) * size + bottom.up) + bottom.down
        return Box(max(top.width, bottom.width) + 0.3, up, down)

    def fenced(self, style: int) -> Box:
        self.take()
        body = self.row(style, _is(r"\right"))
        self.take()
        half = max(body.up - AXIS, body.down + AXIS) + 0.05  # delimiters are centred on the axis
        return Box(body.width + 1.0 * SIZE[style], max(body.up, half + AXIS), max(body.down, half - AXIS))

    def environment(self, style: int) -> Box:
        name = self.words().rstrip("*")
        if name == "array":
            self.words()
        fence = 0.0 if name in ("array", "aligned", "gathered", "split", "align", "matrix") else 1.2
        aligned = name in ("aligned", "gathered", "split", "align")
        inner = DISPLAY if aligned else TEXT
        body = self.stack(max(inner, style), _is(r"\end"), opened=True, sep=0.2 if aligned else 1.0, pitch=1.2)
        self.words()
        return Box(body.width + fence, body.up, body.down)

    def stack(self, style: int, end: Callable[[str], bool], *, opened: bool, sep: float, pitch: float) -> Box:
        """Rows of cells, centred on the axis."""
        columns: list[float] = []
        line, height, column = EMPTY, 0.0, 0
        while opened:
            cell = self.row(style, lambda token: token in ("&", r"\\", r"\cr") or end(token))
            token = self.tokens[self.at - 1]
            columns[column : column + 1] = [max([cell.width, *islice(columns, column, column + 1)])]
            line, column = _beside(line, cell), column + 1
            if token != "&":
                height += max(pitch, line.height + 0.15)
                line, column = EMPTY, 0
                if token == r"\\":
                    self.skip_group("[", "]")
            opened = bool(self.peek()) and not end(token)
        return Box(sum(columns) + sep * max(0, len(columns) - 1), height / 2 + AXIS, height / 2 - AXIS)


def _is(stop: str) -> Callable[[str], bool]:
    return lambda token: token == stop


def _beside(left: Box, right: Box) -> Box:
    return Box(left.width + right.width, max(left.up, right.up), max(left.down, right.down))


def inline(text: str) -> Iterator[tuple[bool, str]]:
    r"""Split text into (is mathematics, piece) at ``\(`` and ``\)``; an opening without its closing is text."""
    at = 0
    for match in re.finditer(r"\\\((.*?)\\\)", text, re.DOTALL):
        if match.start() > at:
            yield False, text[at : match.start()]
        yield True, match[1]
        at = match.end()
    if at < len(text):
        yield False, text[at:]
