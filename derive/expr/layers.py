"""Families of tensors defined layer by layer, for any number of layers: a forward pass, or a backward sweep.

``layers(k, start={h: x}, step={f: beta[k-1] + Omega[k-1] @ h[k-1], h: relu(f[k])})`` defines h[0], and f[k] and
h[k] for k = 1, …, K in turn. ``sweep(k, start={g: D(loss, y)}, step={delta: …, g: …})`` defines g[K], and then for
k = K, …, 1 the member delta[k] and, since g is carried on, g[k-1]. K is the size of the dim of k.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derive.expr.arithmetic import Neg
from derive.expr.dims import Dim, axes_text
from derive.expr.errors import ShapeError, SortError
from derive.expr.families import linear, substitute_dim
from derive.expr.leaves import ZERO, Index, Let, Number, Symbol
from derive.expr.node import Expr, Sort, numeric, walk
from derive.expr.structure import Member
from derive.expr.substitute import binds, rebound
from derive.expr.tensor import Along, Linear, Reduce


@dataclass(frozen=True)
class Rule:
    """How the members of one family are computed.

    The member at `first` is `start`. The step at a value v of `index` gives the member at v − `shift`; v runs from 1 to
    `last`, or without end.
    """

    index: Index
    step: Expr
    start: Expr | None = None
    first: Expr = ZERO
    shift: int = 0
    last: Expr | None = None


class Layers(Expr):
    """Families defined together, one layer after another; `backward` from the last layer to the first."""

    __slots__ = ()

    @classmethod
    def of(
        cls, index: Index, steps: Mapping[Symbol, Expr], start: Mapping[Symbol, Expr], backward: bool = False
    ) -> Layers:
        if not isinstance(index, Index) or index.dim is None:
            raise SortError(
                f"layers are counted by an index along a dim, whose size is their number; `{index}` has none"
            )
        for family in (*steps, *start):
            if not isinstance(family, Symbol) or family.family != (index,):
                raise SortError(f"{family} is not a family over {index.name}; declare it with family={index.name}")
        if missing := [f for f in start if f not in steps]:
            raise SortError(f"{missing[0].name} has a start but no step")
        out = cls._intern(
            (*steps.values(), *start.values()), (index, tuple(steps), tuple(start), backward), (), Sort.PROPOSITION
        )
        out._check()
        return out

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        index, families, started, backward = params
        cut = len(families)
        return cls.of(
            index, dict(zip(families, args[:cut], strict=True)), dict(zip(started, args[cut:], strict=True)), backward
        )

    @property
    def index(self) -> Index:
        return self.params[0]

    @property
    def dim(self) -> Dim:
        dim = self.index.dim
        assert dim is not None
        return dim

    @property
    def last(self) -> Expr:
        """The number of layers."""
        return self.dim.size

    @property
    def families(self) -> tuple[Symbol, ...]:
        return self.params[1]

    @property
    def steps(self) -> dict[Symbol, Expr]:
        return dict(zip(self.families, self.args, strict=False))

    @property
    def start(self) -> dict[Symbol, Expr]:
        return dict(zip(self.params[2], self.args[len(self.families) :], strict=True))

    @property
    def backward(self) -> bool:
        return self.params[3]

    def carried(self, family: Symbol) -> bool:
        """Whether the next layer may use the family: it has a start."""
        return family in self.params[2]

    def shift(self, family: Symbol) -> int:
        """The step at k gives the member at k − shift."""
        return 1 if self.backward and self.carried(family) else 0

    def rule(self, family: Symbol) -> Rule:
        """How members of `family` are computed."""
        first = self.last if self.backward else ZERO
        return Rule(self.index, self.steps[family], self.start.get(family), first, self.shift(family), self.last)

    def _check(self) -> None:
        for position, (family, step) in enumerate(self.steps.items()):
            self._check_shape("step", family, self.index - self.shift(family), step)
            self._check_order(family, step, self.families[:position])
        for family, start in self.start.items():
            self._check_shape("start", family, self.rule(family).first, start)
            if any(isinstance(n, Member) and n.family in self.families for n in walk(start)):
                raise SortError(f"the start of {family.name}, `{start}`, uses what the layers define")

    def _check_shape(self, what: str, family: Symbol, position: Expr, e: Expr) -> None:
        wanted = member(family, position).axes
        if numeric(e, f"a {what}").axes != wanted:
            raise ShapeError(f"the {what} `{e}` has axes {axes_text(e.axes)}, {family.name} has {axes_text(wanted)}")

    def _check_order(self, family: Symbol, step: Expr, earlier: tuple[Symbol, ...]) -> None:
        """Every member that a step uses is there by then."""
        for node in walk(step):
            if not isinstance(node, Member) or node.family not in self.families:
                continue
            used, gap = node.family, offset(node, self.index)
            ready = gap is not None and used in earlier and gap == -self.shift(used)
            before = gap is not None and self.carried(used) and gap == (0 if self.backward else -1)
            if not (ready or before):
                raise SortError(
                    f"the step of {family.name} uses `{node}`, which is not there before layer {self.index}"
                )


def member(family: Symbol, position: Expr) -> Member:
    """``family[position]`` with the position collected, so that h[k - 1 + 1] is h[k]."""
    return Member.of(family, (linear(position),))


def offset(node: Member, index: Index) -> int | None:
    """n for a member at index + n; None for any other position."""
    gap = linear(node.args[0] - index)
    sign, bare = (-1, gap.args[0]) if isinstance(gap, Neg) else (1, gap)
    return sign * int(bare.value) if isinstance(bare, Number) and bare.value.denominator == 1 else None


def at_layer(e: Expr, index: Index, position: Expr) -> Expr:
    """`e` with `index` at another position, in members of families and in the sizes d[k] of their axes alike.

    Raises `SortError` where `index` is bound inside, or a plain symbol has a size that depends on it.
    """
    replaced = {index: position}
    done: dict[Expr, Expr] = {index: position}
    for node in walk(e):
        if isinstance(node, Index):
            done.setdefault(node, _moved(node, replaced))
        for leaf in binds(node):
            if leaf is index or leaf is position:
                raise SortError(f"`{node}` runs over {index.name}, the index of the layers")
            if isinstance(leaf, Index):
                done.setdefault(leaf, _moved(leaf, replaced))
    for node in walk(e):
        if node not in done:
            done[node] = _at_layer(node, replaced, done)
    return done[e]


def _moved(index: Index, replaced: dict[Index, Expr]) -> Index:
    dim = index.dim and substitute_dim(index.dim, replaced)
    return index if dim is index.dim else Index(index.name, dim)


def _at_layer(node: Expr, replaced: dict[Index, Expr], done: dict[Expr, Expr]) -> Expr:
    args = tuple(done[a] for a in node.args)
    match node:
        case Let():
            new = done[node.expr]
            return node if new is node.expr else Let(node.name, new, node.tex)
        case Member():
            return Member.of(node.family, tuple(linear(a) for a in args))
        case Symbol() if any(substitute_dim(d, replaced) is not d for d in node.axes):
            raise SortError(
                f"the size of {node.name} depends on {', '.join(i.name for i in replaced)}; make it a family"
            )
        case Reduce():
            return Reduce.of(node.kind, args[0], tuple(substitute_dim(d, replaced) for d in node.over))
        case Along():
            return Along.of(node.name, args[0], substitute_dim(node.over, replaced))
        case Linear():
            return Linear.of(node.name, args, tuple(substitute_dim(d, replaced) for d in node.params[1]))
    if bound := binds(node):
        return rebound(node, args[0], tuple(done.get(leaf, leaf) for leaf in bound), args[1:])  # type: ignore[arg-type]
    return node.rebuild(args) if node.args else node
