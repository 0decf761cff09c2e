"""Class bodies as pages: what stands in the body of an `Entry` is named as it is assigned, then lowered to data."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from types import FunctionType
from typing import Any

from derive.entry.calculation import Calculation
from derive.entry.record import Oracle, Record, Update
from derive.expr.density import Outcome
from derive.expr.dims import Dim
from derive.expr.errors import DeriveError, SortError, UnknownNameError
from derive.expr.families import DimFamily
from derive.expr.law import Law
from derive.expr.layers import Layers
from derive.expr.leaves import Index, Let, Symbol, Variable
from derive.expr.node import Expr, Sort, as_expr, walk
from derive.expr.propositions import Recurrence

REDUCTIONS = ("none", "mean", "sum")
FIELDS: dict[str, type | tuple[type, ...]] = {
    "title": str,
    "states": tuple,
    "cites": tuple,
    "emits": tuple,
    "reduction": str,
    "given": tuple,
    "oracle": Oracle,
    "step": Update,
}


class Body(dict[str, Any]):
    """The namespace of a class body. Assignment names symbols and turns formulas into named terms."""

    def __init__(self, owner: str) -> None:
        super().__init__()
        self.owner = owner
        self.symbols: list[Symbol] = []
        self.terms: list[Let] = []
        self.calculations: list[Calculation] = []
        self.premises: list[Expr] = []
        self.fields: dict[str, Any] = {}

    def __setitem__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            super().__setitem__(name, value)
            return
        if name in self:
            raise UnknownNameError(f"{self.owner}: {name!r} is already defined; a name on a page means one thing")
        if name in FIELDS:
            self._field(name, value)
        super().__setitem__(name, value if name in FIELDS else self._named(name, value))

    def _field(self, name: str, value: Any) -> None:
        if not isinstance(value, FIELDS[name]):
            raise SortError(f"{self.owner}: {name} must be a {FIELDS[name]}, not {value!r}")
        if name == "reduction" and value not in REDUCTIONS:
            raise SortError(f"{self.owner}: reduction {value!r} is not one of {', '.join(REDUCTIONS)}")
        if name == "given":
            self._given(value)
            return
        self.fields[name] = value

    def _given(self, premises: Any) -> None:
        for premise in premises:
            if not isinstance(premise, Expr) or premise.sort is not Sort.PROPOSITION:
                raise SortError(f"{self.owner}: given holds propositions, not {premise!r}")
        self.premises += premises

    def _named(self, name: str, value: Any) -> Any:
        if isinstance(value, Calculation):
            value.named(name)
            self.calculations.append(value)
        elif isinstance(value, Symbol) and not value.name:
            value.named(name)
            self.symbols.append(value)
        elif isinstance(value, Index | Variable | Law) and not value.name:
            value.named(name)
        elif isinstance(value, Outcome):
            if name != value.name:
                raise UnknownNameError(f"{self.owner}: the value of {value.variable} is {value.name}, not {name}")
        elif isinstance(value, Recurrence | Layers):
            self.premises.append(value)
        elif isinstance(value, Index | Variable | Dim | DimFamily | Law):
            return value
        elif isinstance(value, Expr) and value.sort is not Sort.PROPOSITION:
            value = Let(name, value)
            self.terms.append(value)
        elif not isinstance(value, Expr):
            kind = "a function" if isinstance(value, FunctionType) else f"a {type(value).__name__}"
            raise SortError(
                f"{self.owner}.{name} is {kind}; a page holds symbols, formulas, calculations, "
                f"and the fields {', '.join(FIELDS)}"
            )
        return value


class EntryMeta(type):
    """Lowers the class body to a `Record`, kept as ``cls.record``."""

    @classmethod
    def __prepare__(cls, name: str, bases: tuple[type, ...], /, **kwds: Any) -> MutableMapping[str, object]:
        return Body(name) if bases else {}

    def __new__(mcs, name: str, bases: tuple[type, ...], body: Any, /, **kwds: Any) -> EntryMeta:
        if not bases:
            return super().__new__(mcs, name, bases, dict(body))
        if bases != (Entry,):
            raise SortError(f"{name}: entries are not inherited; derive from Entry itself")
        doc = body.get("__doc__")
        if not doc:
            raise DeriveError(f"{name} has no docstring; its first line says in words what the entry states")
        cls = super().__new__(mcs, name, bases, dict(body))
        cls.record = _record(name, doc, body)  # type: ignore[attr-defined]
        return cls


class Entry(metaclass=EntryMeta):
    """The base of every entry; its subclasses' bodies are pages (see ``docs/add-an-entry.md``)."""

    record: Record


def words(name: str) -> str:
    """``GaussianNll`` → ``Gaussian nll``."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d*|\d+", name)
    return " ".join(p if k == 0 or p.isupper() else p.lower() for k, p in enumerate(parts))


def _record(name: str, doc: str, body: Body) -> Record:
    fields = dict(body.fields)
    record = Record(
        id=identifier(body.get("__module__", ""), name),
        title=fields.pop("title", words(name)),
        doc=" ".join(doc.split()),
        symbols=tuple(body.symbols),
        terms=tuple(body.terms),
        calcs=tuple(c.calc for c in body.calculations),
        given=tuple(body.premises),
        **fields,
    )
    for emitted in record.emits:
        if emitted != "step" or record.step is None:
            record.term(emitted)
    return record


def identifier(module: str, name: str) -> str:
    """The id of an entry: its place in the catalog, or ``file.class_name`` in a user's own file."""
    prefix = "derive.catalog."
    if module.startswith(prefix):
        return module[len(prefix) :]
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return f"{module.rpartition('.')[2] or 'entry'}.{snake}"


def update(*, start: Mapping[str, Expr | int], first_step: int = 1, **new: Expr) -> Update:
    """One simultaneous step: ``update(m=m_new, theta=theta_new, start={"m": 0})``; keys are state symbols by name."""
    states = {n.name: n for e in new.values() for n in walk(e) if isinstance(n, Symbol) and n.role == "state"}
    for key in (*new, *start):
        if key not in states:
            raise UnknownNameError(f"update: {key!r} is not a state; the states are {', '.join(sorted(states))}")
    return Update({states[k]: e for k, e in new.items()}, {states[k]: as_expr(v) for k, v in start.items()}, first_step)
