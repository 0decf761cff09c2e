"""Trusted inequalities about sums over a dim, and about single numbers: each named, with its source, tested by balls.

A theorem is a statement with variables and what they must satisfy. `statement` gives the larger and the smaller side;
wherever the needs are met, both have values, or divide by what the claim divides by too. Entries f, g, w, v may contain
the index i, which runs over a whole dim.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from derive.expr.arithmetic import Mul
from derive.expr.leaves import HALF, ONE, ZERO, Index
from derive.expr.node import Expr
from derive.expr.operations import absolute, exp, log, relu, softplus
from derive.expr.structure import Weighted, over_dim
from derive.expr.substitute import free_indices, substitute
from derive.meaning.interval import Ranges
from derive.meaning.normal import equal

Sides = tuple[Expr, Expr]
NEEDS = {
    "positive": "{} > 0",
    "nonneg": "{} >= 0",
    "weights": "{} >= 0, and they sum to 1",
    "positive weights": "{} > 0, and they sum to 1",
    "unit": "0 <= {} <= 1",
    "at least -1": "{} >= -1",
    "at least 1": "{} >= 1",
}
MOVING = ("f", "g", "w", "v", "i")  # the variables that may contain the index


@dataclass(frozen=True)
class Theorem:
    """`needs` pairs variables with one of `NEEDS`. A strict theorem says larger > smaller."""

    name: str
    cite: str
    statement: Callable[..., Sides]
    needs: tuple[tuple[str, str], ...] = ()
    strict: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.statement).parameters)

    def instance(self, values: Mapping[str, Expr]) -> Sides:
        """The larger and the smaller side with the variables replaced. Raises `ValueError`."""
        if set(values) != set(self.variables):
            raise ValueError(f"{self.name} has the variables {', '.join(self.variables)}")
        i = values.get("i")
        if i is not None and (not isinstance(i, Index) or i.dim is None):
            raise ValueError(f"{self.name} is about positions along a dim")
        return self.statement(**values)

    def totals(self, values: Mapping[str, Expr]) -> list[Sides]:
        """The equalities that weights rest on: each of them sums to 1."""
        return [(_sum(values[v], values["i"]), ONE) for v, need in self.needs if need.endswith("weights")]

    def holds_for(self, values: Mapping[str, Expr], shown: bool = False) -> bool:
        """Whether the needs are met for all values of the symbols in their domains.

        `shown`: that the `totals` are 1 was shown elsewhere, and is not looked at here.
        """
        i = values.get("i")
        fixed = [e for name, e in values.items() if name not in MOVING]
        if isinstance(i, Index) and any(i in free_indices(e) for e in fixed):
            return False
        return all(_met(need, values[variable], values.get("i"), shown) for variable, need in self.needs)


def _met(need: str, e: Expr, index: Expr | None, shown: bool) -> bool:
    interval = Ranges()(e)
    match need:
        case "positive":
            return interval.positive
        case "nonneg":
            return interval.nonneg
        case "unit":
            return interval.nonneg and interval.high[0] <= 1
        case "at least -1":
            return interval.low[0] >= -1
        case "at least 1":
            return interval.low[0] >= 1
        case "weights" | "positive weights" if isinstance(index, Index):
            sign = interval.positive if need.startswith("positive") else interval.nonneg
            return sign and (shown or _sums_to_one(e, index))
    return False


@lru_cache(maxsize=256)
def _sums_to_one(f: Expr, i: Index) -> bool:
    total = equal(_sum(f, i), ONE)
    return total.proved and not total.conditions


def _sum(f: Expr, i: Expr) -> Expr:
    assert isinstance(i, Index)
    return over_dim("sum", f, i)


def _over(kind: str, f: Expr, i: Expr) -> Expr:
    assert isinstance(i, Index)
    return over_dim(kind, f, i)


def _size(i: Expr) -> Expr:
    assert isinstance(i, Index)
    assert i.dim is not None
    return i.dim.size


def _at(f: Expr, i: Expr, k: Expr) -> Expr:
    return substitute(f, {i: k})


def _norm(f: Expr, i: Expr) -> Expr:
    return _sum(f**2, i) ** HALF


def _entropy(f: Expr, i: Expr) -> Expr:
    """Σ f log f with 0 log 0 = 0."""
    return _sum(Weighted.of(f, log(f)), i)


def _kl(w: Expr, v: Expr, i: Expr) -> Expr:
    return _sum(Weighted.of(w, log(w) - log(v)), i)


def _jensen(name: str, phi: Callable[[Expr], Expr], needs: tuple[tuple[str, str], ...] = ()) -> Theorem:
    """φ(Σ w f) ≤ Σ w φ(f) for a convex φ."""

    def statement(w: Expr, f: Expr, i: Expr) -> Sides:
        return _sum(w * phi(f), i), phi(_sum(w * f, i))

    return Theorem(
        name, "Jensen 1906; Hardy, Littlewood, Polya, Inequalities, 3.6", statement, (("w", "weights"), *needs)
    )


HLP = "Hardy, Littlewood, Polya, Inequalities"
F_POSITIVE, WEIGHTS = ("f", "positive"), ("w", "weights")

THEOREMS = (
    # sums and norms
    Theorem("sum_of_nonneg", "Definition of a finite sum", lambda f, i: (_sum(f, i), ZERO), (("f", "nonneg"),)),
    Theorem(
        "sum_of_positive", "Definition of a finite sum", lambda f, i: (_sum(f, i), ZERO), (F_POSITIVE,), strict=True
    ),
    Theorem(
        "sum_above_entry", "Definition of a finite sum", lambda f, i, k: (_sum(f, i), _at(f, i, k)), (("f", "nonneg"),)
    ),
    Theorem("sum_below_abs", "Triangle inequality", lambda f, i: (_sum(absolute(f), i), _sum(f, i))),
    Theorem("abs_of_sum", "Triangle inequality", lambda f, i: (_sum(absolute(f), i), absolute(_sum(f, i)))),
    Theorem("cauchy", f"Cauchy 1821; {HLP}, 2.4", lambda f, g, i: (_sum(f**2, i) * _sum(g**2, i), _sum(f * g, i) ** 2)),
    Theorem("cauchy_norm", f"Cauchy 1821; {HLP}, 2.4", lambda f, g, i: (_norm(f, i) * _norm(g, i), _sum(f * g, i))),
    Theorem(
        "cauchy_abs", f"Cauchy 1821; {HLP}, 2.4", lambda f, g, i: (_norm(f, i) * _norm(g, i), absolute(_sum(f * g, i)))
    ),
    Theorem("minkowski", f"Minkowski 1896; {HLP}, 2.11", lambda f, g, i: (_norm(f, i) + _norm(g, i), _norm(f + g, i))),
    Theorem("norm_above_entry", "Definition", lambda f, i, k: (_norm(f, i), absolute(_at(f, i, k)))),
    Theorem("norm_below_sum", f"{HLP}, 2.10", lambda f, i: (_sum(absolute(f), i), _norm(f, i))),
    Theorem("sum_below_norm", f"{HLP}, 2.9", lambda f, i: (_size(i) ** HALF * _norm(f, i), _sum(absolute(f), i))),
    Theorem("norm_above_max", "Definition", lambda f, i: (_norm(f, i), _over("max", absolute(f), i))),
    Theorem(
        "norm_below_max", "Definition", lambda f, i: (_size(i) ** HALF * _over("max", absolute(f), i), _norm(f, i))
    ),
    # maxima and log-sum-exp
    Theorem("max_above_entry", "Definition", lambda f, i, k: (_over("max", f, i), _at(f, i, k))),
    Theorem("max_above_mean", "Definition", lambda w, f, i: (_over("max", f, i), _sum(w * f, i)), (WEIGHTS,)),
    Theorem(
        "max_of_sum", "Definition", lambda f, g, i: (_over("max", f, i) + _over("max", g, i), _over("max", f + g, i))
    ),
    Theorem("lse_above_max", "exp max <= sum of exp", lambda f, i: (_over("logsumexp", f, i), _over("max", f, i))),
    Theorem(
        "lse_above_entry", "exp of one entry <= sum of exp", lambda f, i, k: (_over("logsumexp", f, i), _at(f, i, k))
    ),
    Theorem(
        "lse_below_max",
        "sum of exp <= n exp max",
        lambda f, i: (_over("max", f, i) + log(_size(i)), _over("logsumexp", f, i)),
    ),
    Theorem(
        "soft_above_max",
        "lse_above_max for f/c; max is positively homogeneous",
        lambda f, c, i: (c * _over("logsumexp", f / c, i), _over("max", f, i)),
        (("c", "positive"),),
    ),
    Theorem(
        "soft_below_max",
        "lse_below_max for f/c; max is positively homogeneous",
        lambda f, c, i: (_over("max", f, i) + c * log(_size(i)), c * _over("logsumexp", f / c, i)),
        (("c", "positive"),),
    ),
    Theorem(
        "lse_above_mean",
        "Gibbs variational principle; Donsker, Varadhan 1975",
        lambda w, f, i: (_over("logsumexp", f, i), _sum(w * f, i) - _sum(Weighted.of(w, log(w)), i)),
        (WEIGHTS,),
    ),
    Theorem(
        "lse_convex",
        f"Hoelder; {HLP}, 2.7",
        lambda f, g, t, i: (
            t * _over("logsumexp", f, i) + (1 - t) * _over("logsumexp", g, i),
            _over("logsumexp", t * f + (1 - t) * g, i),
        ),
        (("t", "unit"),),
    ),
    Theorem(
        "lse_lipschitz",
        "f <= g + max|f - g|, and logsumexp is monotone",
        lambda f, g, i: (
            _over("max", absolute(f - g), i),
            _over("logsumexp", f, i) - _over("logsumexp", g, i),
        ),
    ),
    # convexity
    _jensen("jensen_exp", exp),
    _jensen("jensen_square", lambda u: u**2),
    _jensen("jensen_abs", absolute),
    _jensen("jensen_softplus", softplus),
    _jensen("jensen_log", lambda u: -log(u), (F_POSITIVE,)),
    _jensen("jensen_entropy", lambda u: u * log(u), (F_POSITIVE,)),
    _jensen("jensen_reciprocal", lambda u: ONE / u, (F_POSITIVE,)),
    _jensen("jensen_sqrt", lambda u: -(u**HALF), (("f", "nonneg"),)),
    Theorem(
        "mean_above_geometric",
        f"{HLP}, 2.5",
        lambda f, i: (_sum(f, i) / _size(i), _over("prod", f, i) ** (ONE / _size(i))),
        (F_POSITIVE,),
    ),
    Theorem(
        "geometric_above_harmonic",
        f"{HLP}, 2.5",
        lambda f, i: (_over("prod", f, i) ** (ONE / _size(i)), _size(i) / _sum(ONE / f, i)),
        (F_POSITIVE,),
    ),
    # information
    Theorem(
        "gibbs",
        "Gibbs; Cover, Thomas, Elements of Information Theory, 2.6.3",
        lambda w, v, i: (_sum(Weighted.of(w, log(w)), i), _sum(Weighted.of(w, log(v)), i)),
        (WEIGHTS, ("v", "weights")),
    ),
    Theorem(
        "pinsker",
        "Csiszar 1967; Cover, Thomas, 11.6.1",
        lambda w, v, i: (_kl(w, v, i), _sum(absolute(w - v), i) ** 2 / 2),
        (WEIGHTS, ("v", "weights")),
    ),
    Theorem(
        "kl_below_chi2",
        "log u <= u - 1; Gibbs, Su 2002, On choosing and bounding probability metrics",
        lambda w, v, i: (_sum((w - v) ** 2 / v, i), _kl(w, v, i)),
        (WEIGHTS, ("v", "weights")),
    ),
    Theorem(
        "kl_below_log_chi2",
        "Jensen; Gibbs, Su 2002, Theorem 5",
        lambda w, v, i: (log(1 + _sum((w - v) ** 2 / v, i)), _kl(w, v, i)),
        (WEIGHTS, ("v", "weights")),
    ),
    Theorem(
        "entropy_concave",
        "u log u is convex; Cover, Thomas, 2.7.3",
        lambda f, g, t, i: (
            t * _entropy(f, i) + (1 - t) * _entropy(g, i),
            _entropy(t * f + (1 - t) * g, i),
        ),
        (("f", "nonneg"), ("g", "nonneg"), ("t", "unit")),
    ),
    Theorem("entropy_nonneg", "Cover, Thomas, 2.1.1", lambda w, i: (ZERO, _sum(Weighted.of(w, log(w)), i)), (WEIGHTS,)),
    Theorem(
        "log_sum",
        "Cover, Thomas, 2.7.1",
        lambda f, g, i: (_sum(f * log(f / g), i), _sum(f, i) * (log(_sum(f, i)) - log(_sum(g, i)))),
        (F_POSITIVE, ("g", "positive")),
    ),
    # single numbers
    Theorem("nonneg", "The interval of the expression", lambda x: (x, ZERO), (("x", "nonneg"),)),
    Theorem("positive", "The interval of the expression", lambda x: (x, ZERO), (("x", "positive"),), strict=True),
    Theorem("abs_above", "Definition", lambda x: (absolute(x), x)),
    Theorem("abs_above_negative", "Definition", lambda x: (absolute(x), -x)),
    Theorem("abs_above_relu", "Definition", lambda x: (absolute(x), relu(x))),
    Theorem("relu_above", "Definition", lambda x: (relu(x), x)),
    Theorem(
        "bernoulli", f"{HLP}, 2.15", lambda x, n: ((1 + x) ** n, 1 + n * x), (("x", "at least -1"), ("n", "at least 1"))
    ),
    Theorem(
        "weighted_means",
        f"{HLP}, 2.5",
        lambda x, y, t: (t * x + (1 - t) * y, Mul.of(x**t, y ** (1 - t))),
        (("x", "positive"), ("y", "positive"), ("t", "unit")),
    ),
)
TABLE = {t.name: t for t in THEOREMS}
