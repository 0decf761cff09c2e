"""Whole-tensor notation: products of matrices, row operations, sums over dims, tensors given entry by entry."""

from __future__ import annotations

from typing import Any

from derive.expr.dims import Dim, axes_text
from derive.expr.errors import ShapeError, SortError
from derive.expr.leaves import Index
from derive.expr.node import Expr, Sort, numeric


class MatMul(Expr):
    """The matrix product ``A @ B``: the last axis of A is the first of B and is summed. ``x @ y`` is a scalar."""

    __slots__ = ()

    @classmethod
    def of(cls, left: Expr, right: Expr) -> Expr:
        for side in (left, right):
            numeric(side, "@")
        problem = ""
        if not 1 <= len(left.axes) <= 2 or not 1 <= len(right.axes) <= 2:
            problem = "@ takes vectors and matrices; write other sums with indices"
        elif left.axes[-1] is not right.axes[0]:
            hint = "; did you mean .T?" if left.axes[-1] in right.axes or right.axes[0] in left.axes else ""
            problem = f"{left.axes[-1]} is not {right.axes[0]}{hint}"
        if problem:
            sides = (f"`{e}` with axes {axes_text(e.axes)}" for e in (left, right))
            raise ShapeError(f"{' @ '.join(sides)}: {problem}")
        return cls._intern((left, right), (), left.axes[:-1] + right.axes[1:])

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(*args)


class Transpose(Expr):
    """The transpose of a matrix."""

    __slots__ = ()

    @classmethod
    def of(cls, e: Expr) -> Expr:
        if len(numeric(e, ".T").axes) != 2:
            raise ShapeError(f"`{e}` with axes {axes_text(e.axes)} has no transpose; .T takes a matrix")
        return cls._intern((e,), (), (e.axes[1], e.axes[0]))

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(*args)


ROW_OPERATIONS = {"softmax": True, "logsumexp": False}  # name -> whether the axis stays


class Along(Expr):
    """A row operation along one dim: softmax keeps the dim, logsumexp removes it.

    Of a dim that is there twice, as in a square matrix, it runs along the last axis, and there must end the axes.
    """

    __slots__ = ()

    @classmethod
    def of(cls, name: str, e: Expr, over: Dim) -> Expr:
        if numeric(e, name).axes.count(over) != 1 and e.axes[-1:] != (over,):
            raise ShapeError(
                f"{name}(`{e}`, over={over}): axes are {axes_text(e.axes)}; {over} must be one of them, once"
            )
        place = _place(e.axes, over)
        axes = e.axes if ROW_OPERATIONS[name] else e.axes[:place] + e.axes[place + 1 :]
        return cls._intern((e,), (name, over), axes)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(params[0], args[0], params[1])

    @property
    def name(self) -> str:
        return self.params[0]

    @property
    def over(self) -> Dim:
        return self.params[1]

    @property
    def place(self) -> int:
        """Which axis of the operand it runs along, from 0."""
        return _place(self.args[0].axes, self.over)


def _place(axes: tuple[Dim, ...], over: Dim) -> int:
    return len(axes) - 1 if axes[-1] is over else axes.index(over)


class Reduce(Expr):
    """A sum, product, mean, maximum or 2-norm over whole dims: ``Sum(e, N)``, ``Mean(e, N)``.

    Every dim is there once; only over all axes may some be the same, as in the norm of a square matrix.
    """

    __slots__ = ()

    @classmethod
    def of(cls, kind: str, e: Expr, over: tuple[Dim, ...]) -> Expr:
        numeric(e, kind)
        for d in over:
            if e.axes.count(d) != 1 and over != e.axes:
                raise ShapeError(f"{kind}(`{e}`, {d}): axes are {axes_text(e.axes)}; {d} must be one of them, once")
        return cls._intern((e,), (kind, over), tuple(d for d in e.axes if d not in over))

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(params[0], args[0], params[1])

    @property
    def kind(self) -> str:
        return self.params[0]

    @property
    def over(self) -> tuple[Dim, ...]:
        return self.params[1]


LINEAR = ("tr", "det", "inv", "diag", "outer", "ones", "eye")


class Linear(Expr):
    """A linear-algebra operation: tr, det, inv, diag, outer, and the constants ones(n), eye(n)."""

    __slots__ = ()

    @classmethod
    def of(cls, name: str, args: tuple[Expr, ...] = (), dims: tuple[Dim, ...] = ()) -> Expr:
        for a in args:
            numeric(a, name)
        square = len(args) == 1 and len(args[0].axes) == 2 and args[0].axes[0] is args[0].axes[1]
        if name in ("tr", "det", "inv"):
            if not square:
                raise ShapeError(f"{_shown(name, args)}: needs one square matrix, both axes the same dim")
            axes = args[0].axes if name == "inv" else ()
        elif name == "diag" and len(args) == 1 and (square or len(args[0].axes) == 1):
            axes = args[0].axes[:1] if square else args[0].axes * 2
        elif name == "outer" and len(args) == 2 and all(len(a.axes) == 1 for a in args):
            axes = args[0].axes + args[1].axes
        elif name == "ones" and dims:
            axes = dims
        elif name == "eye" and len(dims) == 1:
            axes = dims * 2
        else:
            raise ShapeError(f"{_shown(name, args)}: these shapes do not fit")
        return cls._intern(args, (name, dims), axes)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(params[0], args, params[1])

    @property
    def name(self) -> str:
        return self.params[0]


def _shown(name: str, args: tuple[Expr, ...]) -> str:
    return f"{name}({', '.join(f'`{a}` {axes_text(a.axes)}' for a in args)})"


class Array(Expr):
    """The tensor with given entries: ``Array(body, (i, j))[i, j] = body``. Derived adjoints have this form."""

    __slots__ = ()

    @classmethod
    def of(cls, body: Expr, indices: tuple[Index, ...]) -> Expr:
        if body.axes:
            raise ShapeError(f"the entries of a tensor are scalars, `{body}` has axes {axes_text(body.axes)}")
        if not indices:
            return body
        dims = tuple(i.dim for i in indices)
        if None in dims:
            raise SortError(f"an index of {indices} runs over no dim")
        return cls._intern((numeric(body, "a tensor"),), indices, dims, Sort.NUMBER)  # type: ignore[arg-type]

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(args[0], params)

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def indices(self) -> tuple[Index, ...]:
        return self.params
