"""A record as a PyTorch file that stands alone."""

from __future__ import annotations

from derive.codegen.emit.torch import function, module, optimizer, statement
from derive.codegen.emit.torch.checks import check_section
from derive.codegen.emit.torch.layout import file
from derive.codegen.emit.torch.program import Program
from derive.codegen.rewrite.derived import derived
from derive.entry.record import Record

STANDARD = {"import math": "math.", "from typing import NamedTuple": "NamedTuple"}  # what is imported for what


def emit(record: Record, checked: str = "", failed: str = "") -> str:
    """The source of the file for `record`; `checked` says in a line what the result was checked against.

    `failed` names the checks that it did not pass.

    Raises `GraphError` for what PyTorch, or this emitter, does not have.
    """
    if record.step is not None and record.emits in ((), ("step",)):
        return _file(statement.of_update(record, checked, failed), optimizer.sections(record))
    p = Program(derived(record))
    sections = [module.function(p), module.module(p)]
    sections += [function.traced(p), function.with_jvp(p)] if p.derived.slopes else []
    sections += [function.value(p), function.slopes(p)] if p.derived.slopes else [function.value(p)]
    sections.append(check_section(p.derived, p.name, p.tensors))
    return _file(statement.of_value(p.derived, checked, failed), sections)


def _file(docs: list[str], sections: list[list[str]]) -> str:
    text = "\n".join(line for section in sections for line in section)
    standard = [line for line, use in STANDARD.items() if use in text]
    ours = "from torch import Tensor, nn" if "nn." in text else "from torch import Tensor"
    return file(docs, [*standard, *([""] if standard else []), "import torch", ours], sections)
