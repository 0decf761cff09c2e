"""Polynomials back as expressions: what steps of a certificate are written in."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from derive.expr.arithmetic import Add, Mul, Pow
from derive.expr.leaves import Index, Let, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import Apply, exp
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Delta, Indexed, Member, Where
from derive.meaning.normal.poly import Atom, Monomial, Poly, Rational, number, of_atom
from derive.meaning.normal.work import Undecided, Work, dim_of


def written(w: Work, p: Poly) -> Expr:
    """An expression of this normal form."""
    terms = [_term(w, m, c) for m, c in p.ordered]
    if not terms:
        return as_expr(0)
    return terms[0] if len(terms) == 1 else Add.of(*terms)


def _term(w: Work, m: Monomial, c: Rational) -> Expr:
    factors = [as_power(w, a, e) for a, e in m.factors]
    if c != 1 or not factors:
        factors.insert(0, as_expr(Fraction(c)))
    return factors[0] if len(factors) == 1 else Mul.of(*factors)


def monomial(w: Work, m: Monomial, c: Rational = 1) -> Expr:
    return _term(w, m, c)


def as_power(w: Work, a: Atom, e: Rational) -> Expr:
    """A power of an atom; a root of exp(u) is exp(e·u), one of x**u is x**(e·u)."""
    base = atom(w, a)
    if e == 1:
        return base
    if e.denominator == 1:
        return Pow.of(base, as_expr(Fraction(e)))
    if a.kind == "apply" and a.head is exp:
        note_root(w, "exp", base, a.key, a.args[0], e)
        return exp(written(w, a.args[0].times(e)))
    if a.kind == "unit":
        base = base.args[0]
        note_root(w, "power", base, a.args[0].key, a.args[1], e)
        return Pow.of(base, written(w, a.args[1].times(e)))
    if a.kind == "base":
        shown = [x for x in w.origin.get(a.args[0].key, ()) if w.signs.holds("nonneg", x)]
        base = shown[0] if shown and not w.signs.holds("nonneg", base) else base
    note_root(w, "power", base, a.args[0].key if a.kind in ("base", "prime") else of_atom(a).key, number(1), e)
    return Pow.of(base, as_expr(Fraction(e)))


def note_root(w: Work, family: str, base: Expr, key: str, unit: Poly, q: Rational) -> None:
    """Steps that bring x^(p/q), for all denominators q met so far, to powers of one root x^(1/Q)."""
    q = Fraction(q)
    slot = (family, key, unit.key)
    known = w.roots.get(slot, 1)
    common = lcm(known, q.denominator)
    w.roots[slot] = common
    if common == 1 and family == "power" and unit.constant == 1:
        return  # integer powers are arithmetic

    def power_of(exponent: Fraction) -> Expr:  # the exponent times the unit
        return as_expr(exponent) if unit.constant == 1 else written(w, unit.times(exponent))

    def step(of: Fraction, n: Fraction, backwards: bool) -> None:
        """(x^of)^n = x^(of·n), or exp(of·u)^n = exp(of·n·u) for the family of exponentials."""
        if family == "exp":
            w.record("exp_power", a=power_of(of), n=as_expr(n))
        elif unit.constant == 1:
            w.record("power_root", x=base, a=as_expr(of), n=as_expr(n), backwards=backwards)
        else:
            w.record("power_power", x=base, a=power_of(of), b=as_expr(n), backwards=backwards)

    root = Fraction(1, common)
    if common != known:
        is_base = unit.constant == 1 and known == 1 and family == "power"
        step(root, Fraction(common, known), not is_base)
        if not is_base and unit.constant == 1 and family == "power":
            step(root, Fraction(common), False)
    if q != root:
        step(root, q * common, True)


def atom(w: Work, a: Atom) -> Expr:
    if a.key not in w.rendered:
        w.rendered[a.key] = _atom(w, a)
    return w.rendered[a.key]


def _atom(w: Work, a: Atom) -> Expr:
    if a.bound:
        return _bound(w, a)
    args = tuple(written(w, p) for p in a.args)
    head = a.head
    match a.kind:
        case "index":
            if head not in w.index_named:
                raise Undecided(f"index {head} has no expression")
            return w.index_named[head]
        case "leaf":
            return head
        case "entry":
            return _entry(head, args)
        case "apply":
            return Apply.of(head, args)
        case "call":
            return Call.of(head[0], args, head[1])
        case "base" | "prime":
            return args[0]
        case "power" | "unit":
            return Pow.of(*args)
        case "delta":
            return Delta.of(args[0], as_expr(0))
        case "where":
            return Where.of(Relation.of(head, args[0], as_expr(0)), *args[1:])
    raise TypeError(f"no expression for an atom of kind {a.kind}")


def _entry(head: Expr, args: tuple[Expr, ...]) -> Expr:
    """An entry of a symbol, a named term, or a family member whose first places are those of the family."""
    if isinstance(head, Symbol) and head.family:
        count = len(head.family)
        member = Member.of(head, args[:count])
        return Indexed.of(member, args[count:]) if member.axes else member
    if isinstance(head, Symbol | Let) and not head.axes:
        return head
    return Indexed.of(head, args)


def _bound(w: Work, a: Atom) -> Expr:
    """A sum, product or maximum; its canonical labels become fresh indices, the last bound first."""
    indices = {name: Index(dim.index if (dim := dim_of(low, high)) else "i", dim) for name, low, high in a.bound}
    before = {name: w.index_named.get(name) for name in indices}
    kept, w.rendered = w.rendered, {}
    w.index_named.update(indices)
    try:
        out = written(w, a.args[0])
        for name, low, high in in_order(a.bound):
            out = Bound.of("sum" if a.kind == "sum" else a.kind, out, indices[name], written(w, low), written(w, high))
    finally:
        w.rendered = kept
        for name, index in before.items():
            if index is None:
                del w.index_named[name]
            else:
                w.index_named[name] = index
    return out


def in_order(bound: tuple[tuple[str, Poly, Poly], ...]) -> list[tuple[str, Poly, Poly]]:
    """Bound indices so that each comes before those its range depends on: the innermost sum first."""
    left, out = list(bound), []
    while left:
        for b in left:
            if not any(b[0] in low.free | high.free for _, low, high in left):
                break
        else:
            raise Undecided("ranges of sums depend on each other in a circle")
        left.remove(b)
        out.append(b)
    return out
