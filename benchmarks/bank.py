"""The bank: true statements by family, one file of `statements/` each, in the format of ``derive check -f``.

`equivalent.txt` has the same format. It lists mutants that turned out to be true, each of them looked at one by one.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "statements"
EQUIVALENT = Path(__file__).parent / "equivalent.txt"


@dataclass(frozen=True)
class Statement:
    """A statement as text, with its premises and declarations; `place` is its family and line."""

    place: str
    text: str
    given: str = ""
    where: str = ""

    @property
    def family(self) -> str:
        return self.place.partition(":")[0]

    @property
    def line(self) -> str:
        """The statement as a line of a file."""
        return "\t".join((self.text, self.given, self.where)).rstrip("\t")

    @property
    def premises(self) -> tuple[str, ...]:
        return (self.given,) if self.given else ()

    @property
    def command(self) -> str:
        """What decides it on a command line."""
        words = ["derive", "check", self.text]
        words += ["--given", self.given] if self.given else []
        words += ["--where", self.where] if self.where else []
        return shlex.join(words)


def read(path: Path) -> list[Statement]:
    """The statements of one file, in order."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            text, given, where = (part.strip() for part in [*line.split("\t"), "", ""][:3])
            found.append(Statement(f"{path.stem}:{number}", text, given, where))
    return found


def families(names: list[str] | None = None, folder: Path = FOLDER) -> dict[str, list[Statement]]:
    """The families of these names, or all of them. Raises `SystemExit` for a name that is none."""
    every = {path.stem: path for path in sorted(folder.glob("*.txt"))}
    if unknown := sorted(set(names or ()) - set(every)):
        raise SystemExit(f"no family is called {unknown[0]!r}; there are {', '.join(every)}")
    return {name: read(path) for name, path in every.items() if not names or name in names}


def equivalent() -> frozenset[str]:
    """The lines of the mutants that are known to be true."""
    return frozenset(s.line for s in read(EQUIVALENT))
