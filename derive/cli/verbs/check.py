"""``derive check``: prove or refute entries, files of entries, and statements."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from derive import certificate, library
from derive.cli import OK, REFUTED, UNDECIDED, USAGE, worst
from derive.cli.arguments import kind
from derive.cli.output import details, formula, mark, row
from derive.entry.record import Record
from derive.entry.verification import LineResult, verify
from derive.expr.errors import DeriveError
from derive.expr.propositions import Relation
from derive.prove.verdict import Verdict


class Session:
    """One run: prints verdicts in order, collects exit statuses and evidence."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.statuses: list[int] = []
        self.checks: list[certificate.Check] = []

    def report(
        self,
        text: str,
        claim: Relation,
        source: certificate.Source,
        verdict: Verdict,
        status: int,
        seconds: float,
        **fields: Any,
    ) -> None:
        """Print a verdict; `source` says where the claim stands."""
        self.statuses.append(status)
        if self.options.certificate:
            self.checks.append(certificate.check(source, claim, row(verdict, **fields), self.options.seed))
        if self.options.json:
            timing = {"seconds": round(seconds, 3)} if self.options.timings else {}
            print(json.dumps({**row(verdict, **fields), **timing}, ensure_ascii=False), flush=True)
            return
        took = f"  {seconds:.2f} s" if self.options.timings else ""
        print(f"{mark(verdict.kind, status == REFUTED)} {text}{took}", flush=True)
        for line in details(verdict):
            print(f"            {line}")

    def failed(self, error: DeriveError, place: str = "", **fields: Any) -> None:
        """An error of the author: printed, counted, and the run goes on with the next statement."""
        self.statuses.append(USAGE)
        if self.options.json:
            blank = row(Verdict("undecided"), **fields)
            position = getattr(error, "position", None)
            print(
                json.dumps(
                    {**blank, "verdict": "error", "message": str(error), "position": position}, ensure_ascii=False
                )
            )
        else:
            sys.stdout.flush()
            print(f"error: {place}{error}", file=sys.stderr)

    def status(self, verdict: Verdict, expected: str) -> int:
        if verdict.kind == "undecided":
            return UNDECIDED
        if (verdict.kind == "refuted") != (expected == "refuted"):
            return REFUTED
        weak = {"proved": ("tested", "assumed"), "tested": ("assumed",)}.get(self.options.require or "", ())
        if verdict.kind in weak or (self.options.strict and verdict.reason_status == "unconfirmed"):
            return UNDECIDED
        return OK


def run(options: argparse.Namespace) -> int:
    session = Session(options)
    if not options.what and options.file is None:
        raise DeriveError("nothing to check: give an id, a file.py or a statement, or -f FILE")
    for word in options.what:
        try:
            if kind(word) == "statement":
                _no_path(word)
                _statement(session, word, options.where, tuple(options.given))
            else:
                for record in library.records(word):
                    _record(session, record, word)
        except DeriveError as error:
            session.failed(error, statement=word)
    if options.file is not None:
        for place, text, given, where in _lines(options.file):
            try:
                _statement(session, text, where or options.where, (*options.given, *given))
            except DeriveError as error:
                session.failed(error, place, statement=text)
    if options.certificate:
        certificate.write(Path(options.certificate), session.checks)
    return worst(session.statuses)


def _record(session: Session, record: Record, word: str) -> None:
    started = time.perf_counter()
    if not session.options.json:
        print(f"{record.id}  {record.title}")
    for result in verify(
        record,
        seed=session.options.seed,
        command=shlex.join(["derive", "check", word]),
        paranoid=session.options.paranoid,
    ):
        now = time.perf_counter()
        status = session.status(result.verdict, result.expected)
        fields = {
            "statement": str(result.relation),
            "entry": record.id,
            "calc": result.calc.name,
            "line": result.number,
            "expected": result.expected,
        }
        source = certificate.line_source(result, word if kind(word) == "file" else "")
        session.report(_text(result), result.relation, source, result.verdict, status, now - started, **fields)
        started = now


def _text(result: LineResult) -> str:
    names = ", ".join(reason.name for reason in result.line.by)
    confirmed = {"confirmed": "", "unconfirmed": " (unconfirmed)", "none": ""}[result.verdict.reason_status]
    reason = f"  by {names}{confirmed}" if names else ""
    method = f"  [{result.verdict.method}]" if result.verdict.method else ""
    place = f"{result.calc.name}.{result.number}"
    falsehood = ""
    if result.expected == "refuted":
        falsehood = f"  ({'a falsehood, as declared' if result.verdict.kind == 'refuted' else 'declared false'})"
    return f"{place:<18} {formula(result.relation)}{method}{reason}{falsehood}"


def _statement(session: Session, text: str, where: str, given: tuple[str, ...]) -> None:
    from derive.api import decide_statement

    words = ["derive", "check", text.strip()]
    words += [w for premise in given for w in ("--given", premise)] + (["--where", where] if where else [])
    started = time.perf_counter()
    verdicts = decide_statement(
        text, where, given, seed=session.options.seed, command=shlex.join(words), paranoid=session.options.paranoid
    )
    for number, (relation, verdict) in enumerate(verdicts, start=1):
        now = time.perf_counter()
        source = {"statement": text, "where": where, "given": list(given), "relation": number}
        shown = f"{formula(relation)}  [{verdict.method}]" if verdict.method else formula(relation)
        status = session.status(verdict, "holds")
        session.report(shown, relation, source, verdict, status, now - started, statement=text.strip())
        started = now


def _no_path(word: str) -> None:
    """Raise for the name of a folder or of a file that is no Python file: it would be read as a formula."""
    if 0 < len(word.strip()) < 256 and "\0" not in word and Path(word).exists():
        what = "a folder" if Path(word).is_dir() else "a file without .py"
        raise DeriveError(f"{word} is {what}; entries stand in FILE.py, and statements are read from a file with -f")


def _lines(name: str) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Place, statement, premises and declarations of every line that has one."""
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
