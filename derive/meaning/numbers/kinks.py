"""Where a function of one variable changes its formula or has a pole, and which formula holds between such points."""

from __future__ import annotations

from flint import arb, fmpq

from derive.meaning.numbers.integrand import Number, Tree, add, apply, chosen, constant, multiply

KINKED = frozenset({"abs", "relu", "sign", "step", "min", "max", "where"})
End = fmpq | arb | None  # None: infinite
Line = tuple[Number, Number]  # slope and offset


class Kinks:
    """The points between `low` and `high` at which the argument of a kinked node, or a divisor, is 0, if it is linear.

    Two roots that are too close to tell apart, unless they are equal rationals, count once; the node that the other one
    belongs to then keeps its kink, and quadrature has to find it.
    """

    def __init__(self, f: Tree, low: End, high: End) -> None:
        self.points: list[Number] = []
        self.lines: dict[int, Line] = {}  # by the identity of a kinked node
        self.roots: dict[int, Number | None] = {}
        for node in _kinked(f):
            line = _line(_argument(node))
            if line is None:
                continue
            if node.kind in KINKED:
                self.lines[id(node)] = line
            root = _root(line)
            self.roots[id(node)] = root
            if root is None or not self._inside(root, low, high):
                continue
            same = next((p for p in self.points if not (root < p or root > p)), None)
            if same is None:
                self.points.append(root)
            elif isinstance(same, fmpq) and isinstance(root, fmpq):
                self.roots[id(node)] = same
            else:
                self.lines.pop(id(node), None)
        self.points.sort(key=lambda p: float(arb(p).mid()))

    @staticmethod
    def _inside(root: Number, low: End, high: End) -> bool:
        return (low is None or bool(root > low)) and (high is None or bool(root < high))

    def resolved(self, f: Tree, low: End, high: End) -> Tree:
        """`f` between two neighbouring points, with the formula that holds there."""
        if not f.moving:
            return f
        args = tuple(self.resolved(a, low, high) for a in f.args)
        sign = self._sign(f, low, high)
        if sign:
            return _formula(f, args, sign)
        match f.kind:
            case "x":
                return f
            case "add":
                return add(*args)
            case "mul":
                return multiply(*args)
            case "pow" | "where":
                return Tree(f.kind, args, f.number, f.relation)
        return apply(f.kind, *args)

    def _sign(self, f: Tree, low: End, high: End) -> int:
        """The sign that the argument of a kinked node keeps between two points; 0 if it is not known."""
        line = self.lines.get(id(f))
        if line is None:
            return 0
        root = self.roots[id(f)]
        if root is None:
            return _sign(line[1]) if line[0] == 0 else 0
        if low is not None and (root is low or root <= low):
            return _sign(line[0])
        if high is not None and (root is high or root >= high):
            return -_sign(line[0])
        return 0


def _sign(value: Number) -> int:
    return 1 if value > 0 else -1 if value < 0 else 0


def _kinked(f: Tree) -> list[Tree]:
    out, stack = [], [f]
    while stack:
        node = stack.pop()
        stack += node.args
        if node.moving and (node.kind in KINKED or (node.kind == "pow" and node.number < 0)):
            out.append(node)
    return out


def _argument(f: Tree) -> Tree:
    """What changes its sign where the formula of a kinked node changes."""
    if f.kind in ("min", "max", "where"):
        return add(f.args[0], multiply(constant(fmpq(-1)), f.args[1]))
    return f.args[0]


def _root(line: Line) -> Number | None:
    slope, offset = line
    return -offset / slope if slope > 0 or slope < 0 else None


def _line(u: Tree) -> Line | None:
    """Slope and offset of a linear function, exact as long as its constants are."""
    match u.kind:
        case "x":
            return fmpq(1), fmpq(0)
        case "const":
            return fmpq(0), u.number
        case "add":
            lines = [_line(a) for a in u.args]
            known = [line for line in lines if line is not None]
            if len(known) < len(lines):
                return None
            return sum((c for c, _ in known), fmpq(0)), sum((d for _, d in known), fmpq(0))
        case "mul" if len(u.args) == 2 and u.args[0].kind == "const":
            line = _line(u.args[1])
            return None if line is None else (u.args[0].number * line[0], u.args[0].number * line[1])
    return None


def _formula(f: Tree, args: tuple[Tree, ...], sign: int) -> Tree:
    """A kinked node where its argument has this sign."""
    match f.kind:
        case "abs":
            return args[0] if sign > 0 else multiply(constant(fmpq(-1)), args[0])
        case "relu":
            return args[0] if sign > 0 else constant(fmpq(0))
        case "sign":
            return constant(fmpq(sign))
        case "step":
            return constant(fmpq(int(sign > 0)))
        case "max":
            return args[0 if sign > 0 else 1]
        case "min":
            return args[1 if sign > 0 else 0]
    return args[2 if chosen(f.relation, sign) else 3]
