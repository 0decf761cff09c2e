"""C++ loops for stages: which axis runs innermost, how sums keep their digits, what the compiler may vectorise."""

from __future__ import annotations

from derive.codegen.emit.cpp.access import Access
from derive.codegen.emit.cpp.functions import outputs
from derive.codegen.graph.graph import Axis
from derive.codegen.schedule.stage import Stage

# Of each reduction: its start, how a term joins a block and a block the total, and OpenMP's name for it. OpenMP's max
# would drop what is not a number.
START = {"sum": "0", "prod": "1", "max": "-std::numeric_limits<Real>::infinity()", "logsumexp": "0"}
TERM = {
    "sum": "{0} += {1};",
    "prod": "{0} *= {1};",
    "max": "{0} = maximum({0}, {1});",
    "logsumexp": "{0} += exp({1} - log_shift);",
}
BLOCK = {
    "sum": "{0} += {1};", "prod": "{0} *= {1};", "max": "{0} = maximum({0}, double({1}));", "logsumexp": "{0} += {1};",
}  # fmt: skip
OPENMP = {"sum": "+", "prod": "*", "logsumexp": "+"}
INNERMOST = "#pragma omp simd"
Lines = list[str]


def program_body(access: Access) -> Lines:
    """The statements of a program: its coefficients, then its stages."""
    prepared = access.schedule.coefficients
    lines: Lines = []
    if prepared is not None:
        given = ", ".join(access.argument(a, access.schedule.stages[0], "") for a in prepared.arguments)
        lines += [f"const {prepared.name} {access.prepared}({given});"]
    for stage in access.schedule.stages:
        lines += [""] if lines else []
        lines += [f"// {access.written(stage)}", *_Nest(access, stage).lines()]
    return lines


def by_columns(stage: Stage) -> bool:
    """Whether fewer arrays are read with gaps if neighbouring results, not neighbouring terms, are innermost."""
    if not stage.kept or any(r.operation != "sum" for r in stage.reductions):
        return False
    arrays = [a.labels for a in stage.inner.arguments if a.node.kind != "position"] + [s.labels for s in stage.stores]

    def gaps(label: str) -> int:
        return sum(label in labels[:-1] for labels in arrays)

    return gaps(stage.kept[-1].label) < gaps(stage.reduced[-1].label)


def of_product(stage: Stage) -> bool:
    """Whether the terms are products of elements that each lack some axis, as in a matrix product."""
    axes = {a.label for a in stage.axes}
    arrays = [a for a in stage.inner.arguments if a.labels]
    one = len(stage.reductions) == 1 and stage.reductions[0].operation == "sum" and bool(stage.kept)
    return one and len(arrays) > 1 and all(set(a.labels) < axes for a in arrays)


