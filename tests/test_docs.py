"""The documentation is true: commands print what is shown, links lead somewhere, entries name rows that exist.

In a ``console`` block, ``$ `` begins a command for the shell, ``> `` continues it, and the lines below are what it
prints, standard error included. A line ``...`` stands for any lines, ``...`` within a line for any text. A command must
exit with 0, unless the next one is ``$ echo $?`` and shows another status. A block with a file name after the language,
as in ``python my_losses.py``, is written to that file. All blocks of a document run in order in one folder.
"""

import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from derive import library

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SECONDS = 120  # for one command
FENCE = re.compile(r"^(?P<margin> *)```(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=margin)```$", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
ROW = re.compile(r"^\| (?P<id>[A-Z]\d+) \|", re.MULTILINE)
ID = re.compile(r"[A-Z]\d+\Z")


@dataclass(frozen=True)
class Command:
    text: str
    output: str
    status: int
    line: int


def number_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def commands(block: str, first: int) -> Iterator[Command]:
    """The commands of a block that begins on line `first`, each with what it should print and its status."""
    found: list[tuple[str, list[str], int]] = []
    for number, line in enumerate(block.splitlines(), start=first):
        if line.startswith("$ "):
            found.append((line[2:], [], number))
        elif line.startswith("> ") and found and found[-1][0].endswith("\\"):
            found[-1] = (f"{found[-1][0]}\n{line[2:]}", [], found[-1][2])
        elif found:
            found[-1][1].append(line)
    for k, (text, lines, number) in enumerate(found):
        if text == "echo $?":
            continue
        status = 0
        if k + 1 < len(found) and found[k + 1][0] == "echo $?":
            status = int(found[k + 1][1][0])
        yield Command(text, "\n".join(lines), status, number)


def pattern(shown: str) -> re.Pattern[str]:
    """What the printed text must match."""
    parts = []
    for line in shown.splitlines():
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(re.escape(piece.rstrip()) for piece in line.split("...")) + r"[ \t]*\n")
    return re.compile("".join(parts))


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment in which `derive` and `python` are those of this checkout."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, words in {"derive": (sys.executable, "-m", "derive"), "python": (sys.executable,)}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        (programs / name).chmod(0o755)
    own = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    return os.environ | own | {"PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"}


SHOWING = [path for path in DOCUMENTS if re.search(r"^ *\$ ", path.read_text("utf-8"), re.MULTILINE)]


@pytest.mark.parametrize("document", SHOWING, ids=lambda path: path.name)
def test_commands_print_what_is_shown(document: Path, shell: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    text = document.read_text("utf-8")
    for fence in FENCE.finditer(text):
        language, _, name = fence["info"].strip().partition(" ")
        block = textwrap.dedent(fence["text"])
        if name:
            (folder / name).write_text(block, encoding="utf-8")
        if language != "console":
            continue
        for command in commands(block, number_of(text, fence.start("text"))):
            done = subprocess.run(
                ["sh", "-c", command.text],
                cwd=folder,
                env=shell,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                timeout=SECONDS,
            )
            place = f"{document.name}:{command.line}: $ {command.text}\n"
            assert done.returncode == command.status, f"{place}status {done.returncode}\n{done.stdout}"
            if not pattern(command.output).fullmatch(done.stdout):
                assert done.stdout == command.output, place
                pytest.fail(place)


@pytest.mark.parametrize(
    ("shown", "printed", "matches"),
    [
        ("a\nb", "a\nb\n", True),
        ("a\nb", "a\n", False),
        ("a", "a  \n", True),
        ("a\n...\nd", "a\nb\nc\nd\n", True),
        ("a\n...", "a\n", True),
        ("in ... s", "in 0.3 s\n", True),
        ("in ... s", "in 0.3 s\nmore\n", False),
        ("", "", True),
        ("", "a\n", False),
    ],
)
def test_elision(shown: str, printed: str, matches: bool) -> None:
    assert bool(pattern(shown).fullmatch(printed)) is matches


def test_a_status_other_than_0_is_shown() -> None:
    block = "$ derive check 'a = b' \\\n>   --seed 1\nrefuted\n$ echo $?\n1\n$ derive list\n"
    first, second = commands(block, 10)
    assert first == Command("derive check 'a = b' \\\n  --seed 1", "refuted", 1, 10)
    assert second == Command("derive list", "", 0, 15)


def anchors(text: str) -> set[str]:
    """The names that a reader on the web gives to the headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_relative_links_resolve(document: Path) -> None:
    text = INLINE_CODE.sub("", FENCE.sub("", document.read_text("utf-8")))
    for link in LINK.finditer(text):
        target, _, anchor = link["target"].partition("#")
        if "://" in target:
            continue
        path = (document.parent / target).resolve() if target else document
        assert path.exists(), f"{document.name} links to {target}, which is missing"
        assert path.is_relative_to(ROOT), f"{document.name} links to {target}, outside of the repository"
        if anchor:
            assert anchor in anchors(path.read_text("utf-8")), f"{target} has no heading {anchor}"


def rows() -> list[str]:
    """The ids of all rows of docs/statements.md, in order."""
    return ROW.findall((ROOT / "docs" / "statements.md").read_text("utf-8"))


def test_rows_have_one_id_each() -> None:
    found = rows()
    assert found
    assert len(found) == len(set(found))


def test_entries_name_rows_that_exist() -> None:
    """Run with ``-s`` to see which rows have an entry, and which have none."""
    known, stated = rows(), dict[str, list[str]]()
    for name in library.ids():
        for row in library.entry(name).states:
            assert ID.match(row), f"{name}: states = {row!r} is not the id of a row, such as C7"
            assert row in known, f"{name}: docs/statements.md has no row {row}"
            stated.setdefault(row, []).append(name)
    for row in known:
        if row in stated:
            print(f"{row:<4} {', '.join(stated[row])}")
    missing = " ".join(row for row in known if row not in stated)
    print(f"{len(stated)} of {len(known)} rows have an entry; none yet: {missing}")
