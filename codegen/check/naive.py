"""The entry's formula in plain torch, as written: what a reader would type, and autograd's own gradient of it.

Index notation is interpreted directly, one tensor with one axis per free index. Nothing is rewritten, fused or made
stable, and nothing is shared with the emitters: this is the second opinion on what they wrote.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import torch
from torch import Tensor

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.dims import Dim
from derive.expr.errors import DeriveError
from derive.expr.leaves import ONE, Constant, Index, Let, Number, Size, Symbol
from derive.expr.node import Expr
from derive.expr.operations import OPERATIONS, Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Delta, Indexed, Weighted, Where
from derive.meaning.index_form import entries

OPERATIONS_IN_TORCH: dict[str, Callable[..., Tensor]] = {
    "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "abs": torch.abs, "sign": torch.sign,
    "relu": torch.relu, "sigmoid": torch.sigmoid, "softplus": torch.nn.functional.softplus, "tanh": torch.tanh,
    "step": lambda x: (x > 0).to(x.dtype), "min": torch.minimum, "max": torch.maximum,
    "sin": torch.sin, "cos": torch.cos, "sinh": torch.sinh, "cosh": torch.cosh, "acos": torch.acos, "erf": torch.erf,
    "Phi": torch.special.ndtr, "gamma": lambda x: torch.lgamma(x).exp(), "loggamma": torch.lgamma,
    "digamma": torch.digamma, "trigamma": lambda x: torch.polygamma(1, x),
}  # fmt: skip
RELATIONS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "<": torch.lt, "<=": torch.le, ">": torch.gt, ">=": torch.ge, "=": torch.eq, "!=": torch.ne,
}  # fmt: skip
CONSTANTS = {"pi": math.pi, "eulergamma": 0.5772156649015329}


class NotInterpretedError(DeriveError):
    """A part of a formula that plain torch has no words for."""


@dataclass(frozen=True)
class Labelled:
    """A tensor with the index that each of its axes belongs to."""

    tensor: Tensor
    indices: tuple[Index, ...] = ()

    def along(self, indices: tuple[Index, ...]) -> Tensor:
        """The axes in this order, with length 1 where there is none."""
        if not self.indices:  # a number broadcasts as it is, and leaves the precision of tensors alone
            return self.tensor
        have = [i for i in indices if i in self.indices]
        out = self.tensor.permute([self.indices.index(i) for i in have])
        for k, i in enumerate(indices):
            if i not in self.indices:
                out = out.unsqueeze(k)
        return out


class Naive:
    """Evaluates expressions with these values of symbols, in one precision."""

    def __init__(self, values: Mapping[Symbol, Any], sizes: Mapping[Dim, int], dtype: torch.dtype) -> None:
        self.values, self.sizes, self.dtype = values, sizes, dtype
        self._done: dict[Expr, Labelled] = {}
        self._terms: dict[Expr, Tensor] = {}

    def tensor(self, e: Expr) -> Tensor:
        """All entries of an expression, with its axes."""
        if e not in self._terms:
            core, indices = entries(e.expr if isinstance(e, Let) else e)
            found = self._value(core).along(indices)
            self._terms[e] = found.expand([self.sizes[d] for d in e.axes])
        return self._terms[e]

    def _number(self, value: float) -> Labelled:
        return Labelled(torch.tensor(value, dtype=self.dtype))

    def _value(self, e: Expr) -> Labelled:
        if e not in self._done:
            self._done[e] = self._compute(e)
        return self._done[e]

    def _compute(self, e: Expr) -> Labelled:
        match e:
            case Number():
                return self._number(float(e.value))
            case Constant() if e.name in CONSTANTS:
                return self._number(CONSTANTS[e.name])
            case Size():
                return self._number(self.sizes[e.dim])
            case Index() if e.dim is not None:
                return Labelled(torch.arange(1, self.sizes[e.dim] + 1, dtype=self.dtype), (e,))
            case Symbol() | Let():
                return Labelled(self._leaf(e))
            case Indexed():
                return self._indexed(e)
            case Add():
                return self._entrywise(e, lambda *terms: reduce(torch.add, terms))
            case Mul():
                return self._entrywise(e, lambda *factors: reduce(torch.mul, factors))
            case Neg():
                return self._entrywise(e, torch.neg)
            case Div():
                return self._entrywise(e, torch.div)
            case Pow():
                return self._entrywise(e, torch.pow)
            case Weighted():
                return self._entrywise(e, lambda w, f: torch.where(w != 0, w * f, 0))
            case Delta(args=(Index() as i, Index() as j)) if i.dim is not None:
                return Labelled(torch.eye(self.sizes[i.dim], dtype=self.dtype), (i, j))
            case Relation() if e.kind in RELATIONS:
                return self._entrywise(e, RELATIONS[e.kind])
            case Where():
                return self._entrywise(e, torch.where)
            case Apply():
                return self._apply(e)
            case Bound():
                return self._bound(e)
        raise NotInterpretedError(f"`{e}` has no plain form in torch")

    def _leaf(self, leaf: Expr) -> Tensor:
        if isinstance(leaf, Let):
            return self.tensor(leaf)
        if leaf not in self.values:
            raise NotInterpretedError(f"`{leaf}` has no value here")
        value = self.values[leaf]  # type: ignore[index]
        return value if isinstance(value, Tensor) else torch.tensor(value, dtype=self.dtype)

    def _indexed(self, e: Indexed) -> Labelled:
        places = e.places
        if not all(isinstance(p, Index) for p in places) or not isinstance(e.of_what, Symbol | Let):
            raise NotInterpretedError(f"`{e}` is an entry at a computed position")
        indices = tuple(dict.fromkeys(p for p in places if isinstance(p, Index)))
        whole = self._leaf(e.of_what)
        if len(indices) < len(places):  # a diagonal
            whole = torch.einsum(whole, [indices.index(p) for p in places], list(range(len(indices))))
        return Labelled(whole, indices)

    def _entrywise(self, e: Expr, f: Callable[..., Tensor]) -> Labelled:
        parts = [self._value(a) for a in e.args]
        indices = tuple(dict.fromkeys(i for p in parts for i in p.indices))
        return Labelled(f(*(p.along(indices) for p in parts)), indices)

    def _apply(self, e: Apply) -> Labelled:
        name = e.operation.name
        if name in OPERATIONS and name in OPERATIONS_IN_TORCH:
            return self._entrywise(e, OPERATIONS_IN_TORCH[name])
        if e.operation.unfold is None:
            raise NotInterpretedError(f"{name} has no plain form in torch")
        return self._value(e.operation.unfold(*e.args))

    def _bound(self, e: Bound) -> Labelled:
        if e.low is not ONE or e.index.dim is None or e.high is not e.index.dim.size:
            raise NotInterpretedError(f"`{e}` runs over a part of an axis")
        if e.kind == "sum" and isinstance(e.body, Mul):
            return self._contraction(e.body, e.index)
        body = self._value(e.body)
        if e.index not in body.indices:
            body = Labelled(body.along((e.index, *body.indices)).expand(self.sizes[e.index.dim], *body.tensor.shape),
                            (e.index, *body.indices))  # fmt: skip
        place = body.indices.index(e.index)
        reduction = {"sum": torch.sum, "prod": torch.prod, "max": torch.amax, "logsumexp": torch.logsumexp}[e.kind]
        return Labelled(reduction(body.tensor, place), body.indices[:place] + body.indices[place + 1 :])

    def _contraction(self, product: Mul, over: Index) -> Labelled:
        """A sum of products, which is what einsum is for."""
        parts = [self._value(a) for a in product.args]
        every = tuple(dict.fromkeys(i for p in parts for i in p.indices))
        kept = tuple(i for i in every if i is not over)
        given = [x for p in parts for x in (p.tensor, [every.index(i) for i in p.indices])]
        out = torch.einsum(*given, [every.index(i) for i in kept])
        if over not in every:
            assert over.dim is not None
            out = out * self.sizes[over.dim]
        return Labelled(out, kept)
