"""From names to what they stand for: bound by a range, declared, defined, or unknown in the role its uses show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from derive.expr.density import Outcome
from derive.expr.domains import COUNTING
from derive.expr.leaves import Symbol
from derive.expr.node import Expr
from derive.text.errors import ParseError
from derive.text.functions import CALLED_ONLY
from derive.text.names import Bound, Defined, Entity, Fixed, Free, Moving, Names, Unknown
from derive.text.sentences import Definition
from derive.text.tree import (
    MAX_DEPTH,
    Applied,
    Call,
    Comparison,
    DensityOf,
    Dependent,
    Differ,
    Divergence,
    Entry,
    Improper,
    Mean,
    Measure,
    Name,
    Node,
    Range,
    Recursion,
    Reduction,
    RowWise,
    Support,
    Table,
)

MAX_NODES = 20_000
Environment = Mapping[str, Bound | Moving]


class Role(IntEnum):
    """What the uses of an undeclared name make of it; the highest wins."""

    NUMBER = 0
    COUNT = 1  # a positive integer that is the size of no axis
    INDEX = 2
    VARIABLE = 3
    SIZE = 4
    OUTCOME = 5


class Resolver:
    """Gives every `Name` node its entity, over all formulas of one question."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.unknowns: list[Unknown] = []
        self.free: list[Free] = []
        self.variables: list[Symbol] = []
        self._uses: dict[str, list[tuple[Name, int]]] = {}
        self._roles: dict[str, Role] = {}
        self._under: list[tuple[Name, Defined, Environment]] = []  # uses of definitions below binders
        self._distributions: set[str] = set()
        self._laws: set[str] = set()
        self._drawing = 0  # how many means without a law this stands in: there X is the value x
        self._nodes = 0

    def resolve(self, definitions: Sequence[Definition], formulas: Sequence[Sequence[Node]]) -> None:
        """Every group of formulas has its own free indices; the definitions belong to the first group."""
        names = self.names
        names.defined |= {name.name: Defined(name.name, node) for name, node in definitions}
        for name, node in definitions:
            entity = names.defined[name.name]
            entity.size = self._walk(node, {}, Role.NUMBER, 0)
            entity.depth = _depth(node)
            entity.ready = True
        for number, group in enumerate(formulas):
            for node in group:
                self._walk(node, {}, Role.NUMBER, number)
                _depth(node)
        self._decide({n.range.index.name for group in formulas for n in group if isinstance(n, Recursion)})
        self._check_definitions()

    def _walk(self, node: Node, bound: Environment, role: Role, formula: int) -> int:
        """The number of nodes that `node` stands for, with definitions written out."""

        def walk(*nodes: Node, bound: Environment = bound, role: Role = Role.NUMBER) -> int:
            return sum(self._walk(n, bound, role, formula) for n in nodes)

        match node:
            case Name():
                count = self._use(node, bound, role, formula)
            case Entry():
                count = walk(node.e) + walk(*node.places, role=Role.INDEX)
            case Table():
                inner = {**bound, **{name.name: self._bind(name, None) for name in node.indices}}
                count = walk(node.body, bound=inner)
            case Reduction():
                inner, count = bound, walk(*node.dims, role=Role.SIZE)
                for each in reversed(node.ranges):
                    count += walk(each.low, each.high, bound=inner, role=Role.SIZE)
                    inner = {**inner, each.index.name: self._bind(each.index, each)}
                count += walk(node.body, bound=inner)
            case Improper():
                count = walk(*node.ends)
                count += walk(node.body, bound={**bound, node.variable.name: self._move(node.variable, node.ends)})
            case RowWise():
                count = walk(node.body) + walk(*node.parts[1:], role=Role.SIZE)
            case Recursion():
                over = node.range
                count = walk(node.family, node.start) + walk(over.low, over.high, role=Role.SIZE)
                count += walk(node.step, bound={**bound, over.index.name: self._bind(over.index, over)})
            case Divergence():
                if node.kind != "h":
                    self._distributions |= {part.name for part in node.tables if isinstance(part, Name)}
                count = walk(*node.tables)
            case Measure() | Dependent() | Support() | Differ():
                count = walk(*node.parts, role=Role.VARIABLE)
            case (
                Comparison(left=Support() as values, right=Name() as number)
                | Comparison(left=Name() as number, right=Support() as values)
            ):
                count = walk(values, *node.wrt) + walk(number, role=Role.COUNT)
            case Mean(factors=()):
                self._drawing += 1
                count = walk(*node.bodies)
                self._drawing -= 1
            case DensityOf():
                self._laws.add(node.law)
                count = walk(*node.parts, role=Role.OUTCOME)
            case Call(callee="delta"):
                count = walk(*node.args, role=Role.INDEX)
            case Call(callee="ones" | "eye"):
                count = walk(*node.args, role=Role.SIZE)
            case Applied():
                node.function.entity = self.names.fixed[node.function.name]
                count = walk(*node.args)
            case _:
                count = walk(*node.parts, role=role)
        if count + 1 > MAX_NODES:
            raise node.at.error(f"with its definitions written out, this has more than {MAX_NODES} terms")
        return count + 1

    def _bind(self, name: Name, over: Range | None) -> Bound:
        if name.entity is None:
            name.entity = Bound(name.name, over, self.names.binders.get(name.name))
        assert isinstance(name.entity, Bound)
        return name.entity

    def _move(self, name: Name, ends: tuple[Node, ...]) -> Moving:
        if name.entity is None:
            name.entity = Moving(name.name, ends, self.names.variables.get(name.name))
        assert isinstance(name.entity, Moving)
        return name.entity

    def _use(self, node: Name, bound: Environment, role: Role, formula: int) -> int:
        if self._drawing and role is Role.NUMBER and self._is_drawn(node.name):
            node.name, role = node.name[:1].lower() + node.name[1:], Role.OUTCOME
        name = node.name
        self.names.written.add(name)
        known: Entity | None = bound.get(name) or self.names.defined.get(name) or self.names.fixed.get(name)
        node.entity = known
        if role is Role.OUTCOME and known is not None:
            _check_outcome(node, known)
        if known is None and name in CALLED_ONLY:
            raise node.at.error(f"{name} is a function; write {name}(...), or declare it", "`(`")
        if known is None:
            self._uses.setdefault(name, []).append((node, formula))
            self._roles[name] = max(role, self._roles.get(name, Role.NUMBER))
        elif isinstance(known, Defined):
            if not known.ready:
                raise node.at.error(f"{name} is used before it is defined")
            self._under.append((node, known, bound))
            return known.size
        return 1

    def _is_drawn(self, name: str) -> bool:
        """Whether a name is that of a random variable, declared or not."""
        return self.names.is_variable(name) or (name[:1].isupper() and not self.names.is_known(name))

    def _decide(self, steps: set[str]) -> None:
        """`steps` are the indices of recurrences: outside of them they are still positions, where a size may stand."""
        for name, role in self._roles.items():
            uses = self._uses[name]
            if name in self._laws:
                raise uses[0][0].at.error(f"{name} is a law here; its density is {name}(x)")
            if role is Role.SIZE and name in steps:
                role = Role.INDEX
            if role is Role.SIZE:
                value: Expr = self.names.dim(name).size
                _give(uses, Fixed(value))
            elif role is Role.VARIABLE:
                _give(uses, Fixed(self._variable(name, uses[0][0])))
            elif role is Role.OUTCOME:
                _give(uses, Fixed(self._outcome(name, uses[0][0])))
            elif role is Role.COUNT:
                counted = Symbol(name, domain=COUNTING)
                self.variables.append(counted)
                _give(uses, Fixed(counted))
            elif role is Role.INDEX:
                for formula in {number: None for _, number in uses}:
                    index = Free(name)
                    self.free.append(index)
                    _give([use for use in uses if use[1] == formula], index)
            else:
                is_table = name in self._distributions
                unknown = Unknown(name, uses[0][0].at, 1 if is_table else None, is_distribution=is_table)
                self.unknowns.append(unknown)
                _give(uses, unknown)

    def _variable(self, name: str, node: Name) -> Symbol:
        variable = self.names.random_variable(name, node.at)
        if variable not in self.variables:
            self.variables.append(variable)
        return variable

    def _outcome(self, name: str, node: Name) -> Outcome:
        """The value of the variable with the capital letter, which stands alone nowhere but among variables."""
        capital = name[:1].upper() + name[1:]
        if self._roles.get(capital, Role.VARIABLE) is not Role.VARIABLE:
            raise self._uses[capital][0][0].at.error(f"{capital} is a random variable here; its value is {name}")
        return Outcome.of(self._variable(capital, node))

    def _check_definitions(self) -> None:
        """Raises where a definition with an index stands below a binder of that name: which one is meant is unclear."""
        for node, entity, bound in self._under:
            captured = _free_names(entity.node) & set(bound)
            if captured:
                raise _captured(node, min(captured))


