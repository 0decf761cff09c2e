"""A small expander of rings and finite sums, for the checker. Trusted, plain and slow on purpose.

It shares no code with the search for proofs. An atom is a nested tuple that says everything about it; a polynomial is a
dict from monomials (sorted pairs of atom and integer exponent) to rationals, `frozen` inside of atoms. The only powers
are integers: roots, exponentials and all other functions are atoms, which `rewritten` may replace by an equal
polynomial that the checker has confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import permutations, product
from typing import Any

from derive.meaning.normal.atoms import (
    BINDERS,
    Atom,
    Bounds,
    Monomial,
    Poly,
    Unconfirmed,
    connected,
    constant,
    free,
    frozen,
    height,
    index,
    monomial,
    plus,
    power_of,
    shifted,
    short_span,
    solution,
    thawed,
)

MAX_WORK, MAX_BOUND, MAX_TERMS = 150_000, 7, 3_000


class Expander:
    """Ring arithmetic and finite sums. The `may` of a native law says whether it is allowed, and notes its use."""

    def __init__(self) -> None:
        self.work = self.counter = 0
        self.scope: dict[str, tuple[Atom, Atom]] = {}  # ranges of the indices around

    # what the checker adds

    def may(self, law: str) -> bool:
        raise NotImplementedError

    def rewritten(self, a: Atom, e: int) -> Poly | None:
        """The power of an atom by a confirmed equation, if there is one."""
        raise NotImplementedError

    def cancelled(self, a: Atom) -> None:
        """a·a⁻¹ was replaced by 1."""
        raise NotImplementedError

    def is_binary(self, a: Atom) -> bool:
        raise NotImplementedError

    def is_symmetric(self, a: Atom) -> bool:
        raise NotImplementedError

    def unit_total(self, a: Atom) -> tuple[str, tuple[tuple[int, Poly], ...]] | None:
        """A law by which an entry sums to 1, with the places to be summed over and the sizes of their axes."""
        raise NotImplementedError

    def contraction(self, a: Atom, b: Atom, k: Atom, low: Atom, high: Atom) -> tuple[Atom, Atom] | None:
        """For a = M⁻¹[i,k] and b = M[k,j], or the other way round, the places i and j, if k runs over the axis."""
        raise NotImplementedError

    def permutation_size(self, a: Atom) -> Poly | None:
        """The size of the permutation matrix of which an atom is an entry."""
        raise NotImplementedError

    def assume_total(self, a: Atom) -> None:
        raise NotImplementedError

    def counts(self, p: Poly) -> bool:
        """Whether a polynomial is an integer at every point."""
        raise NotImplementedError

    def nonneg(self, p: Poly) -> bool:
        """Whether a polynomial is known to be at least 0."""
        raise NotImplementedError

    # -- ring

    def mul(self, p: Poly, q: Poly) -> Poly:
        out: Poly = {}
        for (m, c), (n, d) in product(p.items(), q.items()):
            self.work += 1
            if self.work > MAX_WORK or len(out) > MAX_TERMS:
                raise Unconfirmed("the checker's budget is spent")
            exponents = dict(m)
            for a, e in n:
                if a in exponents and exponents[a] * e < 0:
                    self.cancelled(a)
                exponents[a] = exponents.get(a, 0) + e
            for k, x in self.settled(exponents).items():
                out[k] = out.get(k, Fraction(0)) + c * d * x
        return {m: c for m, c in out.items() if c}

    def settled(self, exponents: Mapping[Atom, int]) -> Poly:
        """A product of powers of atoms, with every reduction of one power made."""
        for a, e in sorted(exponents.items(), key=repr):
            if (value := self.reduced(a, e)) is not None:
                return self.mul(value, self.settled({b: x for b, x in exponents.items() if b != a}))
        for a in sorted((a for a in exponents if a[0] == "delta"), key=repr):
            solved = ((name, solution(thawed(a[1]), name)) for name in sorted(free(a), reverse=True))
            name, value = next((s for s in solved if s[1] is not None), ("", None))
            if value is None or sum(m != () for m in value) > 1:
                continue
            if any(name in free(b) for b in exponents if b != a) and self.may("delta_sift"):
                rest = monomial({b: x for b, x in exponents.items() if b != a})
                return self.mul(power_of(a), self.substituted(rest, name, value))
        return monomial(exponents)

    def reduced(self, a: Atom, e: int) -> Poly | None:
        if e == 0:
            return constant(1)
        if (value := self.rewritten(a, e)) is not None:
            return value
        if a[0] == "base" and e > 0:
            return self.power(thawed(a[1]), e)
        if e > 1 and (a[0] == "delta" or self.is_binary(a)) and self.may("idempotent"):
            return power_of(a)
        return None

    def power(self, p: Poly, n: int) -> Poly:
        """An integer power; a negative one of a sum is an atom of its primitive part."""
        if abs(n) > 200:
            raise Unconfirmed(f"the power {n}")
        if not p and n < 0:
            raise Unconfirmed("division by zero")
        if n < 0 and len(p) == 1:
            ((m, c),) = p.items()
            return self.mul(constant(c**n), self.settled({a: e * n for a, e in m}))
        if n < 0:
            common = set.intersection(*({a for a, _ in m} for m in p)) | {a for m in p for a, e in m if e < 0}
            low = {a: min(dict(m).get(a, 0) for m in p) for a in common}
            inner = {tuple(sorted(shifted(m, low), key=repr)): c for m, c in p.items()}
            for a, e in low.items():
                if e < 0:
                    self.cancelled(a)
            lead = frozen(inner)[1][1]
            base = ("base", frozen({m: c / lead for m, c in inner.items()}))
            return self.mul(constant(lead**n), self.settled({**{a: e * n for a, e in low.items() if e}, base: n}))
        out = constant(1)
        for _ in range(n):
            out = self.mul(out, p)
        return out

    def atom(self, a: Atom) -> Poly:
        return self.settled({self.tidy(a): 1})

    def delta(self, difference: Poly) -> Poly:
        if all(m == () for m in difference):
            return {} if difference else constant(1)
        return self.atom(("delta", frozen(difference)))

    def tidy(self, a: Atom) -> Atom:
        """Arguments without an order in one order, and one of the two signs for a difference without a sign."""
        if a[0] == "delta" or (a[0] == "where" and a[1] == "="):
            at = 1 if a[0] == "delta" else 2
            signs = (a[at], frozen({m: -c for m, c in thawed(a[at]).items()}))
            return (*a[:at], min(signs, key=repr), *a[at + 1 :])
        if (a[0] == "apply" and a[1] in ("max", "min")) or (
            a[0] == "entry" and self.is_symmetric(a) and self.may("symmetric")
        ):
            return (*a[:2], *sorted(a[2:], key=repr))
        return a

    # -- other indices

    def renamed(self, x: Any, names: Mapping[str, str]) -> Any:
        """New names, that are bound nowhere inside, for free indices."""
        if not isinstance(x, tuple) or not free(x) & names.keys():
            return x
        if x[0] == "index":
            return ("index", names[x[1]])
        if x[0] == "poly":
            out: Poly = {}
            for m, c in x[1:]:
                new = tuple(sorted(((self.renamed(a, names), e) for a, e in m), key=repr))
                out = plus(out, {new: c})
            return frozen(out)
        if x[0] in BINDERS:
            bounds = tuple((b, self.renamed(lo, names), self.renamed(hi, names)) for b, lo, hi in x[1])
            return self.closed(x[0], bounds, self.renamed(x[2], names))
        return self.tidy(tuple(self.renamed(y, names) for y in x))

    def substituted(self, p: Poly, name: str, value: Poly) -> Poly:
        """`p` at a position; everything that contains the index is built anew."""
        out: Poly = {}
        for m, c in p.items():
            term = constant(c)
            for a, e in m:
                new = power_of(a, e) if name not in free(a) else self.power(self._atom_at(a, name, value), e)
                term = self.mul(term, new)
            out = plus(out, term)
        return out

    def _atom_at(self, a: Atom, name: str, value: Poly) -> Poly:
        def at(x: Any) -> Any:
            return (
                frozen(self.substituted(thawed(x), name, value)) if isinstance(x, tuple) and x[:1] == ("poly",) else x
            )

        if a[0] == "index":
            return value
        if a[0] == "base":
            return thawed(at(a[1]))
        if a[0] == "delta":
            return self.delta(thawed(at(a[1])))
        if a[0] == "pow":
            base, exponent = at(a[1]), thawed(at(a[2]))
            n = exponent.get((), Fraction(0))
            whole = exponent.keys() <= {()} and n.denominator == 1 and n != 0
            return self.power(thawed(base), int(n)) if whole else self.atom((a[0], base, frozen(exponent)))
        if a[0] in BINDERS:
            bounds, body = self.opened(a)
            bounds = tuple((b, at(lo), at(hi)) for b, lo, hi in bounds)
            return (
                self.total(self.substituted(body, name, value), bounds)
                if a[0] == "sum"
                else self.bound(a[0], bounds, frozen(self.substituted(body, name, value)))
            )
        return self.atom(tuple(map(at, a)))

    def fresh(self) -> str:
        self.counter += 1
        return f"~{self.counter}"

    def opened(self, a: Atom) -> tuple[Bounds, Poly]:
        names = {b[0]: self.fresh() for b in a[1]}
        bounds = tuple((names[b], self.renamed(lo, names), self.renamed(hi, names)) for b, lo, hi in a[1])
        return bounds, thawed(self.renamed(a[2], names))

    # -- finite sums

    def closed(self, kind: str, bounds: Bounds, body: Atom) -> Atom:
        """The least of all labellings of the bound indices, those told apart by what they occur in put in order."""
        base = max(height(body), *(height(end) for b in bounds for end in b[1:]))
        names = [b[0] for b in bounds]
        classes: dict[str, list[str]] = {}
        for name in names:
            blind = dict.fromkeys(names, "?") | {name: "!"}
            ends = [(blind[b], self.renamed(lo, blind), self.renamed(hi, blind)) for b, lo, hi in bounds]
            classes.setdefault(repr((sorted(ends, key=repr), self.renamed(body, blind))), []).append(name)
        if max(map(len, classes.values())) > MAX_BOUND:
            raise Unconfirmed(f"more than {MAX_BOUND} interchangeable indices")
        best: Atom = ()
        for orders in product(*(permutations(classes[c]) for c in sorted(classes))):
            order = [name for part in orders for name in part]
            label = {name: f"%{base + n}" for n, name in enumerate(order)}
            ranges = {b: (label[b], self.renamed(lo, label), self.renamed(hi, label)) for b, lo, hi in bounds}
            found = (kind, tuple(ranges[name] for name in order), self.renamed(body, label))
            if not best or repr(found) < repr(best):
                best = found
        return best

    def bound(self, kind: str, bounds: Bounds, body: Atom) -> Poly:
        return self.atom(self.closed(kind, bounds, body))

    def total(self, p: Poly, bounds: Bounds) -> Poly:
        """Σ over all tuples in the ranges."""
        if not self.may("linearity"):
            for b in bounds:
                p = self.bound("sum", (b,), frozen(p))
            return p
        out: Poly = {}
        for m, c in p.items():
            out = plus(out, self._total(m, bounds), c)
        return out

    def _total(self, m: Monomial, bounds: Bounds) -> Poly:
        self.work += 1
        names = {b[0] for b in bounds}
        for b, low, high in bounds:  # a short sum over numbers, term by term
            others = tuple(x for x in bounds if x[0] != b)
            span = short_span(thawed(low), thawed(high))
            if span is None or b in free(others) or not self.may("sum_short"):
                continue
            out: Poly = {}
            for k in span:
                out = plus(out, self.total(self.substituted({m: Fraction(1)}, b, constant(k)), others))
            return out
        for a, e in m:  # Σ_k δ(k,j) f(k) = f(j)
            for b, lo, hi in bounds if a[0] == "delta" and e == 1 else ():
                value = solution(thawed(a[1]), b) if b in free(a) else None
                others = tuple(x for x in bounds if x[0] != b)
                if (
                    value is None
                    or b in free(others)
                    or not self.within(value, lo, hi, others)
                    or not self.may("delta_sift")
                ):
                    continue
                rest = monomial({x: y for x, y in m if x != a})
                return self.total(self.substituted(rest, b, value), others)
        if (value := self._inverse(m, bounds)) is not None:
            return value
        if (value := self._permuted(m, bounds)) is not None:
            return value
        for a, e in m:  # Σ_i Σ_j = Σ_ij
            if a[0] == "sum" and free(a) & names and e > 0:
                out = monomial({x: y for x, y in m if x != a})
                for _ in range(e):
                    more, body = self.opened(a)
                    out, bounds = self.mul(out, body), (*bounds, *more)
                return self.total(out, bounds)
        for b, low, high in bounds:  # an index in nothing but its own range: the length of the range
            others = tuple(x for x in bounds if x[0] != b)
            if b in free(others) or any(b in free(a) for a, _ in m) or not free((low, high)) & names:
                continue
            if (length := self._length(low, high, others)) is not None and self.may("dim_sum"):
                return self.total(self.mul({m: Fraction(1)}, length), others)
        out = monomial({a: e for a, e in m if not free(a) & names})
        for group in connected(m, bounds):  # Σ_ij a_i b_j = Σ_i a_i · Σ_j b_j
            inside = {b[0] for b in group}
            out = self.mul(out, self._connected({a: e for a, e in m if free(a) & inside}, group))
        return out

    def _inverse(self, m: Monomial, bounds: Bounds) -> Poly | None:
        """Σ_k M⁻¹[i,k] M[k,j] = δ(i,j), where nothing else contains k."""
        entries = [a for a, e in m if a[0] == "entry" and e == 1 and len(a) == 4]
        for a, (k, low, high) in product([a for a in entries if isinstance(a[1], tuple)], bounds):
            near = [b for b, _ in m if b != a and k in free(b)]
            others = tuple(b for b in bounds if b[0] != k)
            if k not in free(a) or len(near) != 1 or near[0] not in entries or k in free(others):
                continue
            for first in (a, (*a[:2], a[3], a[2])) if self.is_symmetric(a) else (a,):
                for second in (near[0], (*near[0][:2], near[0][3], near[0][2])) if self.is_symmetric(near[0]) else near:
                    ends = self.contraction(first, second, frozen(index(k)), low, high)
                    if ends is None or k in free(ends) or not self.may("inverse"):
                        continue
                    rest = monomial({b: e for b, e in m if b not in (a, near[0])})
                    equal = self.delta(plus(thawed(ends[0]), thawed(ends[1]), -1))
                    return self.total(self.mul(rest, equal), others)
        return None

    def _permuted(self, m: Monomial, bounds: Bounds) -> Poly | None:
        """Σ_k P[i,k] P[j,k] = δ(i,j) = Σ_k P[k,i] P[k,j] and Σ_k P[i,k] = 1, where nothing else contains k."""
        for k, low, high in bounds:
            near, others = [(a, e) for a, e in m if k in free(a)], tuple(b for b in bounds if b[0] != k)
            sizes = [self.permutation_size(a) for a, _ in near]
            if len(near) not in (1, 2) or any(e != 1 for _, e in near) or None in sizes or k in free(others):
                continue
            if low != frozen(constant(1)) or any(high != frozen(size) for size in sizes if size is not None):
                continue
            for at in (2, 3):  # where k stands in all of them
                ends = [a[5 - at] for a, _ in near]
                if len({a[1] for a, _ in near}) != 1 or any(a[at] != frozen(index(k)) for a, _ in near):
                    continue
                if k in free(tuple(ends)) or not self.may("permutation"):
                    continue
                value = self.delta(plus(thawed(ends[0]), thawed(ends[1]), -1)) if len(ends) == 2 else constant(1)
                return self.total(self.mul(monomial({a: e for a, e in m if k not in free(a)}), value), others)
        return None

    def _length(self, low: Atom, high: Atom, others: Bounds) -> Poly | None:
        """The number of positions in a range that is not turned around, whatever the indices around it are."""
        length = plus(plus(thawed(high), thawed(low), -1), constant(1))
        if not all(self.counts(thawed(end)) for end in (low, high)):
            return None
        ranges, least = {**self.scope, **{b: ends for b, *ends in others}}, length
        for name in sorted(free(frozen(length))):
            c = least.get(((("index", name), 1),))
            if c is not None and name in ranges:  # at the end of its range at which the length is least
                least = plus(plus(least, index(name), -c), thawed(ranges[name][0 if c > 0 else 1]), c)
        return length if self.nonneg(least) else None

    def _connected(self, factors: dict[Atom, int], group: Bounds) -> Poly:
        if not factors and len(group) == 1:
            length = self._length(*group[0][1:], ())
            if length is not None and self.may("dim_sum"):
                return length
        for a, e in factors.items():
            found = self.unit_total(a) if a[0] == "entry" and e == 1 else None
            if found is None:
                continue
            law, places = found
            axes = {a[2 + at]: ("poly", *sorted(size.items(), key=repr)) for at, size in places}
            summed = [b for b, lo, hi in group if axes.get(frozen(index(b))) == hi and lo == frozen(constant(1))]
            kept = tuple(b for b in group if b[0] not in summed)
            untouched = [
                *(x for x in factors if x != a),
                kept,
                *(x for at, x in enumerate(a[2:]) if at not in dict(places)),
            ]
            if (
                0 < len(summed) == len(places) == len(axes)
                and not free(tuple(untouched)) & set(summed)
                and self.may(law)
            ):
                self.assume_total(a)
                return self.total(monomial({x: y for x, y in factors.items() if x != a}), kept)
        return self.bound("sum", group, frozen(monomial(factors)))

    def within(self, value: Poly, low: Atom, high: Atom, others: Bounds) -> bool:
        """Whether a position lies in the range low..high: an index of that range, or an integer between its ends."""
        ((m, c),) = value.items() if len(value) == 1 else (((), Fraction(0)),)
        if c == 1 and len(m) == 1 and m[0][1] == 1 and m[0][0][0] == "index":
            name = m[0][0][1]
            ranges = {b: (lo, hi) for b, lo, hi in others}
            if ranges.get(name, self.scope.get(name)) == (low, high) and not free((low, high)):
                return True
        if not self.counts(value):
            return False
        return self.nonneg(plus(value, thawed(low), -1)) and self.nonneg(plus(thawed(high), value, -1))
