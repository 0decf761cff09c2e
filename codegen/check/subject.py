"""What is checked: a generated module, loaded from its file alone, and the record that it implements."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from derive.codegen.emit.torch import names
from derive.codegen.rewrite.derived import differentiable
from derive.entry.record import Record
from derive.expr.errors import DeriveError
from derive.expr.leaves import Let, Symbol


def load(folder: Path, name: str) -> ModuleType:
    """The module in ``folder/name.py``; it is not entered among the imported modules."""
    file = folder / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"derive_generated_{name}", file)
    if spec is None or spec.loader is None:
        raise DeriveError(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # leave no cache beside what is checked
    sys.modules[spec.name] = module  # torch.library and torch.compile look functions up there
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = written
        sys.modules.pop(spec.name, None)
    return module


def is_update(record: Record) -> bool:
    """Whether the record emits its update rule, and so an optimizer."""
    return record.step is not None and bool(record.emits) and record.emits[0] == "step"


def as_stated(record: Record) -> Let:
    """The emitted term in the form in which the entry states it: the start of its calculation, if it is one."""
    emitted = record.emits[0]
    calc = next((c for c in record.calcs if c.name == emitted), None)
    return calc.term if calc is not None else record.term(emitted)


@dataclass(frozen=True, eq=False)
class Subject:
    """A record, the folder with its generated files, and which module of them is meant.

    `thorough` asks for slow checks; `target` is "" for PyTorch or "cpp", whose module has the same functions.
    """

    record: Record
    folder: Path
    thorough: bool = False
    target: str = ""

    @property
    def name(self) -> str:
        return names.function_name(self.record.id)

    @cached_property
    def module(self) -> ModuleType:
        return load(self.folder, f"{self.name}_{self.target}" if self.target else self.name)

    @cached_property
    def stated(self) -> Let:
        return as_stated(self.record)

    # -- a value: its function and the arguments of that

    @cached_property
    def function(self) -> Callable[..., Tensor]:
        return getattr(self.module, self.name)

    @cached_property
    def arguments(self) -> dict[str, Symbol]:
        """The symbol behind each parameter of the function, in the function's order."""
        symbols = {names.variable(s.name): s for s in self.record.symbols}
        return {p: symbols[p] for p in inspect.signature(self.function).parameters if p != "reduction"}

    @property
    def per_example(self) -> bool:
        return "reduction" in inspect.signature(self.function).parameters

    @cached_property
    def tensors(self) -> dict[str, Symbol]:
        return {p: s for p, s in self.arguments.items() if s.axes or s.role not in ("hyperparameter", "")}

    @cached_property
    def numbers(self) -> dict[str, Symbol]:
        return {p: s for p, s in self.arguments.items() if p not in self.tensors}

    @cached_property
    def differentiated(self) -> dict[str, Symbol]:
        """What gradients are asked for: compiled code has none by targets."""
        return {p: s for p, s in self.tensors.items() if differentiable(s) and not (self.target and s.role == "target")}

    def call(self, values: Mapping[str, Any], reduction: str = "none") -> Tensor:
        """The generated function at these arguments, by name; per example unless another reduction is asked for."""
        more = {"reduction": reduction} if self.per_example else {}
        return self.function(**values, **more)

    def gradients(
        self, values: Mapping[str, Any], incoming: Tensor | None = None, function: Callable[..., Tensor] | None = None
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Value and gradients, for this incoming gradient, of the generated function or of another one."""
        free = {p: values[p].detach().clone().requires_grad_() for p in self.differentiated}
        value = (function or self.call)({**values, **free})
        seed = torch.ones_like(value) if incoming is None else incoming.to(value.dtype)
        found = torch.autograd.grad(value, list(free.values()), seed, allow_unused=True)
        return value.detach(), {
            p: torch.zeros_like(free[p]) if g is None else g for p, g in zip(free, found, strict=True)
        }
