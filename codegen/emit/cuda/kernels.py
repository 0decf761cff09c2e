"""CUDA kernels for stages: which thread computes which element, and who adds up what.

* Elements: every thread takes every so-many-th element.
* Totals that lie side by side, and entries of matrix products: one thread each.
* Totals of terms that lie side by side: one block each, its threads combine theirs.
* One total over everything: many blocks write their parts, then one block adds the parts, always in the same order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from derive.codegen.emit.cpp.access import Access
from derive.codegen.emit.cpp.functions import outputs
from derive.codegen.emit.cpp.loops import by_columns, indented, of_product
from derive.codegen.graph.graph import Axis
from derive.codegen.schedule.stage import Reduction, Stage

Lines = list[str]
COMBINE = {"sum": "Sum", "prod": "Product", "max": "Maximum", "logsumexp": "Sum"}
NEUTRAL = {"sum": "0", "prod": "1", "max": "-INFINITY", "logsumexp": "0"}
TERM = {
    "sum": "{0} += {1};",
    "prod": "{0} *= {1};",
    "max": "{0} = maximum({0}, {1});",
    "logsumexp": "{0} += exp({1} - log_shift);",
}


@dataclass(frozen=True)
class Kernel:
    """A kernel, how many blocks it wants (a C++ expression), and which of its parameters it uses."""

    name: str
    body: Lines
    blocks: str
    partials: bool = False

    def uses(self, name: str) -> bool:
        return any(re.search(rf"\b{re.escape(name)}\b", line) for line in self.body)


def kernels(access: Access, stage: Stage) -> list[Kernel]:
    """The kernels of one stage, in the order in which they run."""
    return _Writer(access, stage).kernels()


class _Writer:
    def __init__(self, access: Access, stage: Stage) -> None:
        self.access = access
        self.stage = stage
        self.values = {
            r.node: dict(zip(stage.inner.results, outputs(stage.inner), strict=True))[r.variable]
            for r in stage.reductions
        }
        self.call = access.call(stage.inner, stage, stage.stores)

    def kernels(self) -> list[Kernel]:
        stage = self.stage
        elements = f"({self.access.count(stage.kept)} + THREADS - 1) / THREADS"
        if not stage.reductions:
            return [Kernel(stage.name, self.strided(stage.kept, self.call, "THREADS"), elements)]
        if stage.reductions[0].operation == "logsumexp":
            return [Kernel(stage.name, self.per_block(self.log_sum_exp()), self.access.count(stage.kept))]
        if not stage.kept:
            return [self.parts(), self.whole()]
        if by_columns(stage) or of_product(stage):
            return [Kernel(stage.name, self.strided(stage.kept, self.one_thread(), "THREADS"), elements)]
        return [Kernel(stage.name, self.per_block(self.one_block()), self.access.count(stage.kept))]

    # -- positions

    def strided(self, axes: tuple[Axis, ...], body: Lines, width: str) -> Lines:
        """The body at every position of the axes, shared out over all threads (width THREADS) or all blocks (1)."""
        count = self.access.count(axes)
        if not axes:
            return ["if (blockIdx.x > 0 || threadIdx.x > 0) return;", *body] if width == "THREADS" else body
        first = "thread_index()" if width == "THREADS" else "blockIdx.x"
        step = "thread_count()" if width == "THREADS" else "gridDim.x"
        return self.loop(axes, first, count, step, body)

    def loop(self, axes: tuple[Axis, ...], first: str, count: str, step: str, body: Lines) -> Lines:
        """One loop over the product of the axes; with several, the indices are taken from the position."""
        if len(axes) == 1:
            i = self.access.index[axes[0].label]
            return [f"for (std::int64_t {i} = {first}; {i} < {count}; {i} += {step}) {{", *indented(body), "}"]
        position = "at_" + "_".join(self.access.index[a.label] for a in axes)
        indices, rest = [], position
        for axis in reversed(axes[1:]):
            indices.append(f"const std::int64_t {self.access.index[axis.label]} = {rest} % {self.access.size(axis)};")
            rest = f"{rest} / {self.access.size(axis)}"
        indices.append(f"const std::int64_t {self.access.index[axes[0].label]} = {rest};")
        head = f"for (std::int64_t {position} = {first}; {position} < {count}; {position} += {step}) {{"
        return [head, *indented([*reversed(indices), *body]), "}"]

    # -- totals

    def declared(self, precision: str) -> Lines:
        return [f"{precision} {self.access.block[r.node]} = {NEUTRAL[r.operation]};" for r in self.stage.reductions]

    def terms(self) -> Lines:
        """One more term for every total."""
        found = (
            TERM[r.operation].format(self.access.block[r.node], self.values[r.node]) for r in self.stage.reductions
        )
        return [*self.call, *found]

    def finish(self) -> Lines:
        stage, access = self.stage, self.access
        if stage.finish is not None:
            return access.call(stage.finish, stage, stage.finish_stores)
        return [f"{access.element(s.node, s.labels)} = Real({access.total[s.node]});" for s in stage.finish_stores]

    def one_thread(self) -> Lines:
        """A thread adds up all terms of its total: those of a matrix product as BLAS does, others in double."""
        precision = "Real" if of_product(self.stage) else "double"
        totals = [
            f"const {precision} {self.access.total[r.node]} = {self.access.block[r.node]};"
            for r in self.stage.reductions
        ]
        terms = self.terms()
        for axis in reversed(self.stage.reduced):
            i = self.access.index[axis.label]
            terms = [f"for (std::int64_t {i} = 0; {i} < {self.access.size(axis)}; ++{i}) {{", *indented(terms), "}"]
        return [*self.declared(precision), *terms, *totals, *self.finish()]

    def per_block(self, body: Lines) -> Lines:
        return self.strided(self.stage.kept, body, "1")

    def one_block(self) -> Lines:
        """The threads of a block share out the terms; its first thread finishes."""
        over = self.loop(
            self.stage.reduced, "threadIdx.x", self.access.count(self.stage.reduced), "THREADS", self.terms()
        )
        totals = [f"const double {self.access.total[r.node]} = {self.combined(r)};" for r in self.stage.reductions]
        return [*self.declared("Real"), *over, *totals, *self.by_first()]

    def by_first(self) -> Lines:
        return ["if (threadIdx.x == 0) {", *indented(self.finish()), "}"]

    def combined(self, r: Reduction) -> str:
        neutral = NEUTRAL[r.operation]
        return f"over_block<{COMBINE[r.operation]}>(double({self.access.block[r.node]}), double({neutral}))"

    def log_sum_exp(self) -> Lines:
        stage, access = self.stage, self.access
        (reduction,) = stage.reductions
        value, total, part = self.values[reduction.node], access.total[reduction.node], access.block[reduction.node]
        count = access.count(stage.reduced)
        largest = self.loop(
            stage.reduced,
            "threadIdx.x",
            count,
            "THREADS",
            [*self.call, f"largest_yet = {value} > largest_yet ? {value} : largest_yet;"],
        )
        return [
            "Real largest_yet = -INFINITY;", *largest,
            "largest_yet = over_block<Maximum>(largest_yet, Real(-INFINITY));",
            "const Real log_shift = std::isfinite(largest_yet) ? largest_yet : Real(0);",
            f"Real {part} = 0;", *self.loop(stage.reduced, "threadIdx.x", count, "THREADS", self.terms()),
            f"const double {total} = double(log_shift) + ::log({self.combined(reduction)});",
            *self.by_first(),
        ]  # fmt: skip

    def parts(self) -> Kernel:
        """Every block writes its part of each total."""
        stage = self.stage
        loop = self.strided(stage.reduced, self.terms(), "THREADS")
        lines = [*self.declared("Real"), *loop]
        for k, r in enumerate(stage.reductions):
            lines += [f"const double {self.access.total[r.node]} = {self.combined(r)};"]
            lines += [f"if (threadIdx.x == 0) partials[{k} * PARTIALS + blockIdx.x] = {self.access.total[r.node]};"]
        elements = f"({self.access.count(stage.reduced)} + THREADS - 1) / THREADS"
        return Kernel(f"{stage.name}_parts", lines, elements, partials=True)

    def whole(self) -> Kernel:
        """One block combines the parts."""
        stage = self.stage
        lines = [f"double {self.access.block[r.node]} = {NEUTRAL[r.operation]};" for r in stage.reductions]
        combine = {"sum": "+=", "prod": "*="}
        body = []
        for k, r in enumerate(stage.reductions):
            part, block = f"partials[{k} * PARTIALS + part_index]", self.access.block[r.node]
            sign = combine.get(r.operation)
            body.append(f"{block} {sign} {part};" if sign else f"{block} = maximum({block}, {part});")
        lines += [
            "for (std::int64_t part_index = threadIdx.x; part_index < part_count; part_index += THREADS) {",
            *indented(body),
            "}",
        ]
        lines += [f"const double {self.access.total[r.node]} = {self.combined(r)};" for r in stage.reductions]
        return Kernel(f"{stage.name}_whole", [*lines, *self.by_first()], "1", partials=True)
