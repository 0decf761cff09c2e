"""Other indices in a polynomial: a renaming keeps its structure, a substitution builds it anew."""

from __future__ import annotations

from collections.abc import Mapping

from derive.expr.tensor import Linear
from derive.meaning.normal import binders, functions, labels, matrices, powers, ring, sums
from derive.meaning.normal.poly import ONE, ZERO, Atom, Monomial, Poly, Rational, exact, of_atom
from derive.meaning.normal.work import Work


def renamed(w: Work, p: Poly, names: Mapping[str, str]) -> Poly:
    """`p` with free indices renamed; no law is applied, only bound labels are chosen again."""
    if not any(name in p.free for name in names):
        return p
    terms: dict[Monomial, Rational] = {}
    for m, c in p.terms.items():
        n = renamed_monomial(w, m, names)
        terms[n] = exact(terms.get(n, 0) + c)
    return Poly({m: c for m, c in terms.items() if c})


def renamed_monomial(w: Work, m: Monomial, names: Mapping[str, str]) -> Monomial:
    exponents: dict[Atom, Rational] = {}
    for a, e in m.factors:
        b = renamed_atom(w, a, names)
        exponents[b] = exact(exponents.get(b, 0) + e)
    return Monomial({a: e for a, e in exponents.items() if e})


def renamed_atom(w: Work, a: Atom, names: Mapping[str, str]) -> Atom:
    relevant = tuple(sorted((old, new) for old, new in names.items() if old in a.free))
    if not relevant:
        return a
    key = (a.key, relevant)
    if key not in w.renamings:
        w.spend()
        w.renamings[key] = _renamed_atom(w, a, dict(relevant))
    return w.renamings[key]


def _renamed_atom(w: Work, a: Atom, names: dict[str, str]) -> Atom:
    if a.kind == "index":
        new = names[a.head]
        return Atom("index", new, at=new)
    args = tuple(renamed(w, p, names) for p in a.args)
    if not a.bound:
        return rebuilt(w, a, args)
    bound = tuple((n, renamed(w, low, names), renamed(w, high, names)) for n, low, high in a.bound)
    return labels.canonical(w, a.kind, bound, args[0])


def rebuilt(w: Work, a: Atom, args: tuple[Poly, ...]) -> Atom:
    """The same head over other arguments, arguments without an order in canonical order."""
    if a.kind == "entry" and functions.is_symmetric(a.head) and w.allows("symmetric"):
        args = tuple(sorted(args, key=lambda p: p.key))
    if a.kind == "delta":
        args = (functions.signed_difference(args[0]),)
    if a.kind == "apply" and a.head.name in functions.COMMUTATIVE:
        args = tuple(sorted(args, key=lambda p: p.key))
    if isinstance(a.head, Linear):
        return matrices.again(w, a, args)
    return Atom(a.kind, a.head, args, label=functions.head_label(w, a.kind, a.head))


def substitute(w: Work, p: Poly, values: Mapping[str, Poly]) -> Poly:
    """`p` with free indices replaced by positions; equal factors may meet, so that everything is built anew."""
    if not any(name in p.free for name in values):
        return p
    out = ZERO
    for m, c in p.terms.items():
        factor = ONE
        for a, e in m.factors:
            changed = any(name in a.free for name in values)
            power = _power(w, a, e, values) if changed else of_atom(a, e)
            factor = ring.multiply(w, factor, power)
        out = out.plus(factor, c)
    return w.check_size(out)


def _power(w: Work, a: Atom, e: Rational, values: Mapping[str, Poly]) -> Poly:
    relevant = {name: v for name, v in values.items() if name in a.free}
    if a.kind == "index":
        return powers.power(w, relevant[a.head], e)
    if a.kind in ("prod", "max") or a.kind == "sum":
        opened, bounds = sums.opened(w, a, relevant)
        body = sums.total(w, opened, bounds) if a.kind == "sum" else binders.bound(w, a.kind, opened, bounds[0])
        return powers.power(w, body, e)
    return powers.power(w, of_args(w, a, tuple(substitute(w, p, relevant) for p in a.args)), e)


def of_args(w: Work, a: Atom, args: tuple[Poly, ...]) -> Poly:
    """What the atom is over other arguments, with every law applied."""
    match a.kind:
        case "base":
            return args[0]
        case "power" | "unit":
            return powers.raised(w, *args)
        case "apply":
            return functions.apply(w, a.head, args)
        case "delta":
            return functions.delta(w, args[0])
        case "where":
            return functions.where(w, a.head, args)
    return of_atom(rebuilt(w, a, args))
