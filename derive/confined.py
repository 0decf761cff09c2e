"""What a worker process does to itself before it works: limits, and a channel that only answers go through."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from typing import IO


def restrict(name: str, value: int) -> None:
    """Lower the soft limit RLIMIT_<name>, as far as the system knows it and the hard limit lets us."""
    with suppress(OSError, ValueError, AttributeError):
        which = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(which)[1]
        resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def answers_apart() -> IO[str]:
    """The output, which from now on nobody else writes to by printing."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return answers
