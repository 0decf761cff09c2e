"""The names of steps, by what changes between two lines."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derive.expr.density import Contrast, Density, Expectation
from derive.expr.information import Information
from derive.expr.node import Expr, walk
from derive.prove.information.problem import Entropy, Mutual, Relative
from derive.prove.information.readable.vocabulary import Part, Written

CHAIN_RULE = "chain rule"
DEFINITION = "definition of mutual information"
DENSITY_CHAIN_RULE = "p(x,y) = p(x) p(y | x)"
MULTIPLY_AND_DIVIDE = "multiply and divide by the same density"
DIVERGENCE = "definition of the KL divergence"
INFORMATION_AS_DIVERGENCE = "I(X;Y) = KL(p(x,y) || p(x)p(y))"
BY_DENSITY = "multiply and divide by"
DIVERGENCE_CHAIN_RULE = "chain rule of the KL divergence"
COLLECT = "collect terms"
REDUCES = "conditioning reduces entropy"
MONOTONE_ENTROPY = "monotonicity of entropy"
MONOTONE_INFORMATION = "monotonicity of information"
DATA_PROCESSING = "data processing"
SUBADDITIVE = "subadditivity"
SUBMODULAR = "submodularity"
AT_MOST_ENTROPY = "information is at most entropy"
NONNEGATIVE = {
    Mutual: "I ≥ 0",
    Entropy: "H ≥ 0",
    Relative: "KL ≥ 0 (Gibbs)",
}

Change = Mapping[Part, Fraction]


def sides(change: Change) -> tuple[list[Part], list[Part]] | None:
    """What was added and what was taken away, if all of it once and in one multiple; else None."""
    if len({abs(value) for value in change.values()}) != 1:
        return None
    return [p for p, v in change.items() if v > 0], [p for p, v in change.items() if v < 0]


def inequality(larger: list[Part], smaller: list[Part]) -> str | None:
    """The name of Σ larger ≥ Σ smaller, if it has one and the two differ by one elemental term."""
    match sorted(larger, key=str), sorted(smaller, key=str):
        case [Entropy(of, given)], [Entropy(same, more)]:
            if of == same and given & ~more == 0:
                return REDUCES
            if given == more and same & ~of == 0:
                return MONOTONE_ENTROPY
        case [Mutual(a, b, given)], [Mutual(c, d, more)] if given & ~more == 0:  # I(A;B|C) <= I(A;B,C)
            moved = more & ~given
            if any(_within((c, d | moved), side) or _within((d, c | moved), side) for side in ((a, b), (b, a))):
                return MONOTONE_INFORMATION
        case [Entropy(of, given)], [Mutual(a, b, same)] if given == same and of in (a, b):
            return AT_MOST_ENTROPY
        case [Entropy(a, g), Entropy(b, h)], [Entropy(both, k)] if g == h == k and a | b == both and not a & b:
            return SUBADDITIVE
        case [Entropy(), Entropy()], [Entropy(), Entropy()]:
            return SUBMODULAR
    return None


def _within(small: tuple[int, int], large: tuple[int, int]) -> bool:
    return all(s & ~m == 0 for s, m in zip(small, large, strict=True))


def processing(added: list[Part], removed: list[Part]) -> bool:
    """Whether I(A;C) became I(A;B), or the other way round."""
    match added, removed:
        case [Mutual(a, b, given)], [Mutual(c, d, same)]:
            return given == same and len({a, b} & {c, d}) == 1
    return False


def identity(before: list[Part], after: list[Part]) -> str:
    """The name of an equation by which measures were written in other measures."""
    parts = [*before, *after]
    if any(isinstance(part, Relative) or _is(part, Contrast) for part in parts):
        return _of_divergences(before, after)
    if any(_is(part, Density, Expectation) for part in parts):
        return DENSITY_CHAIN_RULE
    kinds = [{type(p) for p in each} for each in (before, after)]
    if ({Mutual} in kinds and {Entropy} in kinds) or any(_is(part, Information) for part in parts):
        return DEFINITION
    return CHAIN_RULE


def _of_divergences(before: list[Part], after: list[Part]) -> str:
    parts = [*before, *after]
    if any(_is(part, Expectation) for part in parts):
        return MULTIPLY_AND_DIVIDE
    if any(map(_is_divergence, before)) and any(map(_is_divergence, after)):
        return DIVERGENCE_CHAIN_RULE
    if any(isinstance(part, Mutual) for part in parts):
        return INFORMATION_AS_DIVERGENCE
    return DIVERGENCE


def _is_divergence(part: Part) -> bool:
    return isinstance(part, Relative) or (
        isinstance(part, Written)
        and any(isinstance(e, Contrast) and e.kind not in ("entropy", "cross_entropy") for e in walk(part.formula))
    )


def _is(part: Part, *kinds: type[Expr]) -> bool:
    """Whether something that is kept as it was written has such a node in it."""
    return isinstance(part, Written) and any(isinstance(node, kinds) for node in walk(part.formula))
