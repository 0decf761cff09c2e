"""The C++ program of a record: header, library and Python module, which need nothing of ours."""

from __future__ import annotations

from derive.codegen.build.library import FLAGS
from derive.codegen.emit.cpp.elements import header
from derive.codegen.emit.cpp.library import library
from derive.codegen.emit.cpp.module import module
from derive.codegen.emit.cpp.operations import cost
from derive.codegen.emit.cpp.scheduled import scheduled
from derive.codegen.schedule.programs import programs
from derive.entry.record import Record


def emit(record: Record) -> dict[str, str]:
    """File names and texts: ``<name>_elements.h``, ``<name>.cpp`` and ``<name>_cpp.py``.

    Raises `GraphError` or `OperationMissing` for what C++ cannot compute.
    """
    entry = programs(record)
    found = scheduled(entry, cost)
    return {
        f"{entry.name}_elements.h": header(entry, [s.schedule for s in found]),
        f"{entry.name}.cpp": library(entry, found, FLAGS),
        f"{entry.name}_cpp.py": module(entry, found),
    }
