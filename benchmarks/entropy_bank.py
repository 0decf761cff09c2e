"""The bank of statements about entropies: each with its premises, its declarations, and whether it is true."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "entropy_bank.txt"


@dataclass(frozen=True)
class Statement:
    """A statement as text; `place` is its family and line."""

    place: str
    is_true: bool
    text: str
    given: str = ""
    where: str = ""

    @property
    def family(self) -> str:
        return self.place.partition(":")[0]

    @property
    def premises(self) -> tuple[str, ...]:
        return (self.given,) if self.given else ()


def statements(path: Path = FILE) -> list[Statement]:
    """All of them, in order. A line that begins with ``# --`` names the family of those below it."""
    found, family = [], ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("# --"):
            family = line.removeprefix("# --").partition(":")[0].strip()
        elif line.strip() and not line.startswith("#"):
            truth, text, given, where = (part.strip() for part in [*line.split("\t"), "", ""][:4])
            if truth not in ("true", "false"):
                raise ValueError(f"line {number} of {path.name} begins with neither true nor false")
            found.append(Statement(f"{family}:{number}", truth == "true", text, given, where))
    return found
