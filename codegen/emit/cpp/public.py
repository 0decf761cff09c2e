"""What users of a generated module call: ordinary functions of tensors, over the operators."""

from __future__ import annotations

from collections.abc import Iterator

from derive.codegen.emit.cpp.names import identifier
from derive.codegen.emit.cpp.operators import operator_name, python_name
from derive.codegen.emit.cpp.scheduled import Scheduled
from derive.codegen.schedule.programs import Entry
from derive.expr.leaves import Symbol

SCALED = """\
@torch.library.custom_op("derive_{name}::scaled", mutates_args=(), device_types="cpu")
def _scaled(gradient: torch.Tensor, factor: torch.Tensor) -> torch.Tensor:
    \"\"\"An operator of its own, without a derivative: a second derivative is an error, not a wrong number.\"\"\"
    return gradient * factor


@_scaled.register_fake
def _(gradient, factor):
    return torch.empty_like(gradient)"""


def public(entry: Entry, programs: tuple[Scheduled, ...]) -> Iterator[str]:
    """The functions of an entry, each after the operators that it uses."""
    by_name = {operator_name(entry, one): one for one in programs}
    if "step" in by_name:
        return _step(entry, by_name["step"])
    return _per_element(entry, by_name) if entry.batch else _scalar(entry, by_name)


class _Given:
    """The parameters of a public function: tensors in the entry's order, then numbers by keyword."""

    def __init__(self, entry: Entry, one: Scheduled) -> None:
        known = {identifier(s.name): s for s in entry.record.symbols}
        tensors = [p.name for p in one.signature.of("input", "state")]
        self.tensors = [n for n in known if n in tensors]
        self.numbers = [p.name for p in one.signature.of("number") if p.name in known]
        self.symbols = known
        self.free = [n for n in self.tensors if known[n] in entry.differentiated]
        self.fixed = [n for n in self.tensors if n not in self.free]

    def head(self, *more: str) -> str:
        numbers = [f"{python_name(n)}: float{_default(self.symbols[n])}" for n in self.numbers]
        tensors = [f"{python_name(n)}: torch.Tensor" for n in self.tensors]
        return ", ".join((*tensors, *(["*"] if numbers or more else []), *numbers, *more))

    def pack(self, names: list[str]) -> str:
        return "{" + ", ".join(f'"{python_name(n)}": {python_name(n)}' for n in names) + "}"

    def passed(self, one: Scheduled, **instead: str) -> str:
        """The arguments of an operator: prepared tensors, then numbers."""
        tensors = [f'given["{python_name(p.name)}"]' for p in one.signature.of("input", "state")]
        numbers = [instead.get(p.name, python_name(p.name)) for p in one.signature.of("number")]
        return ", ".join((*tensors, *numbers))

    def differentiating(self) -> str:
        """The condition that somebody wants a gradient."""
        wanted = [f"{python_name(n)}.requires_grad" for n in self.free]
        either = (
            wanted[0]
            if len(wanted) == 1
            else f"any(t.requires_grad for t in ({', '.join(map(python_name, self.free))}))"
        )
        return f"torch.is_grad_enabled() and {either}"

    def converted(self) -> Iterator[str]:
        for n in map(python_name, self.numbers):
            yield f'    {n} = number("{n}", {n})'


def _default(symbol: Symbol) -> str:
    return "" if symbol.default is None else f" = {float(symbol.default)!r}"


def _per_element(entry: Entry, by_name: dict[str, Scheduled]) -> Iterator[str]:
    value, total = by_name["value"], by_name["total_and_gradients"]
    given = _Given(entry, value)
    batched = [n for n in given.tensors if any(d in entry.batch for d in given.symbols[n].axes)]
    names = ", ".join(f'"{python_name(n)}"' for n in batched) + ("," if len(batched) == 1 else "")
    whole = _one_leading_axis(entry, given, batched)
    like = python_name(given.free[0] if given.free else given.tensors[0])
    yield from (SCALED.format(name=entry.name), "", "")
    head = given.head(f'reduction: str = "{entry.record.reduction}"')
    yield f"def {entry.name}({head}) -> torch.Tensor:"
    yield f'    """{entry.record.id} of every element, or its sum or mean."""'
    yield '    if reduction not in ("none", "sum", "mean"):'
    yield "        raise ValueError(f\"reduction {reduction!r} is not one of 'none', 'sum', 'mean'\")"
    yield from given.converted()
    yield f"    given = prepared({given.pack(given.fixed)}, {given.pack(given.free)})"
    if whole:
        yield f"    shape, given = flattened(AXES, ({names}), given)"
    yield '    if reduction == "none":'
    shaped = ".reshape(shape)" if whole else ""
    yield f"        return _value({given.passed(value)}){shaped}.to({like}.dtype)"
    yield f"    if {given.differentiating()}:"
    yield f"        total = _total_and_gradients({given.passed(total, grad_output='1.0')})[0]"
    yield "    else:"
    yield f"        total = _value({given.passed(value)}).sum()"
    yield '    if reduction == "mean":'
    count = "shape.numel()" if whole else _count(entry, given, batched)
    yield f"        total = total / max({count}, 1)  # 0 for an empty batch"
    yield f"    return total.to({like}.dtype)"


