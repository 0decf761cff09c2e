"""The programs of an entry with their loops and their parameters: what every file of a target is written from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derive.codegen.emit.cpp.signature import Signature, signature
from derive.codegen.schedule.build import schedule
from derive.codegen.schedule.programs import Entry, Program
from derive.codegen.schedule.stage import Schedule


@dataclass(frozen=True)
class Scheduled:
    """One program, ready to be written."""

    program: Program
    schedule: Schedule
    signature: Signature


def scheduled(entry: Entry, cost: Callable[[str], int]) -> tuple[Scheduled, ...]:
    """The programs of an entry, in stages that suit a target with these costs."""
    order = [s.name for s in entry.record.symbols]
    found = [(program, schedule(program.graph, program.name, cost)) for program in entry.programs]
    return tuple(Scheduled(program, loops, signature(program, loops, order)) for program, loops in found)
