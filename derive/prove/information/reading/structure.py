"""What holds of laws by definition: the factors of a product, marginals that two means share, premises at outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations

from derive.prove.information.reading.laws import Laws, subsets
from derive.prove.information.reading.premises import Fact
from derive.prove.information.reading.terms import Cross, Joint, Linear, Mean, Names, cross, joint, names, total

MOST_LINKED = 6  # variables that two means share
ONE = Fraction(1)
DEFINITION = "definition"  # what `Fact.cites` says of these


def means_of(forms: Iterable[Linear]) -> dict[Mean, dict[str, None]]:
    """The means that occur, with their variables, in order of first use."""
    out: dict[Mean, dict[str, None]] = {}
    for form in forms:
        for atom in form:
            if isinstance(atom, Joint | Cross) and atom.mean is not None:
                out.setdefault(atom.mean, {}).update(dict.fromkeys((*atom.mean.bound, *atom.of)))
    return out


def references_of(forms: Iterable[Linear]) -> dict[tuple[Mean | None, str, Names], None]:
    """The pairs of a mean and a reference law at fixed outcomes that occur."""
    return {
        (atom.mean, atom.law, atom.fixed): None for form in forms for atom in form if isinstance(atom, Cross)
    }  # fmt: skip


def at_outcomes(forms: Sequence[Linear], pointwise: Sequence[Fact]) -> list[Fact]:
    """Each fact about every outcome, in the mean of every law that knows its outcomes, and where they are fixed."""
    if not pointwise:
        return []
    means = means_of(forms)
    for fact in pointwise:
        laws = dict.fromkeys(a.law for a in fact.form if isinstance(a, Cross))
        for mean in means:
            if not mean.factors and mean.name in laws:
                means[mean].update(dict.fromkeys(v for a in fact.form if isinstance(a, Cross) for v in a.fixed))
    fixed = dict.fromkeys((mean, at) for mean, _, at in references_of(forms))
    everywhere = names(v for _, at in fixed for v in at)
    places = dict.fromkeys([*((m, ()) for m in means), *((m, m.free) for m in means), *fixed, (None, everywhere)])
    out: dict[object, Fact] = {}
    for fact in pointwise:
        for mean, at in places:
            bound = means[mean] if mean is not None else {}
            form = _placed(fact.form, mean, bound, tuple(v for v in at if v not in bound))
            if form:
                out.setdefault(tuple(form.items()), Fact(form, fact.equation, fact.text, fact.cites))
    return list(out.values())


def _placed(form: Linear, mean: Mean | None, bound: Iterable[str], at: Names) -> Linear | None:
    """The mean of a form over joint densities; None if an outcome is neither bound nor fixed."""
    known, parts = set(bound), []
    for atom, value in form.items():
        if not isinstance(atom, Cross):
            if mean is not None and mean.times:
                return None
            parts.append((value, {atom: ONE}))
            continue
        if not set(atom.fixed) <= known | set(at):
            return None
        inside, outside = ([v for v in atom.fixed if (v in known) == kept] for kept in (True, False))
        parts.append((value, cross(mean, atom.law, inside, outside)))
    return total(parts)


def of_products(forms: Sequence[Linear], means: Iterable[Mean]) -> list[Fact]:
    """What a product of densities is: each factor is a conditional law of the mean, and depends on what is given."""
    references = references_of(forms)
    out: list[Fact] = []
    for mean in means:
        known: list[str] = []
        for f in mean.factors:
            bound = [v for v in f.given if v in mean.bound]
            own = total([(1, joint(mean, (*f.of, *bound))), (-1, joint(mean, bound))])
            given_all = total([(1, joint(mean, (*f.of, *known))), (-1, joint(mean, known))])
            text = f"the factor {f} of {mean.name}"
            if set(bound) != set(known):
                out.append(Fact(total([(1, own), (-1, given_all)]), True, text, DEFINITION))
            free = names(v for v in f.given if v not in mean.bound)
            for place, law, fixed in references:
                if place == mean and law == f.law and fixed == free:
                    written = total(
                        [(1, cross(mean, law, (*f.of, *bound), fixed)), (-1, cross(mean, law, bound, fixed))]
                    )
                    out.append(Fact(total([(1, written), (-1, own)]), True, text, DEFINITION))
            known += f.of
    return out


def of_marginals(forms: Sequence[Linear], means: dict[Mean, dict[str, None]], laws: Laws) -> list[Fact]:
    """Entropies and cross-entropies of a marginal that two means share."""
    out: list[Fact] = []
    crosses = dict.fromkeys(a for form in forms for a in form if isinstance(a, Cross))
    for one, other in combinations(means, 2):
        shared = [v for v in means[one] if v in means[other]]
        if len(shared) > MOST_LINKED or one.times != other.times:
            continue
        common: dict[Names, tuple[str, ...]] = {}
        for of in subsets(shared):
            (a, why), (b, because) = laws.marginal(one, of), laws.marginal(other, of)
            if a == b:
                common[of] = tuple(dict.fromkeys((*why, *because)))
        pairs = [(of, joint(one, of), joint(other, of)) for of in common]
        linked = dict.fromkeys((a.law, a.of, a.fixed) for a in crosses if a.mean in (one, other) and a.of in common)
        pairs += [(of, cross(one, law, of, at), cross(other, law, of, at)) for law, of, at in linked]
        for of, left, right in pairs:
            by_definition = f"{one.name} and {other.name} have a marginal in common", DEFINITION
            text, cites = ("; ".join(common[of]), "") if common[of] else by_definition
            out.append(Fact(total([(1, left), (-1, right)]), True, text, cites))
    return [fact for fact in out if fact.form]


def of_probabilities(forms: Sequence[Linear]) -> list[Fact]:
    """A probability grows if outcomes are left out: −log r(x, s) ≥ −log r(s), and −log r(x) ≥ 0. Discrete only."""
    crosses = dict.fromkeys(a for form in forms for a in form if isinstance(a, Cross))
    out: list[Fact] = []
    for a in crosses:
        if a.fixed and not a.of:
            out.append(_larger({a: ONE}, {}))
        for b in crosses:
            if (b.mean, b.law, b.of) == (a.mean, a.law, a.of) and set(b.fixed) < set(a.fixed):
                out.append(_larger({a: ONE}, {b: ONE}))
    return out


def _larger(large: Linear, small: Linear) -> Fact:
    return Fact(
        total([(1, large), (-1, small)]),
        False,
        "a conditional probability is at most 1",
        "Kolmogorov's axioms; discrete variables",
    )