def _depth(node: Node) -> int:
    """How deep the syntax nests with its definitions written out.

    Raises `ParseError` beyond the cap, which every recursion after this one relies on.
    """
    if isinstance(node, Name) and isinstance(node.entity, Defined):
        depth = 1 + node.entity.depth
    else:
        depth = 1 + max(map(_depth, node.parts), default=0)
    if depth > MAX_DEPTH:
        raise node.at.error(f"with its definitions written out, this is nested more than {MAX_DEPTH} deep")
    return depth


def _check_outcome(node: Name, known: Entity) -> None:
    """Raises where the name of an outcome has another meaning already."""
    if isinstance(known, Fixed) and isinstance(known.value, Outcome):
        return
    capital = node.name[:1].upper() + node.name[1:]
    bound = "is an index here" if isinstance(known, Bound) else "is bound by an integral or a limit here"
    said = bound if isinstance(known, Bound | Moving) else "has another meaning"
    raise node.at.error(f"{node.name} {said}; in a density it is the value of {capital}, which needs no declaration")


def _captured(node: Name, index: str) -> ParseError:
    return node.at.error(f"{node.name} is defined with an index {index}, which is bound here; write it out, or rename")


def _give(uses: Sequence[tuple[Name, int]], entity: Entity) -> None:
    for node, _ in uses:
        node.entity = entity


def _free_names(node: Node) -> set[str]:
    """The names of unbound indices in a definition; those inside nested definitions are checked at their own uses."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Name) and isinstance(item.entity, Free):
            found.add(item.name)
        waiting += item.parts
    return found
