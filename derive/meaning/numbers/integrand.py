"""A function of one real variable at a point: a core expression in which all else has become a number.

A `Tree` can be evaluated on complex balls, which is what rigorous quadrature needs: `value(z, analytic)` encloses the
function on z, and is not finite if `analytic` is asked for and the function is not known to be analytic on z.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import TypeGuard

from flint import acb, arb, fmpq

Number = arb | fmpq
Function = Callable[[acb, bool], acb]
NOUGHT = fmpq(0)


@dataclass(frozen=True, eq=False)
class Tree:
    """`kind` is "const", "x", "add", "mul", "pow" (a constant exponent), "where" or the name of an operation.

    `number` is the value of a constant and the exponent of a power; `relation` that of the first two of four arguments
    of "where".
    """

    kind: str
    args: tuple[Tree, ...] = ()
    number: Number = NOUGHT
    relation: str = ""

    @property
    def moving(self) -> bool:
        """Whether the variable occurs."""
        return self.kind == "x" or any(a.moving for a in self.args)


X = Tree("x")
EVALUABLE = frozenset({
    "exp", "log", "sqrt", "abs", "sign", "step", "relu", "min", "max", "sigmoid", "softplus", "tanh", "sin", "cos",
    "sinh", "cosh", "erf", "Phi", "phi", "gamma", "loggamma", "digamma",
})  # fmt: skip


OF_POSITIVE = frozenset({"log", "gamma", "loggamma", "digamma"})


def constant(value: Number) -> Tree:
    return Tree("const", number=value)


def add(*terms: Tree) -> Tree:
    """A sum, its constants collected."""
    flat = [t for e in terms for t in (e.args if e.kind == "add" else (e,))]
    total = reduce(lambda a, b: a + b, (t.number for t in flat if t.kind == "const"), fmpq(0))
    kept = [t for t in flat if t.kind != "const"]
    if len(kept) == 1 and isinstance(total, fmpq) and total == 1:
        mirrored = _mirrored(kept[0])
        if mirrored is not None:
            return mirrored
    if not (isinstance(total, fmpq) and total == 0) or not kept:
        kept.append(constant(total))
    return kept[0] if len(kept) == 1 else Tree("add", tuple(kept))


def _mirrored(e: Tree) -> Tree | None:
    """1 + e for e = −σ(u) or −Φ(u) as σ(−u) or Φ(−u), of which one sees how it falls."""
    if e.kind == "mul" and len(e.args) == 2 and e.args[0].kind == "const" and e.args[0].number == -1:
        inner = e.args[1]
        if inner.kind in ("sigmoid", "Phi"):
            return Tree(inner.kind, (multiply(constant(fmpq(-1)), inner.args[0]),))
    return None


def multiply(*factors: Tree) -> Tree:
    """A product, its constants collected."""
    flat = [t for e in factors for t in (e.args if e.kind == "mul" else (e,))]
    total = reduce(lambda a, b: a * b, (t.number for t in flat if t.kind == "const"), fmpq(1))
    kept = [t for t in flat if t.kind != "const"]
    if len(kept) == 1 and kept[0].kind == "add":  # so that 1 − (1 − t) becomes t
        return add(*(multiply(constant(total), t) for t in kept[0].args))
    if isinstance(total, fmpq) and total == 0:
        return constant(total)
    if not (isinstance(total, fmpq) and total == 1) or not kept:
        kept.insert(0, constant(total))
    return kept[0] if len(kept) == 1 else Tree("mul", tuple(kept))


def power(base: Tree, exponent: Number) -> Tree:
    """A power with a constant exponent; of an exponential it is an exponential."""
    if isinstance(exponent, fmpq) and exponent == 1:
        return base
    if base.kind == "exp":
        return apply("exp", multiply(constant(exponent), base.args[0]))
    if base.kind == "pow" and _whole(base.number) and _whole(exponent):
        return power(base.args[0], base.number * exponent)
    if _is_even_power(base):  # √u² is |u|
        return power(Tree("abs", base.args), base.number * exponent)
    if exponent < 0 and (inner := _one_plus_exponential(base)) is not None:  # 1/(1+eᵘ) = σ(−u), which stays in bounds
        return power(Tree("sigmoid", (multiply(constant(fmpq(-1)), inner),)), -exponent)
    if base.kind == "mul" and _whole(exponent):
        return multiply(*(power(f, exponent) for f in base.args))
    if _exponential(base):
        return multiply(*(power(f, exponent) for f in base.args))
    if base.kind == "const" and _whole(exponent) and (exponent > 0 or base.number != 0):
        return constant(base.number ** int(exponent.p))
    if base.kind == "const" and base.number > 0:
        return constant(arb(base.number) ** arb(exponent))
    return Tree("pow", (base,), exponent)


def _is_even_power(e: Tree) -> bool:
    return e.kind == "pow" and _whole(e.number) and int(fmpq(e.number).p) % 2 == 0


def _whole(n: Number) -> TypeGuard[fmpq]:
    return isinstance(n, fmpq) and n.q == 1


def _exponential(e: Tree) -> bool:
    """Whether e is a product of exponentials and positive numbers."""
    return e.kind == "mul" and all(f.kind == "exp" or (f.kind == "const" and f.number > 0) for f in e.args)


def apply(name: str, *args: Tree) -> Tree:
    """An operation; the logarithm of an exponential is its exponent."""
    (first, *_) = args
    if name == "log" and first.kind == "exp":
        return first.args[0]
    if name == "log" and _is_even_power(first):
        return multiply(constant(first.number), apply("log", Tree("abs", first.args)))
    if name == "log" and _exponential(first):
        return add(*(apply("log", f) for f in first.args))
    if name == "log" and (inner := _one_plus_exponential(first)) is not None:
        return Tree("softplus", (inner,))
    if name == "log" and first.kind == "const" and first.number > 0:
        return constant(arb(first.number).log())
    if name == "sqrt":
        return power(first, fmpq(1, 2))
    return Tree(name, args)


def _one_plus_exponential(e: Tree) -> Tree | None:
    """u of 1 + eᵘ."""
    if e.kind != "add" or len(e.args) != 2 or e.args[0].kind != "exp":
        return None
    one = e.args[1]  # constants stand last
    is_one = one.kind == "const" and isinstance(one.number, fmpq) and one.number == 1
    return e.args[0].args[0] if is_one else None


def substituted(e: Tree, inner: Tree) -> Tree:
    """The function at `inner` instead of at the variable."""
    if e.kind == "x":
        return inner
    if not e.moving:
        return e
    args = tuple(substituted(a, inner) for a in e.args)
    match e.kind:
        case "add":
            return add(*args)
        case "mul":
            return multiply(*args)
        case "pow":
            return power(args[0], e.number)
        case "where":
            return Tree("where", args, relation=e.relation)
    return apply(e.kind, *args)


def undefined_near(e: Tree, x: Number) -> bool:
    """Whether e certainly has no value in a neighbourhood of x: a logarithm or a root of a negative number."""
    return _real(e, arb(x)) is None


def _real(e: Tree, x: arb) -> arb | None:
    """The value at a point, perhaps not finite; None if there is certainly none."""
    if e.kind == "x":
        return x
    if e.kind == "const":
        return arb(e.number)
    if e.kind == "where":
        return arb("nan")
    args = [_real(a, x) for a in e.args]
    if any(a is None for a in args):
        return None
    first = args[0]
    if first is not None and first < 0 and (e.kind in OF_POSITIVE or (e.kind == "pow" and not _whole(e.number))):
        return None
    value = compiled(Tree(e.kind, tuple(constant(a) for a in args if a is not None), e.number))(acb(0), False)
    return value.real


def compiled(e: Tree) -> Function:
    """The function on complex balls, at the working precision at which it is called."""
    if e.kind == "x":
        return lambda z, analytic: z
    if e.kind == "const":
        value = acb(e.number)
        return lambda z, analytic: value
    args = [compiled(a) for a in e.args]
    match e.kind:
        case "add":
            return lambda z, analytic: reduce(lambda a, b: a + b, (f(z, analytic) for f in args))
        case "mul":
            return lambda z, analytic: reduce(lambda a, b: a * b, (f(z, analytic) for f in args))
        case "pow":
            return _power(args[0], e.number)
        case "where":
            return _where(e.relation, *args)
    return _applied(e.kind, *args)


def _power(base: Function, exponent: Number) -> Function:
    if isinstance(exponent, fmpq) and exponent.q == 1:
        n = int(exponent.p)
        return lambda z, analytic: base(z, analytic) ** n
    value = acb(exponent)
    return lambda z, analytic: base(z, analytic).pow(value, analytic=True)  # of positive numbers alone


def _where(relation: str, left: Function, right: Function, then: Function, otherwise: Function) -> Function:
    def value(z: acb, analytic: bool) -> acb:
        gap = (left(z, False) - right(z, False)).real
        if gap > 0 or gap < 0:
            return (then if chosen(relation, 1 if gap > 0 else -1) else otherwise)(z, analytic)
        return _nothing() if analytic else then(z, False).union(otherwise(z, False))

    return value


def chosen(relation: str, sign: int) -> bool:
    """Whether a relation holds between two numbers whose difference has this sign, not 0."""
    return relation == "!=" or (relation in (">", ">=") if sign > 0 else relation in ("<", "<="))


def _nothing() -> acb:
    return acb(arb("nan"))


def _sigmoid(z: acb, analytic: bool) -> acb:
    if z.real < 0:
        grown = z.exp()
        return grown / (1 + grown)
    return 1 / (1 + (-z).exp())


def _softplus(z: acb, analytic: bool) -> acb:
    if z.real > 0:
        return z + (1 + (-z).exp()).log(analytic=True)
    return (1 + z.exp()).log(analytic=True)


def _of_right_half(f: Callable[[acb], acb]) -> Callable[[acb, bool], acb]:
    """A function with its cut and poles on the left half-line."""
    return lambda z, analytic: f(z) if z.real > 0 else _nothing()


FUNCTIONS: dict[str, Callable[..., acb]] = {
    "exp": lambda z, analytic: z.exp(),
    "log": lambda z, analytic: z.log(analytic=True),  # real functions: not on the cut, even as a value
    "abs": lambda z, analytic: z.real_abs(analytic=analytic),
    "sign": lambda z, analytic: z.real_sgn(analytic=analytic),
    "step": lambda z, analytic: z.real_heaviside(analytic=analytic),
    "relu": lambda z, analytic: z.real_max(acb(0), analytic=analytic),
    "max": lambda z, w, analytic: z.real_max(w, analytic=analytic),
    "min": lambda z, w, analytic: -((-z).real_max(-w, analytic=analytic)),
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "tanh": lambda z, analytic: z.tanh(),
    "sin": lambda z, analytic: z.sin(),
    "cos": lambda z, analytic: z.cos(),
    "sinh": lambda z, analytic: z.sinh(),
    "cosh": lambda z, analytic: z.cosh(),
    "erf": lambda z, analytic: z.erf(),
    "Phi": lambda z, analytic: (-z / acb(2).sqrt()).erfc() / 2,
    "phi": lambda z, analytic: (-z * z / 2).exp() / (2 * acb.pi()).sqrt(),
    "gamma": _of_right_half(lambda z: z.gamma()),
    "loggamma": _of_right_half(lambda z: z.lgamma()),
    "digamma": _of_right_half(lambda z: z.digamma()),
}  # fmt: skip


def _applied(name: str, *args: Function) -> Function:
    f = FUNCTIONS[name]
    return lambda z, analytic: f(*(a(z, analytic) for a in args), analytic)
