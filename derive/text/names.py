"""What names stand for: the declared, the inferred, the bound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derive.expr import build
from derive.expr.density import Outcome
from derive.expr.dims import Dim
from derive.expr.families import DimFamily
from derive.expr.law import Law
from derive.expr.leaves import EULER_GAMMA, INFINITY, PI, Index, Number, Size, Symbol, Variable
from derive.expr.node import Expr, Sort
from derive.text.errors import Spot
from derive.text.functions import is_law_name
from derive.text.lexer import spelled

if TYPE_CHECKING:
    from derive.text.axes import Axis
    from derive.text.tree import Node, Range

CONSTANTS: dict[str, Expr] = {"pi": PI, "eulergamma": EULER_GAMMA, "oo": INFINITY}
DIM_LETTERS = ("n", "m", "k", "d", "r", "s", "l", "h", "c", "q")
INDEX_LETTERS = ("i", "j", "k", "l", "a", "b", "c")


@dataclass(slots=True, eq=False)
class Fixed:
    """A name with a meaning of its own: a symbol, a term, a constant, the size of a dim, a family of sizes."""

    value: Expr | DimFamily

    @property
    def axes(self) -> tuple[Dim, ...]:
        return self.value.axes if isinstance(self.value, Expr) else ()


@dataclass(slots=True, eq=False)
class Unknown:
    """An undeclared number or tensor. `rank` is None until something says it; then every axis is inferred."""

    name: str
    at: Spot
    rank: int | None = None
    axes: tuple[Axis, ...] = ()
    symbol: Symbol | None = None
    is_distribution: bool = False  # stands alone in the brackets of an entropy or a divergence


@dataclass(slots=True, eq=False)
class Bound:
    """An index bound by a range, or by a table (then `range` is None). `places` are the axes that it alone indexes."""

    name: str
    range: Range | None
    index: Index | None = None
    places: list[Axis] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Moving:
    """A real number bound by an integral or a limit with these ends."""

    name: str
    ends: tuple[Node, ...]
    variable: Variable | None = None


@dataclass(slots=True, eq=False)
class Free:
    """An undeclared index that nothing binds: universally quantified in its formula."""

    name: str
    axis: Axis | None = None
    index: Index | None = None


@dataclass(slots=True, eq=False)
class Defined:
    """A name defined after ``with``; `size` and `depth` measure the syntax that it stands for."""

    name: str
    node: Node
    size: int = 0
    depth: int = 0
    ready: bool = False


Entity = Fixed | Unknown | Bound | Moving | Free | Defined


class Names:
    """The scope of one question: statement, premises and declarations share it."""

    def __init__(self, scope: Mapping[str, object] | None = None) -> None:
        self.fixed: dict[str, Fixed] = {name: Fixed(value) for name, value in CONSTANTS.items()}
        self.dims: dict[str, Dim] = {}
        self.extents: dict[Expr, Dim] = {}
        self.binders: dict[str, Index] = {}  # indices of the given scope, which its texts bind as well
        self.variables: dict[str, Variable] = {}  # those of the given scope, likewise
        self.defined: dict[str, Defined] = {}
        self.laws: set[str] = set()  # those declared, or of the given scope
        self.random: dict[str, Symbol] = {}  # the random variables that nobody declared
        self.written: set[str] = set()  # every name in the texts
        self._lettered: set[Dim] = set()  # dims made here whose index letter is still free to choose
        for name, value in (scope or {}).items():
            self._given(spelled(name), value)

    def _given(self, name: str, value: object) -> None:
        if isinstance(value, Dim):
            self.dims[name] = value
            if value.extent is not None:
                self.extents[value.extent] = value
            self.fixed[name] = Fixed(value.size)
        elif isinstance(value, Law):
            self.laws.add(name)
        elif isinstance(value, Outcome):
            self.fixed[name] = Fixed(value)
            self.fixed.setdefault(spelled(value.variable.name), Fixed(value.variable))
        elif isinstance(value, Expr | DimFamily):
            self.fixed[name] = Fixed(value)
            if isinstance(value, Index):
                self.binders[name] = value
            if isinstance(value, Variable):
                self.variables[name] = value
        else:
            raise TypeError(f"{name} is {value!r}; a scope holds expressions, laws, dims and families of dims")

    # -- what the grammar asks

    def is_known(self, name: str) -> bool:
        return name in self.fixed or name in self.defined

    def is_dim(self, name: str) -> bool:
        return name in self.dims

    def is_function(self, name: str) -> bool:
        value = self.fixed[name].value if name in self.fixed else None
        return isinstance(value, DimFamily) or (isinstance(value, Expr) and value.sort is Sort.FUNCTION)

    def is_variable(self, name: str) -> bool:
        value = self.fixed[name].value if name in self.fixed else None
        return isinstance(value, Expr) and value.sort is Sort.VARIABLE

    def is_law(self, name: str) -> bool:
        return name in self.laws or (is_law_name(name) and not self.is_known(name))

    def is_index(self, name: str) -> bool:
        return name in self.binders

    def function_names(self) -> tuple[str, ...]:
        return tuple(name for name in self.fixed if self.is_function(name))

    # -- random variables

    def random_variable(self, name: str, at: Spot) -> Symbol:
        """The random variable of this name, declared or not; raises `ParseError` where it is something else."""
        if name in self.fixed:
            value = self.fixed[name].value
            if isinstance(value, Symbol) and value.sort is Sort.VARIABLE:
                return value
            raise at.error(f"{name} is declared, and not as a random variable")
        if name not in self.random:
            self.random[name] = build.variable()
            self.random[name].named(name)
        return self.random[name]

    # -- dims

    def dim(self, name: str, extent: Expr | None = None) -> Dim:
        """The dim of this name, made when first asked for; its name is then a positive integer of that size."""
        if name not in self.dims:
            dim = Dim(name, self._index_letter(name), extent=extent)
            self.dims[name] = dim
            self._lettered.add(dim)
            if extent is not None:
                self.extents[extent] = dim
            self.fixed[name] = Fixed(dim.size)
        return self.dims[name]

    def extent(self, size: Expr) -> Dim:
        """The dim of this size: one dim for one formula."""
        if isinstance(size, Size):
            return size.dim
        if size not in self.extents:
            dim = Dim(str(size), self._index_letter(""), extent=size)
            self.extents[size] = dim
            self._lettered.add(dim)
        return self.extents[size]

    def fresh_dim(self) -> Dim:
        """A dim for an axis of which nothing but its existence is known."""
        taken = self.written | set(self.dims) | set(self.fixed)
        letters = (*DIM_LETTERS, *(f"n{k}" for k in range(1, len(taken) + 2)))
        return self.dim(next(name for name in letters if name not in taken))

    def _index_letter(self, name: str) -> str:
        """The letter of an index along a dim: n for N; otherwise one that no dim has yet."""
        if name[:1].isupper():
            return name[0].lower()
        taken = {dim.index for dim in self._lettered} | self.written
        return next((letter for letter in INDEX_LETTERS if letter not in taken), "i")

    def runs_over(self, index: Index) -> None:
        """Let the first index over a dim made here give the dim its letter."""
        if index.dim in self._lettered:
            self._lettered.discard(index.dim)
            index.dim.index = index.name

    # -- results

    def symbols(self, inferred: Iterable[Symbol]) -> dict[str, Symbol]:
        """Every symbol by name, declared or not."""
        declared = [entity.value for entity in self.fixed.values() if isinstance(entity.value, Symbol)]
        return {symbol.name: symbol for symbol in (*declared, *inferred)}


def counts(e: Expr) -> bool:
    """Whether the domain of `e` holds positive integers only, so that it may be a size."""
    if isinstance(e, Number):
        return e.value.denominator == 1 and e.value >= 1
    if isinstance(e, Symbol):
        return not e.axes and e.domain.integer and e.domain.lower is not None and e.domain.lower >= 1
    return isinstance(e, Size)
