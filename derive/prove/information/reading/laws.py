"""Products of densities as laws: ``p(x)p(z|x)`` is p(x,z), and ``p(x,y)p(z|x)`` is p(x,y,z) if Y → X → Z.

What a premise says of every outcome, ``q(x) = p(x)``, makes two laws agree; then p(x)q(z|x) is q(x,z).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations

from derive.prove.information.reading.terms import Factor, Mean, Names, Product, UnreadableError, names

Texts = tuple[str, ...]  # premises, as they are written
Implied = Callable[[str, Names, Names, Names], Texts | None]  # law, a, b, given: from what I(a; b | given) = 0 follows
MOST_FORMS = 64  # of one product, when premises rewrite it


@dataclass(eq=False, repr=False)
class Laws:
    """What the premises say of laws: which are independent, and which densities are equal."""

    implied: Implied = lambda *_: None
    equal: list[tuple[Product, Product, str]] = field(default_factory=list)  # products that are one law by a premise
    used: dict[str, None] = field(default_factory=dict)  # premises by which products were read as other ones

    def mean(self, product: Product) -> Mean:
        """The law of a product, by its name if it is a joint density of one law."""
        whole = self.canonical(product)
        if len(whole) == 1 and not whole[0].given:
            return Mean(whole[0].law)
        return Mean("".join(map(str, whole)), whole)

    def canonical(self, product: Product) -> Product:
        """The form of a product with the fewest factors, as it is written if that is one of them."""
        forms = self._forms(product)
        first = next(iter(forms))
        best = min(forms, key=lambda form: (len(form), form != first, [str(f) for f in form]))
        self.used.update(dict.fromkeys(forms[best]))
        return best

    def reduced(self, product: Product, needed: Iterable[str]) -> Product:
        """The marginal over some outcomes, in a form that is the same for equal laws."""
        found, texts = self._reduced(product, needed)
        self.used.update(dict.fromkeys(texts))
        return found

    def marginal(self, mean: Mean, of: Names) -> tuple[Product, Texts]:
        """The law of some variables of a mean, and the premises that give it this form."""
        return self._reduced(mean.factors or (Factor(mean.name, of),), of)

    def _reduced(self, product: Product, needed: Iterable[str]) -> tuple[Product, Texts]:
        wholes = self._forms(product)
        whole = min(wholes, key=lambda form: (len(form), [str(f) for f in form]))
        forms = self._forms(without(whole, set(needed)))
        best = min(forms, key=lambda form: (len(form), [str(f) for f in form]))
        return best, tuple(dict.fromkeys((*wholes[whole], *forms[best])))

    def _forms(self, product: Product) -> dict[Product, Texts]:
        """The product and what premises make of it, each with factors of one law joined, and with these premises."""
        start, texts = self._merged(product)
        seen = {start: texts}
        queue = [start]
        while queue and len(seen) < MOST_FORMS:
            now = queue.pop(0)
            for after, text in self._rewritten(now):
                merged, more = self._merged(after)
                if merged not in seen:
                    seen[merged] = tuple(dict.fromkeys((*seen[now], text, *more)))
                    queue.append(merged)
        return seen

    def _rewritten(self, product: Product) -> list[tuple[Product, str]]:
        """The product with one side of a premise replaced by the other."""
        out: list[tuple[Product, str]] = []
        for left, right, text in self.equal:
            for old, new in ((left, right), (right, left)):
                if len(old) == 1 == len(new):
                    for f in product:
                        if (f.law, f.given) == (old[0].law, old[0].given) and set(f.of) <= {*old[0].of} & {*new[0].of}:
                            out.append((_with(product, (f,), (Factor(new[0].law, f.of, f.given),)), text))
                if all(f in product for f in old):
                    out.append((_with(product, old, new), text))
        return out

    def _merged(self, product: Product) -> tuple[Product, Texts]:
        """Factors of one law joined by the chain rule, as long as there are any, and the premises that allow it."""
        rest, texts = list(product), dict[str, None]()
        while True:
            pairs = ((a, b, self._follows(a, b)) for a in rest for b in rest if a is not b)
            found = next(((a, b, why) for a, b, why in pairs if why is not None), None)
            if found is None:
                return ordered(tuple(rest)), tuple(texts)
            first, second, why = found
            texts.update(dict.fromkeys(why))
            whole = Factor(first.law, names((*first.of, *second.of)), first.given)
            rest = [f for f in rest if f is not first and f is not second] + [whole]

    def _follows(self, first: Factor, second: Factor) -> Texts | None:
        """Whether first·second is a density of one law: second is given what first has, or what suffices of it."""
        known = {*first.of, *first.given}
        if first.law != second.law or not set(second.given) <= known or known & set(second.of):
            return None
        left_out = names(known - set(second.given))
        return self.implied(first.law, second.of, left_out, second.given) if left_out else ()

    def extended(self, scope: Product, more: Product) -> Product:
        """The product of a mean within a mean. Raises `UnreadableError` if an outcome would have two laws."""
        again = {v for f in more for v in f.of} & {v for f in scope for v in f.of}
        if again:
            needed = {v for f in scope for v in f.of} - again
            scope = without(scope, needed)
            if any(v in again for f in scope for v in (*f.of, *f.given)):
                raise UnreadableError(f"{', '.join(sorted(again))}: bound twice")
        return (*scope, *more)


def without(product: Product, needed: set[str]) -> Product:
    """The product with all outcomes summed out that are not needed, where the sum over a density is 1."""
    rest = list(product)
    while True:
        given = {v for f in rest for v in f.given}
        at = next((i for i, f in enumerate(rest) if any(v not in needed and v not in given for v in f.of)), None)
        if at is None:
            return tuple(rest)
        f = rest[at]
        of = tuple(v for v in f.of if v in needed or v in given)
        rest[at : at + 1] = [Factor(f.law, of, f.given)] if of else []


def ordered(product: Product) -> Product:
    """The factors in an order in which each is given earlier outcomes or fixed ones, by their names among those.

    Raises `UnreadableError` if they go round in a circle, as p(x|y)q(y|x) does: that is no law.
    """
    bound = {v for f in product for v in f.of}
    rest, out, known = sorted(product, key=str), [], set[str]()
    while rest:
        at = next((f for f in rest if all(v in known or v not in bound for v in f.given)), None)
        if at is None:
            raise UnreadableError("the densities go round in a circle: their product is no law")
        rest.remove(at)
        out.append(at)
        known |= set(at.of)
    return tuple(out)


def subsets(of: Iterable[str]) -> Iterable[Names]:
    """All subsets but the empty one, as sorted names."""
    members = names(of)
    for size in range(1, len(members) + 1):
        yield from combinations(members, size)


def _with(product: Product, old: Product, new: Product) -> Product:
    return (*(f for f in product if f not in old), *new)
