"""Densities in text: ``p(x,y|z)``, ``E_p(x)q(z|x)[f]``, ``KL(p(x,y)||q(x)r(y))``, and outcomes as what is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.text.errors import Spot
from derive.text.functions import mean_of
from derive.text.lexer import Token
from derive.text.tree import Contrasted, DensityOf, Mean, Measure, Name, Node

if TYPE_CHECKING:
    from derive.text.pratt import Pratt

BETWEEN = {"KL": "||", "chi2": "||", "JS": ",", "TV": ",", "H": ","}
LAWS = "a law is p, q or r, perhaps with a subscript, or declared, `m: law`"


def is_outcome_name(name: str) -> bool:
    """Whether this can be the value of a random variable: a small letter first."""
    return name[:1].islower()


def begins(parser: Pratt, at: int = 0) -> bool:
    """Whether a density stands `at` tokens from here: the name of a law before a bracket."""
    name, bracket = parser.ahead(at), parser.ahead(at + 1)
    return name.kind == "name" and bracket.text == "(" and parser.scope.is_law(name.text)


def density(parser: Pratt) -> DensityOf:
    """``p(x,y|z)``, whose law is the name at the cursor."""
    token = parser.advance()
    return of_law(parser, token.text, parser.spot(token))


def of_law(parser: Pratt, law: str, spot: Spot) -> DensityOf:
    """A density of which the bracket is at the cursor."""
    parser.expect("(")
    outcomes = _outcomes(parser, law, ())
    given = _outcomes(parser, law, outcomes) if parser.take("|") else ()
    if not parser.at_sign(")"):
        parser.fail("`,` or `)`" if given else "`,`, `|` or `)`")
    parser.expect(")")
    return DensityOf(spot, law, outcomes, given)


def _outcomes(parser: Pratt, law: str, before: tuple[Name, ...]) -> tuple[Name, ...]:
    names: list[Name] = []
    while True:
        token = parser.current
        if token.kind != "name" or parser.following.text not in (",", "|", ")"):
            raise parser.spot(token).error(
                f"{law}(...) is a density of outcomes, {law}(x,y|z); declare `{law}: function` if it is a function"
            )
        name = parser.name("an outcome")
        if parser.drawing and not is_outcome_name(name.name):
            name = _value(name)
        if not is_outcome_name(name.name):
            small = name.name[:1].lower() + name.name[1:]
            raise name.at.error(f"the value of {name.name} is {small}; a density is written {law}({small})")
        if any(name.name == other.name for other in (*before, *names)):
            raise name.at.error(f"{name.name} stands twice in {law}(...)")
        names.append(name)
        if not parser.take(","):
            return tuple(names)


def product(parser: Pratt) -> tuple[DensityOf, ...]:
    """``q(x)r(y)``, also with ``*`` between: the factors of a law."""
    if not begins(parser):
        parser.fail("a density")
    return _more(parser, density(parser))


def _more(parser: Pratt, first: DensityOf) -> tuple[DensityOf, ...]:
    factors = [first]
    while begins(parser) or (parser.at_sign("*") and begins(parser, 1)):
        parser.take("*")
        factor = density(parser)
        taken = {name.name for each in factors for name in each.outcomes}
        twice = next((name for name in factor.outcomes if name.name in taken), None)
        if twice is not None:
            raise twice.at.error(f"{twice.name} has two laws")
        factors.append(factor)
    return tuple(factors)


# -- expectations


def expectation(parser: Pratt, token: Token) -> Node | None:
    """``E_p(x)q(z|x)[f]``, also ``Var_…[f]`` and ``Cov_…[f, g]``, the name passed over; None if this is none."""
    found = mean_of(token.text)
    if found is None or not found[1]:
        return None
    kind, law = found
    spot = parser.spot(token)
    if not parser.scope.is_law(law):
        told = f"{law} is declared, and not as a law" if parser.scope.is_known(law) else f"{law} is not a law"
        hint = f"; of a table it is E({law}, f)" if parser.scope.is_known(law) else f"; {LAWS}"
        raise spot.error(told + hint)
    factors = _more(parser, of_law(parser, law, Spot(spot.source, spot.position + len(kind) + 1)))
    if not parser.at_sign("["):
        parser.fail(f"`[` and what the {_MEANS[kind]} is of")
    return mean(parser, kind, factors, spot)


_MEANS = {"E": "mean", "Var": "variance", "Cov": "covariance"}


def mean(parser: Pratt, kind: str, factors: tuple[DensityOf, ...], spot: Spot) -> Mean:
    """The square brackets of an expectation, which are at the cursor."""
    parser.expect("[")
    parser.drawing += not factors
    bodies = [parser.expression()]
    if kind == "Cov":
        parser.expect(",")
        bodies.append(parser.expression())
    parser.drawing -= not factors
    parser.expect("]")
    return Mean(spot, kind, factors, tuple(bodies))


def bare_mean(parser: Pratt, name: Name) -> Node | None:
    """``E[f]``, under p of what is drawn in f, where the name is passed over; None if this is no expectation."""
    found = mean_of(name.name)
    if found is None or parser.scope.is_known(name.name):
        return None
    kind, law = found
    if law:
        hint = f"; of a table it is E({law}, f)" if kind == "E" else ""
        raise name.at.error(f"{name.name}[...] needs what is drawn, {kind}_{law}(x)[...]{hint}")
    return mean(parser, kind, (), name.at)


# -- divergences


def contrast(parser: Pratt, name: str, spot: Spot) -> Contrasted:
    """``KL(p(x,y)||q(x)r(y))``, ``H(p(y|x) | p(x))``; the opening bracket is passed over."""
    between = BETWEEN[name]
    left, right = product(parser), ()
    if name != "H" or parser.at_sign(between):
        if not parser.at_sign(between):
            parser.fail(f"`{between}` and another density")
        parser.expect(between)
        right = product(parser)
    average = product(parser) if parser.take("|") else ()
    if not parser.at_sign(")"):
        parser.fail("`)`")
    parser.expect(")")
    kind = ("cross_entropy" if right else "entropy") if name == "H" else name
    return Contrasted(spot, kind, left, right, average)


def at_outcomes(measure: Measure, outcomes: tuple[Name, ...]) -> Contrasted:
    """``H(Y|x)`` and ``I(Y;Z|W,x)``: the measure of the law at these outcomes, averaged over what else is given."""
    spot, law = measure.at, measure.under
    groups = [tuple(map(_value, group)) for group in measure.groups]
    means = tuple(map(_value, measure.given))
    if len(groups) > 2:
        raise spot.error("interaction information at an outcome is not supported yet")
    given = (*means, *outcomes)
    average = (DensityOf(spot, law, means, outcomes),) if means else ()
    joint = (DensityOf(spot, law, tuple(name for group in groups for name in group), given),)
    if len(groups) == 1:
        return Contrasted(spot, "entropy", joint, (), average)
    return Contrasted(spot, "KL", joint, tuple(DensityOf(spot, law, group, given) for group in groups), average)


def _value(variable: Name) -> Name:
    return Name(variable.at, variable.name[:1].lower() + variable.name[1:])
