"""One thing explained."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """What a printed word means, why it is there, an example, and what to do about it.

    `code` is that of an error; `patterns` are regular expressions of the messages or conditions that it is about.
    """

    name: str
    what: str
    why: str = ""
    example: str = ""
    do: str = ""
    code: str = ""
    patterns: tuple[str, ...] = ()

    def matches(self, message: str) -> bool:
        """Whether a message is of this kind."""
        return any(re.search(pattern, message) for pattern in self.patterns)
