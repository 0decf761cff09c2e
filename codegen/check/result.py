"""What one check of generated code found."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class CheckResult:
    """One check. `passed` is None if it was skipped; `detail` says why, or what was compared, or what went wrong."""

    name: str
    passed: bool | None
    error: float | None = None  # the largest, where errors are measured
    detail: str = ""

    @property
    def skipped(self) -> bool:
        return self.passed is None

    def __str__(self) -> str:
        error = "" if self.error is None else f"largest error {self.error:.1e}"
        return f"{self.name}: " + "; ".join(part for part in (error, self.detail) if part)


class FailedCheckError(Exception):
    """A check that found something wrong, in words."""


def within(name: str, error: float, limit: float, detail: str = "", at: str = "") -> CheckResult:
    """Passed if the error is a number and at most the limit; if not, `at` says where the error is that large."""
    passed = math.isfinite(error) and error <= limit
    excess = [] if passed else [f"at most {limit:.1e} is allowed", at]
    return CheckResult(name, passed, error, "; ".join(part for part in (*excess, detail) if part))


def attempted(name: str, check: Callable[[], Iterator[CheckResult]]) -> Iterator[CheckResult]:
    """The results of a check as they come; one that raises has failed, under this name."""
    try:
        yield from check()
    except FailedCheckError as error:
        yield CheckResult(name, False, detail=str(error))
    except Exception as error:  # whatever generated code raises is its failure, not ours
        yield CheckResult(name, False, detail=f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
