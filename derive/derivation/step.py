"""A step of a derivation, and the derivation: what was rewritten, where, by which rule, and how it was checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from derive.derivation.entry import tensor
from derive.derivation.path import Path
from derive.derivation.spelling import spelled
from derive.expr.leaves import Index
from derive.expr.node import Expr
from derive.prove.verdict import Verdict

MACRO, MICRO = "macro", "micro"
REVERSED = {"common-factor": "expand", "split-sum": "merge-sum", "pull-out-constant": "linearity", "cancel": "collect"}
UNCHECKED = Verdict("undecided", message="not checked yet")


@dataclass(frozen=True)
class Step:
    """``before = after`` by a rule; both are whole lines, scalars at the indices of the derivation.

    `path` leads through `args` to the smallest part in which the lines differ. `bindings` say what the rule's variables
    stood for, `conditions` what the rule needs. A macro step has the micro steps it is made of as `parts`.
    """

    rule: str  # by name; a macro step names several, joined with "; "
    before: Expr
    after: Expr
    path: Path
    bindings: tuple[tuple[str, Expr], ...] = ()
    conditions: tuple[str, ...] = ()
    level: str = MICRO
    parts: tuple[Step, ...] = ()
    verdict: Verdict = UNCHECKED

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(self.rule.split("; "))

    @property
    def needs(self) -> tuple[str, ...]:
        """What the rule and the proof of the step need beyond the domains, as text."""
        return tuple(dict.fromkeys((*self.conditions, *self.verdict.conditions)))

    def reversed(self) -> Step:
        """The same step read from its end to its start."""
        parts = tuple(part.reversed() for part in reversed(self.parts))
        rule = "; ".join(REVERSED.get(name, name) for name in reversed(self.rules))
        return replace(self, rule=rule, before=self.after, after=self.before, parts=parts)

    def to_json(self) -> dict[str, Any]:
        """As JSON values; lines in the statement grammar, with the indices of the derivation free."""
        return {
            "rule": self.rule,
            "path": list(self.path),
            "bindings": {name: spelled(value) for name, value in self.bindings},
            "before": spelled(self.before),
            "after": spelled(self.after),
            "conditions": list(self.needs),
            "level": self.level,
            "verdict": self.verdict.kind,
            "method": self.verdict.method,
        } | ({"parts": [part.to_json() for part in self.parts]} if self.parts and self.parts[0].is_checked else {})

    @property
    def is_checked(self) -> bool:
        return self.verdict is not UNCHECKED


@dataclass(frozen=True)
class Derivation:
    """From `start` to `end`. If they have axes, the lines are their entries at `indices`."""

    start: Expr
    end: Expr
    indices: tuple[Index, ...]
    steps: tuple[Step, ...]

    @property
    def micro(self) -> tuple[Step, ...]:
        """The single rewrites, in order."""
        return tuple(part for step in self.steps for part in (step.parts or (step,)))

    @property
    def proved(self) -> bool:
        """Whether every step was proved."""
        return all(step.verdict.kind == "proved" for step in self.steps)

    @property
    def conditions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(c for s in self.steps for c in s.needs))

    def tensor_lines(self) -> tuple[tuple[Step, Expr | None], ...]:
        """Every step with its line without indices, or None where that has no such notation."""
        whole = [tensor(step.after, self.indices) if self.indices else step.after for step in self.steps]
        kept = [e if e is not None and e.axes == self.start.axes else None for e in whole]
        return tuple(zip(self.steps, (*kept[:-1], self.end), strict=True))

    def lines(self, micro: bool = False) -> tuple[tuple[Step, Expr], ...]:
        """Every step with what stands on its line, and at the end the end as it was written.

        Lines about tensors are written without indices if all of them can be: where everything is entry by entry.
        """
        steps = self.micro if micro else self.steps
        shown = [step.after for step in steps]
        if self.indices:
            whole = [tensor(e, self.indices) for e in shown[:-1]]
            if all(e is not None and e.axes == self.start.axes for e in whole):
                shown = [e for e in whole if e is not None] + shown[-1:]
            shown[-1:] = [self.end]
        return tuple(zip(steps, shown, strict=True))