def _one_leading_axis(entry: Entry, given: _Given, batched: list[str]) -> bool:
    """Whether the batch is one axis and stands first, so that a batch of any shape can be taken for one."""
    return len(entry.batch) == 1 and all(given.symbols[n].axes[0] is entry.batch[0] for n in batched)


def _count(entry: Entry, given: _Given, batched: list[str]) -> str:
    sizes = []
    for dim in entry.batch:
        name = next(n for n in batched if dim in given.symbols[n].axes)
        sizes.append(f"{python_name(name)}.shape[{given.symbols[name].axes.index(dim)}]")
    return f"({' * '.join(sizes)})" if len(sizes) > 1 else sizes[0]


def _scalar(entry: Entry, by_name: dict[str, Scheduled]) -> Iterator[str]:
    value = by_name["value"]
    both = by_name["value_and_gradients"]
    given = _Given(entry, value)
    like = python_name(given.free[0] if given.free else given.tensors[0])
    yield from (SCALED.format(name=entry.name), "", "")
    yield f"def {entry.name}({given.head()}) -> torch.Tensor:"
    yield f'    """{entry.record.id}."""'
    yield from given.converted()
    yield f"    given = prepared({given.pack(given.fixed)}, {given.pack(given.free)})"
    yield f"    if {given.differentiating()}:"
    yield f"        return _value_and_gradients({given.passed(both)})[0].to({like}.dtype)"
    yield f"    return _value({given.passed(value)}).to({like}.dtype)"


def _step(entry: Entry, one: Scheduled) -> Iterator[str]:
    given = _Given(entry, one)
    axes = {given.symbols[n].axes for n in given.tensors}
    whole = len(axes) == 1 and len(next(iter(axes))) == 1  # one axis: a tensor of any shape can be taken for it
    states = [n for n in given.tensors if given.symbols[n].role == "state"]
    yield "@torch.no_grad()"
    yield f"def {entry.name}_step({given.head()}) -> None:"
    yield f'    """One step of {entry.record.id}; {", ".join(map(python_name, states))} are overwritten."""'
    yield from given.converted()
    tensors = {python_name(n): python_name(n) for n in given.tensors}
    if whole:
        yield f"    shapes = {{{', '.join(f'{n}.shape' for n in tensors)}}}"
        yield "    if len(shapes) > 1:"
        yield '        raise ValueError(f"the shapes differ: {shapes}")'
        tensors = {n: f"{n}.view(-1)" if n in map(python_name, states) else f"{n}.reshape(-1)" for n in tensors}
    for n in map(python_name, states):
        yield f"    if not {n}.is_contiguous():"
        yield f'        raise ValueError("{n} is overwritten, and must be contiguous")'
    arguments = [tensors[python_name(p.name)] for p in one.signature.of("input", "state")]
    numbers = [python_name(p.name) for p in one.signature.of("number")]
    call = f"_step({', '.join((*arguments, *numbers))})"
    outputs = {p.node.name for p in one.signature.of("output") if p.node is not None}
    late = {s.name: o for s, o in (one.program.updates or {}).items() if o in outputs}
    if not late:
        yield f"    {call}"
        return
    ordered = [p.node.name for p in one.signature.of("output") if p.node is not None]
    yield f"    {', '.join(map(python_name, ordered))} = {call}"
    for state, output in late.items():
        yield f"    {python_name(state)}.copy_({python_name(output)}.reshape({python_name(state)}.shape))"
