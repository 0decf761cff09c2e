"""``derive check``: prove or refute entries, files of entries, and statements."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derive.claims import Claims, Source, of_record, of_statement
from derive.cli import OK, REFUTED, UNDECIDED, USAGE, worst
from derive.cli.answer import Answer, Request, answer
from derive.cli.arguments import kind
from derive.cli.failure import print_error
from derive.cli.output import details, has_unicode, mark, row
from derive.expr.errors import DeriveError
from derive.prove.verdict import Verdict

if TYPE_CHECKING:
    from derive.certificate import Check


@dataclass(frozen=True)
class Asked:
    """A claim to be decided, or an error of its author; `place` is a line of a file, `title` that of an entry."""

    request: Request | None = None
    error: DeriveError | None = None
    statement: str = ""
    place: str = ""
    title: str = ""


def run(options: argparse.Namespace) -> int:
    if not options.what and options.file is None:
        raise DeriveError("nothing to check: give an id, a file.py or a statement, or -f FILE")
    if options.jobs < 1:
        raise DeriveError(f"--jobs {options.jobs}: at least 1 is expected")
    if options.budget is not None and not 0 < options.budget < 1e6:
        raise DeriveError(f"--budget {options.budget:g}: a positive number of seconds is expected")
    session = Session(options)
    if options.jobs == 1 and options.budget is None:
        for asked in session.asked():
            session.report(asked, _here(session.claims, asked))
    else:
        from derive.cli.pool import Pool

        with Pool(options.jobs, options.budget) as pool:
            everything = list(session.asked())
            answers = pool.answers([asked.request for asked in everything if asked.request is not None])
            for asked in everything:
                session.report(asked, None if asked.request is None else next(answers))
    if options.certificate:
        from pathlib import Path

        from derive import certificate

        certificate.write(Path(options.certificate), session.checks)
    return worst(session.statuses)


def _here(claims: Claims, asked: Asked) -> Answer | DeriveError | None:
    """The answer, found in this process."""
    try:
        return None if asked.request is None else answer(claims, asked.request)
    except DeriveError as error:
        return error


class Session:
    """One run: knows what was asked, prints verdicts in order, collects exit statuses and evidence."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.claims = Claims()
        self.statuses: list[int] = []
        self.checks: list[Check] = []

    # -- what is asked

    def asked(self) -> Iterator[Asked]:
        """Every claim of the command line, in order."""
        for word in self.options.what:
            if kind(word) == "statement":
                yield from self._statement(word, "", self.options.where, ())
            else:
                yield from self._entries(word)
        if self.options.file is not None:
            for place, text, given, where in _lines(self.options.file):
                yield from self._statement(text, place, where or self.options.where, given)

    def _entries(self, word: str) -> Iterator[Asked]:
        from derive import library

        try:
            for record in library.records(word):
                title = f"{record.id}  {record.title}"
                for source in of_record(record, word if kind(word) == "file" else ""):
                    yield self._claim(source, title=title)
                    title = ""
        except DeriveError as error:
            yield Asked(error=error, statement=word)

    def _statement(self, text: str, place: str, where: str, more: tuple[str, ...]) -> Iterator[Asked]:
        given = (*self.options.given, *more)
        try:
            if not place:
                _no_path(text)
            statement = self.claims.read(text, where, given, self.options.latex)
            for source in of_statement(statement, text, where, given):
                yield self._claim(source, statement=text, place=place)
        except DeriveError as error:
            yield Asked(error=error, statement=text, place=place)

    def _claim(self, source: Source, statement: str = "", place: str = "", title: str = "") -> Asked:
        claim, expected = self.claims.relation(source)
        request = {
            "source": source,
            "claim": str(claim),
            "expected": expected,
            "seed": self.options.seed,
            "paranoid": self.options.paranoid,
            "unicode": has_unicode(),
            "steps": self.options.json or self.options.verbose,
        }
        return Asked(request, statement=statement, place=place, title=title)

    # -- what was found

    def report(self, asked: Asked, found: Answer | DeriveError | None) -> None:
        """Print a verdict, or the author's error; the run goes on with the next claim."""
        if asked.title and not self.options.json:
            print(asked.title)
        if asked.request is None or isinstance(found, DeriveError):
            error = found if isinstance(found, DeriveError) else asked.error
            assert error is not None
            self._failed(error, asked.place, asked.statement)
            return
        assert found is not None
        shown, seconds = found["row"], found["seconds"]
        status = self._status(shown)
        self.statuses.append(status)
        if self.options.certificate:
            from derive import certificate

            source, claim = asked.request["source"], asked.request["claim"]
            self.checks.append(certificate.check(source, claim, shown, self.options.seed))
        if self.options.json:
            timing = {"seconds": round(seconds, 3)} if self.options.timings else {}
            import json

            print(json.dumps({**shown, **timing}, ensure_ascii=False), flush=True)
            return
        took = f"  {seconds:.2f} s" if self.options.timings else ""
        print(f"{mark(shown['verdict'], status == REFUTED)} {found['text']}{took}", flush=True)
        for line in found["lines"]:
            print(f"            {line}".rstrip())
        for line in details(shown, self.options.verbose):
            print(f"            {line}")

    def _failed(self, error: DeriveError, place: str, statement: str) -> None:
        self.statuses.append(USAGE)
        if self.options.json:
            blank = row(Verdict("undecided"), statement=statement)
            position = getattr(error, "position", None)
            shown = {**blank, "verdict": "error", "message": str(error), "position": position}
            import json

            print(json.dumps(shown, ensure_ascii=False))
        else:
            print_error(error, place)

    def _status(self, shown: dict[str, Any]) -> int:
        found = shown["verdict"]
        if found == "undecided":
            return UNDECIDED
        if (found == "refuted") != (shown["expected"] == "refuted"):
            return REFUTED
        weak = {"proved": ("tested", "assumed"), "tested": ("assumed",)}.get(self.options.require or "", ())
        if found in weak or (self.options.strict and shown["reason_status"] == "unconfirmed"):
            return UNDECIDED
        return OK


def _no_path(word: str) -> None:
    """Raise for the name of a folder or of a file that is no Python file: it would be read as a formula."""
    if 0 < len(word.strip()) < 256 and "\0" not in word and os.path.exists(word):  # noqa: PTH110 -- pathlib takes 3 ms
        what = "a folder" if os.path.isdir(word) else "a file without .py"  # noqa: PTH112
        raise DeriveError(f"{word} is {what}; entries stand in FILE.py, and statements are read from a file with -f")


def _lines(name: str) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Place, statement, premises and declarations of every line that has one."""
    from pathlib import Path

    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DeriveError(f"{name}: not a text file in UTF-8") from error
    except OSError as error:
        raise DeriveError(f"{name}: cannot be read: {error.strerror}") from error
    found = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            statement, *rest = line.split("\t")
            given, where = ([*rest, "", ""])[:2]
            found = True
            yield f"{name}:{number}: ", statement, (given,) if given.strip() else (), where
    if not found:
        raise DeriveError(f"{name}: no statement in it; one a line is expected")
