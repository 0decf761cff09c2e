"""Distributions that refute statements about several laws: exact tables, signs by comparing integers (`find`).

A statement about cross-entropies, products of densities or means of functions says more than its rows do. Here it is
evaluated itself, at tables of rational numbers at which all premises hold exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove.information.witness_references.evaluation import (
    Joint,
    Tables,
    UndefinedError,
    Value,
    compare,
    form,
)

BUDGET = 1200  # tables that are tried
FEW = 60  # of these at least one must have a value
SEED = 20


@dataclass(frozen=True)
class Refutation:
    """Tables at which all premises hold and the statement does not, at the outcome `point`."""

    tables: Tables
    point: dict[str, int]
    left: Value
    right: Value

    def describe(self) -> dict[str, Any]:
        """Every table by its name with its outcomes, numbered from 1: ``{"p(X,Y)": {"1,2": "1/2"}, "x": "1"}``."""
        from derive.prove.information.witness.witness import exact_text

        out: dict[str, Any] = {}
        for name, law in self.tables.laws.items():
            out[f"{name}({','.join(law.variables)})"] = {_key(at): str(p) for at, p in sorted(law.table.items())}
        for name, table in self.tables.functions.items():
            out[name] = {_key(at): exact_text(form(value)) for at, value in sorted(table.items())}
        out.update((name, str(value)) for name, value in self.tables.reals.items())
        out.update((name[:1].lower() + name[1:], str(value + 1)) for name, value in self.point.items())
        return out

    @property
    def sides(self) -> tuple[str, str]:
        """The values of both sides: exact where short, else to 16 digits."""
        return _text(self.left), _text(self.right)

    def refutes(self, relation: Relation, premises: Sequence[Expr]) -> bool:
        """Whether it does, computed again."""
        return _failure(self.tables, relation, premises, self.point) is not None


def find(relation: Relation, premises: Sequence[Expr] = (), budget: int = BUDGET) -> Refutation | None:
    """Tables that refute a statement, or None if none of `budget` did."""
    from derive.prove.information.witness_references.proposals import drawn, statement

    about = statement(relation, premises)
    if about is None:
        return None
    usable = 0
    for attempt in range(budget):
        if attempt == FEW and not usable:
            return None  # nothing here has a value that is a linear form in logarithms
        rng = Random(SEED * 1_000_003 + attempt)
        try:
            tables = drawn(about, rng, attempt)
            if all(law.table and sum(law.table.values()) == 1 for law in tables.laws.values()):
                found = _failure(tables, relation, premises)
                usable += 1
                if found is not None:
                    return found
        except UndefinedError:
            continue
    return None


def recorded(relation: Relation, premises: Sequence[Expr], at: dict[str, Any]) -> Refutation:
    """The refutation that `describe` gave, checked. Raises `ValueError` if it does not refute the statement."""
    tables, point = _read(relation, premises, at)
    try:
        found = _failure(tables, relation, premises, point)
    except UndefinedError as error:
        raise ValueError(f"the statement has no value at these tables: {error}") from error
    if found is None:
        raise ValueError("the premises do not hold at these tables, or the statement does")
    return found


def _failure(
    tables: Tables, relation: Relation, premises: Sequence[Expr], point: dict[str, int] | None = None
) -> Refutation | None:
    if not all(tables.holds(premise) for premise in premises):
        return None
    for at, left, right in tables.failures(relation):
        if not point or at == point:
            return Refutation(tables, at, left, right)
    return None


def _read(relation: Relation, premises: Sequence[Expr], at: dict[str, Any]) -> tuple[Tables, dict[str, int]]:
    """Tables from their record. Raises `ValueError` for anything that is no law, function or number."""
    from derive.prove.information.witness.witness import read_form
    from derive.prove.information.witness_references.proposals import statement

    about = statement(relation, premises)
    if about is None:
        raise ValueError("the statement is not about tables")
    tables, point = Tables({}, {}), dict[str, int]()
    outcomes = {v[:1].lower() + v[1:]: v for vs in about.laws.values() for v in vs}
    for key, value in at.items():
        law = key.partition("(")[0]
        if isinstance(value, dict) and law != key:
            variables = tuple(key[len(law) + 1 : -1].split(","))
            if about.laws.get(law) != variables:
                raise ValueError(f"{key} is no law of the statement")
            table = {_place(k, len(variables)): Fraction(v) for k, v in value.items()}
            if any(p <= 0 for p in table.values()) or sum(table.values()) != 1:
                raise ValueError(f"{key} is no distribution")
            tables.laws[law] = Joint(variables, table)
        elif isinstance(value, dict) and key in about.functions:
            count = len(about.functions[key][0])
            forms = {_place(k, count): read_form(v) for k, v in value.items()}
            tables.functions[key] = {k: f if f.logs else f.rational for k, f in forms.items()}
        elif isinstance(value, dict):
            raise ValueError(f"{key} is nothing of the statement")
        elif key in about.reals:
            tables.reals[key] = Fraction(value)
            if not about.reals[key].domain.contains(tables.reals[key]):
                raise ValueError(f"{key} = {value} is outside its domain")
        elif key in outcomes:
            point[outcomes[key]] = int(value) - 1
        else:
            raise ValueError(f"{key} is nothing of the statement")
    if set(tables.laws) != set(about.laws):
        raise ValueError("a law is missing")
    places = [(v, k[i]) for law in tables.laws.values() for i, v in enumerate(law.variables) for k in law.table]
    places += [(v, k[i]) for f, t in tables.functions.items() for i, v in enumerate(about.functions[f][0]) for k in t]
    for variable, place in places:
        tables.sizes[variable] = max(tables.sizes.get(variable, 1), place + 1)
    return tables, point


def _key(at: tuple[int, ...]) -> str:
    return ",".join(str(i + 1) for i in at)


def _place(key: str, count: int) -> tuple[int, ...]:
    out = tuple(int(k) - 1 for k in key.split(","))
    if len(out) != count or any(k < 0 for k in out):
        raise ValueError(f"{key} is no outcome")
    return out


def _text(value: Value) -> str:
    from derive.prove.information.witness.witness import exact_text

    short = exact_text(form(value))
    return short if len(short) <= 24 else form(value).digits(16)


__all__ = ["Refutation", "Tables", "compare", "find", "recorded"]
