"""A program as an operator of torch: the call, the shapes of its results for tracing, and its derivative."""

from __future__ import annotations

import keyword
from collections.abc import Iterator

from derive.codegen.emit.cpp.names import identifier
from derive.codegen.emit.cpp.scheduled import Scheduled
from derive.codegen.emit.cpp.signature import Parameter
from derive.codegen.schedule.programs import Entry

TAKEN = {
    "torch", "ctypes", "ctx", "reduction", "shape", "shapes", "given", "total", "run", "check", "number", "prepared",
    "flattened",
}  # fmt: skip


def python_name(name: str) -> str:
    """The name of a parameter in Python; ASCII, as in C++, so that Python does not take two names for one."""
    own = identifier(name)
    return f"{own}_" if keyword.iskeyword(own) or own in TAKEN else own


def operator_name(entry: Entry, one: Scheduled) -> str:
    return one.program.name.removeprefix(f"{entry.name}_")


def operator(entry: Entry, one: Scheduled) -> Iterator[str]:
    """The lines that define the operator of one program."""
    return _Operator(entry, one).lines()


class _Operator:
    def __init__(self, entry: Entry, one: Scheduled) -> None:
        self.entry = entry
        self.program = one.program
        self.name = operator_name(entry, one)
        self.signature = one.signature
        self.tensors = one.signature.of("input", "state")
        self.outputs = one.signature.of("output")
        self.names = [python_name(p.name) for p in self.tensors]
        self.numbers = [python_name(p.name) for p in one.signature.of("number")]
        self.sizes = {p.dim: python_name(p.name) for p in one.signature.of("size")}

    def lines(self) -> Iterator[str]:
        yield from self.implementation()
        yield from ("", "")
        yield from self.tracing()
        yield from ("", "")
        if self.program.value and self.program.gradients:
            yield from self.scaling()
        elif self.program.value and self.entry.batch:
            yield from self.pulling_back()

    def implementation(self) -> Iterator[str]:
        mutated = "".join(f'"{python_name(p.name)}", ' for p in self.signature.of("state"))
        mutates = f"({mutated.rstrip() if mutated.count(',') == 1 else mutated.removesuffix(', ')})"
        given = [*(f"{n}: torch.Tensor" for n in self.names), *(f"{n}: float" for n in self.numbers)]
        each = ", ".join(["torch.Tensor"] * len(self.outputs))
        returned = "None" if not self.outputs else each if len(self.outputs) == 1 else f"tuple[{each}]"
        arguments = [
            f"{python_name(p.name)}.contiguous()" if p.kind == "input" else python_name(p.name)
            for p in self.signature.parameters
        ]
        name = f'"derive_{self.entry.name}::{self.name}"'
        yield f'@torch.library.custom_op({name}, mutates_args={mutates}, device_types="cpu")'
        yield f"def _{self.name}({', '.join(given)}) -> {returned}:"
        yield f'    """{self.entry.record.id}: {self.program.purpose}."""'
        yield f"    check(AXES, {{{', '.join(f'{n!r}: {n}' for n in self.names)}}})".replace("'", '"')
        yield from self.lengths(set(self.sizes))
        yield from self.arrays("output", "scratch")
        yield f'    run(_library(), "{self.program.name}", {self.names[0]}.dtype, {", ".join(arguments)})'
        if self.outputs:
            yield f"    return {self.results()}"

    def tracing(self) -> Iterator[str]:
        yield f"@_{self.name}.register_fake"
        yield f"def _({', '.join((*self.names, *self.numbers))}):"
        yield from self.lengths({d for p in self.outputs for d in p.axes})
        yield from self.arrays("output")
        yield f"    return {self.results()}" if self.outputs else "    return None"

    def pulling_back(self) -> Iterator[str]:
        """The values of a loss: their gradients are another program."""
        yield f"def _keep_{self.name}(ctx, inputs, output):"
        taken = (*self.names, *self.numbers)
        yield f"    {', '.join(taken)}{',' if len(taken) == 1 else ''} = inputs"
        yield f"    ctx.save_for_backward({', '.join(self.names)})"
        yield f"    ctx.numbers = ({', '.join(self.numbers)}{',' if len(self.numbers) == 1 else ''})"
        yield from ("", "")
        yield f"def _pull_back_{self.name}(ctx, grad_output):"
        found = ", ".join(f"d{n}" for n in self.gradients())
        yield f"    {found} = _gradients(*ctx.saved_tensors, grad_output, *ctx.numbers)"
        yield from self.registered("_pull_back")

    def scaling(self) -> Iterator[str]:
        """A scalar that comes with its gradients: the incoming gradient is one number."""
        wanted = self.gradients()
        targets = (
            "".join(f"d{n}, " for n in wanted).rstrip() if len(wanted) == 1 else ", ".join(f"d{n}" for n in wanted)
        )
        yield f"def _keep_{self.name}(ctx, inputs, output):"
        yield "    ctx.save_for_backward(*output[1:])"
        yield from ("", "")
        yield f"def _pull_back_{self.name}(ctx, grad_output, *_):"
        yield f"    {targets} = (_scaled(gradient, grad_output) for gradient in ctx.saved_tensors)"
        yield from self.registered("_pull_back")

    def gradients(self) -> list[str]:
        """The tensors that have gradients, in the order of the gradients."""
        found = self.program.gradients or dict.fromkeys(self.entry.differentiated, "")
        return [python_name(identifier(s.name)) for s in found]

    def registered(self, name: str) -> Iterator[str]:
        wanted = self.gradients()
        returned = [f"d{n}" if n in wanted else "None" for n in (*self.names, *self.numbers)]
        yield f"    return {', '.join(returned)}"
        yield from ("", "")
        yield f"_{self.name}.register_autograd({name}_{self.name}, setup_context=_keep_{self.name})"
        yield from ("", "")

    def lengths(self, wanted: set) -> Iterator[str]:
        """One line per size: the tensor it is read off."""
        for dim, name in self.sizes.items():
            if dim in wanted:
                holder = next(t for t in self.tensors if dim in t.axes)
                yield f"    {name} = {python_name(holder.name)}.shape[{holder.axes.index(dim)}]"

    def arrays(self, *kinds: str) -> Iterator[str]:
        for p in self.signature.of(*kinds):
            yield f"    {python_name(p.name)} = {self.names[0]}.new_empty({self._shape(p)})"

    def _shape(self, p: Parameter) -> str:
        sizes = ", ".join(self.sizes[d] for d in p.axes)
        return f"({sizes}{',' if len(p.axes) == 1 else ''})"

    def results(self) -> str:
        names = [python_name(p.name) for p in self.outputs]
        return names[0] if len(names) == 1 else f"({', '.join(names)})"
