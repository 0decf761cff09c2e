"""The CUDA program of a record: kernels and launchers over the header that C++ uses too."""

from __future__ import annotations

from derive.codegen.emit.cpp.elements import header
from derive.codegen.emit.cpp.operations import cost
from derive.codegen.emit.cpp.scheduled import scheduled
from derive.codegen.emit.cuda.library import library
from derive.codegen.emit.cuda.operations import require
from derive.codegen.schedule.programs import programs
from derive.entry.record import Record


def emit(record: Record) -> dict[str, str]:
    """File names and texts: ``<name>_elements.h`` and ``<name>.cu``.

    Raises `GraphError` or `OperationMissing` for what CUDA cannot compute.
    """
    entry = programs(record)
    found = scheduled(entry, cost)  # the stages of C++, so that there is one header
    require(function for one in found for stage in one.schedule.stages for function in stage.functions)
    return {
        f"{entry.name}_elements.h": header(entry, [s.schedule for s in found]),
        f"{entry.name}.cu": library(entry, found),
    }