class _Nest:
    """The loops of one stage."""

    def __init__(self, access: Access, stage: Stage) -> None:
        self.access = access
        self.stage = stage
        self.values = {
            r.node: dict(zip(stage.inner.results, outputs(stage.inner), strict=True))[r.variable]
            for r in stage.reductions
        }

    def lines(self) -> Lines:
        if not self.stage.reductions:
            return self.elementwise()
        if self.stage.reductions[0].operation == "logsumexp":
            return self.nested(self.stage.kept, self.log_sum_exp())
        return self.columns() if by_columns(self.stage) else self.nested(self.stage.kept, self.rows())

    def nested(self, axes: tuple[Axis, ...], body: Lines) -> Lines:
        """The body inside one loop per axis."""
        for axis in reversed(axes):
            i = self.access.index[axis.label]
            body = [f"for (std::int64_t {i} = 0; {i} < {self.access.size(axis)}; ++{i}) {{", *indented(body), "}"]
        return body

    def elementwise(self) -> Lines:
        """One loop over everything if all arrays have the same axes, else one loop per axis."""
        stage, access = self.stage, self.access
        if not stage.axes:
            return access.call(stage.inner, stage, stage.stores)
        if self.flat():
            i = access.index[stage.axes[0].label]
            head = f"for (std::int64_t {i} = 0; {i} < {access.count(stage.axes)}; ++{i}) {{"
            return [INNERMOST, head, *indented(access.call(stage.inner, stage, stage.stores, flat=i)), "}"]
        body = self.nested(stage.axes[-1:], access.call(stage.inner, stage, stage.stores))
        return self.nested(stage.axes[:-1], [INNERMOST, *body])

    def flat(self) -> bool:
        """Whether every array is read and written at all axes in their order, or is a single number."""
        whole = tuple(a.label for a in self.stage.axes)
        places = [a.labels for a in self.stage.inner.arguments] + [s.labels for s in self.stage.stores]
        positions = any(a.node.kind == "position" for a in self.stage.inner.arguments)
        return not positions and all(labels in ((), whole) for labels in places)

    def finish(self) -> Lines:
        """What is computed once the totals are there."""
        stage, access = self.stage, self.access
        if stage.finish is not None:
            return access.call(stage.finish, stage, stage.finish_stores)
        return [f"{access.element(s.node, s.labels)} = Real({access.total[s.node]});" for s in stage.finish_stores]

    # -- the terms of a total lie side by side: one total at a time

    def rows(self) -> Lines:
        stage, totals = self.stage, self.access.total
        declared = [f"double {totals[r.node]} = {START[r.operation]};" for r in stage.reductions]
        if not stage.kept and self.flat():
            i = self.access.index[stage.reduced[-1].label]
            loops = self.blocks(i, self.access.count(stage.axes), self.access.call(stage.inner, stage, stage.stores, i))
        else:
            i = self.access.index[stage.reduced[-1].label]
            inner = self.blocks(
                i, self.access.size(stage.reduced[-1]), self.access.call(stage.inner, stage, stage.stores)
            )
            loops = self.nested(stage.reduced[:-1], inner)
        return [*declared, *loops, *self.finish()]

    def blocks(self, index: str, count: str, body: Lines) -> Lines:
        """A loop in blocks: totals of a block in the precision of the elements, totals of blocks in double."""
        stage, totals = self.stage, self.access.total
        partial = self.access.block
        clauses = "".join(
            f" reduction({OPENMP[r.operation]} : {partial[r.node]})" for r in stage.reductions if r.operation in OPENMP
        )
        vectorised = all(r.operation in OPENMP for r in stage.reductions)
        return [
            f"for (std::int64_t block_begin = 0; block_begin < {count}; block_begin += BLOCK) {{",
            f"  const std::int64_t block_end = std::min({count}, block_begin + BLOCK);",
            *(f"  Real {partial[r.node]} = {START[r.operation]};" for r in stage.reductions),
            *([f"{INNERMOST}{clauses}"] if vectorised else []),
            f"  for (std::int64_t {index} = block_begin; {index} < block_end; ++{index}) {{",
            *indented(body, 2),
            *(f"    {TERM[r.operation].format(partial[r.node], self.values[r.node])}" for r in stage.reductions),
            "  }",
            *(f"  {BLOCK[r.operation].format(totals[r.node], partial[r.node])}" for r in stage.reductions),
            "}",
        ]

    # -- the totals lie side by side: a strip of them at a time

    def columns(self) -> Lines:
        stage, access = self.stage, self.access
        axis = stage.kept[-1]
        i, size = access.index[axis.label], access.size(axis)
        precision = "Real" if of_product(stage) else "double"  # a matrix product as BLAS computes it
        strips = {r.node: f"{access.total[r.node]}s" for r in stage.reductions}
        body = access.call(stage.inner, stage, stage.stores)
        each = f"for (std::int64_t {i} = block_begin; {i} < block_end; ++{i}) {{"
        terms = [
            INNERMOST, each, *indented(body),
            *(f"  {strips[r.node]}[{i} - block_begin] += {self.values[r.node]};" for r in stage.reductions), "}",
        ]  # fmt: skip
        last = [
            f"const {precision} {access.total[r.node]} = {strips[r.node]}[{i} - block_begin];" for r in stage.reductions
        ]
        strip = [
            f"for (std::int64_t block_begin = 0; block_begin < {size}; block_begin += STRIP) {{",
            f"  const std::int64_t block_end = std::min({size}, block_begin + STRIP);",
            *(f"  {precision} {strips[r.node]}[STRIP] = {{}};" for r in stage.reductions),
            *indented(self.nested(stage.reduced, terms)),
            f"  {each}", *indented([*last, *self.finish()], 2), "  }",
            "}",
        ]  # fmt: skip
        return self.nested(stage.kept[:-1], strip)

    # -- log of a sum of exponentials: largest value first, so that none overflows

    def log_sum_exp(self) -> Lines:
        stage, access = self.stage, self.access
        (reduction,) = stage.reductions
        total, value = access.total[reduction.node], self.values[reduction.node]
        term = access.call(stage.inner, stage, stage.stores)
        i, size = access.index[stage.reduced[-1].label], access.size(stage.reduced[-1])
        head = f"for (std::int64_t {i} = 0; {i} < {size}; ++{i}) {{"
        largest = [
            f"{INNERMOST} reduction(max : largest_yet)", head, *indented(term),
            f"  largest_yet = {value} > largest_yet ? {value} : largest_yet;", "}",
        ]  # fmt: skip
        blocks = self.blocks(i, size, term)
        return [
            "Real largest_yet = -std::numeric_limits<Real>::infinity();",
            *self.nested(stage.reduced[:-1], largest),
            "const Real log_shift = std::isfinite(largest_yet) ? largest_yet : Real(0);",
            f"double {total} = 0;",
            *self.nested(stage.reduced[:-1], blocks),
            f"{total} = double(log_shift) + std::log({total});",
            *self.finish(),
        ]


def indented(lines: Lines, levels: int = 1) -> Lines:
    """Pragmas stay in the first column."""
    return [line if line.startswith("#") or not line else "  " * levels + line for line in lines]
