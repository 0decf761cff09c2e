"""The mean of the logarithm of a sum, E[log Σ c·g]: at least Σ c·E[log g] by concavity, at most log E[Σ c·g].

The second is known where E[g] is a density, as of importance weights p(x,z)/q(z|x). With K samples this is the bound of
Burda, Grosse and Salakhutdinov (2016, arXiv:1509.00519).
"""

from __future__ import annotations

from fractions import Fraction

from derive.expr.node import Expr
from derive.expr.operations import Apply, log
from derive.prove.information.problem import Opaque
from derive.prove.information.reading.laws import Texts
from derive.prove.information.reading.linear import Reader
from derive.prove.information.reading.positive import all_positive
from derive.prove.information.reading.premises import Fact
from derive.prove.information.reading.products import expanded
from derive.prove.information.reading.terms import Linear, Product, UnreadableError, total

CONCAVE = "log is concave: E[log mean of g] >= mean of E[log g]", "Jensen 1906, doi:10.1007/BF02418571"
JENSEN = "E[log g] <= log E[g]", "Jensen 1906, doi:10.1007/BF02418571"


def facts(reader: Reader) -> list[Fact]:
    out: list[Fact] = []
    for text, meaning in list(reader.meanings.items()):
        scope = reader.scopes.get(text)
        if scope is None or not (isinstance(meaning, Apply) and meaning.operation.name == "log"):
            continue
        parts = [(c, g) for c, g in expanded(meaning.args[0]) if g is not None]
        if len(parts) < 2 or any(c <= 0 for c, _ in parts) or len(parts) < len(expanded(meaning.args[0])):
            continue
        whole = sum((c for c, _ in parts), Fraction(0))
        constant = _logarithm(reader, whole)
        column: Linear = {Opaque(text): Fraction(1)}
        lower = _mean_logarithm(reader, [(c / whole, g) for c, g in parts], scope)
        if lower is not None:
            mean, positive = lower
            said = "; ".join((CONCAVE[0], *positive))
            out.append(Fact(total([(1, column), (-1, mean), (-1, constant)]), False, said, CONCAVE[1]))
        upper = _common_mean(reader, [g for _, g in parts], scope)
        if upper is not None:
            out.append(Fact(total([(1, upper), (1, constant), (-1, column)]), False, *JENSEN))
    return out


def _mean_logarithm(reader: Reader, parts: list[tuple[Fraction, Expr]], scope: Product) -> tuple[Linear, Texts] | None:
    """Σ c·E[log g], with the premises by which every g is positive; None if one may be negative."""
    positive = all_positive(reader, [g for _, g in parts], scope)
    if positive is None:
        return None
    try:
        return total((c, reader.logarithm(g, scope)) for c, g in parts), positive
    except UnreadableError:
        return None


def _common_mean(reader: Reader, parts: list[Expr], scope: Product) -> Linear | None:
    """log E[g] if it is a density, and the same for all g."""
    from derive.prove.information.tilting import density_of

    found: list[Linear] = []
    for g in parts:
        density = density_of(reader, scope, log(g))
        if density is None:
            return None
        found.append(total([(-1, reader.surprise(density, ()))]))
    return found[0] if all(form == found[0] for form in found) else None


def _logarithm(reader: Reader, value: Fraction) -> Linear:
    from derive.expr.leaves import Number

    return reader.logarithm(Number.of(value))
