"""Claims by where they stand: a line of an entry of the catalog or of a file, or a relation of a statement.

A source is JSON, ``{"entry", "calc", "line"}``, the same with ``"file"``, or ``{"statement", "where", "given",
"relation"}``, with ``"latex": true`` if it is LaTeX, so that a claim can be named in a certificate and handed to
another process. What only entries need is imported when the first entry is read.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from derive.expr.errors import DeriveError, SortError
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove import information
from derive.prove.decide import decide
from derive.prove.verdict import Verdict
from derive.text.statement import Statement, parse

if TYPE_CHECKING:
    from derive.chain.resolve import Derivatives
    from derive.entry.record import Calc, Line, Record
    from derive.entry.verification import LineResult

Source = dict[str, Any]


class NoSuchClaimError(DeriveError):
    """A source at which no claim stands now."""


@dataclass(frozen=True)
class Decided:
    """A claim with its verdict; `line` is that of an entry, if it stands in one."""

    source: Source
    relation: Relation
    expected: str  # "holds" or "refuted"
    verdict: Verdict
    seconds: float
    line: LineResult | None = None


def of_record(record: Record, file: str = "") -> Iterator[Source]:
    """The source of every line; `file` is empty for an entry of the catalog."""
    for calc in record.calcs:
        for number, *_ in _lines_of(calc):
            place = {"entry": record.id, "calc": calc.name, "line": number}
            yield {"file": file, **place} if file else place


def of_statement(statement: Statement, text: str, where: str, given: tuple[str, ...]) -> Iterator[Source]:
    """The source of every relation of a statement. Raises `SortError` where it is a definition."""
    for number, relation in enumerate(statement.relations, start=1):
        if not isinstance(relation, Relation):
            raise SortError(f"`{relation}` is a definition; a statement relates two expressions")
        source: Source = {"statement": text, "where": where, "given": list(given), "relation": number}
        yield {**source, "latex": True} if statement.latex else source


class Claims:
    """Finds claims at their sources; what was read once is kept."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], tuple[Record, Derivatives]] = {}
        self._statements: dict[tuple[str, ...], Statement] = {}

    def record(self, source: Source) -> tuple[Record, Derivatives]:
        """The entry of a line; and the derivatives of its lines, which share their named adjoints."""
        from derive import library
        from derive.chain.resolve import Derivatives

        file, name = source.get("file", ""), source["entry"]
        if (file, name) not in self._records:
            records = library.records(file) if file else [library.entry(name)]
            record = next((r for r in records if r.id == name), None)
            if record is None:
                raise NoSuchClaimError(f"{file} has no entry {name}")
            self._records[file, name] = record, Derivatives()
        return self._records[file, name]

    def read(self, text: str, where: str, given: tuple[str, ...], latex: bool = False) -> Statement:
        """A statement of the text grammar, or in LaTeX. Raises `ParseError`."""
        key = str(latex), text, where, *given
        if key not in self._statements:
            self._statements[key] = parse(text, where, given, latex)
        return self._statements[key]

    def statement(self, source: Source) -> tuple[Statement, Relation]:
        """The statement of a source, and the relation that is meant."""
        latex = source.get("latex", False)
        statement = self.read(source["statement"], source["where"], tuple(source["given"]), latex)
        number = source["relation"]
        if not 1 <= number <= len(statement.relations):
            raise NoSuchClaimError(f"the statement has no relation {number}")
        relation = statement.relations[number - 1]
        if not isinstance(relation, Relation):
            raise NoSuchClaimError(f"`{relation}` is a definition")
        return statement, relation

    def relation(self, source: Source) -> tuple[Relation, str]:
        """The claim at a source as it is written, and whether it is stated to hold or to be refuted."""
        if "entry" not in source:
            return self.statement(source)[1], "holds"
        record, _ = self.record(source)
        for number, _, relation, expected in _lines_of(record.calc(source["calc"])):
            if number == source["line"]:
                return relation, expected
        raise NoSuchClaimError(f"{record.id}: {source['calc']} has no line {source['line']}")

    def decide(self, source: Source, seed: int, paranoid: bool) -> Decided:
        """The claim with its verdict. Raises the author's errors."""
        started = time.perf_counter()
        command = command_of(source)
        if "entry" in source:
            from derive.entry.verification import verify_line

            record, derivatives = self.record(source)
            calc = record.calc(source["calc"])
            line = verify_line(record, calc, source["line"], derivatives, seed, command, paranoid)
            relation, expected, verdict = line.relation, line.expected, line.verdict
            premises = record.given + calc.given
        else:
            statement, relation = self.statement(source)
            line, expected, premises = None, "holds", statement.premises
            verdict = decide(relation, premises, seed=seed, command=command, paranoid=paranoid)
        if expected == "holds" and verdict.kind == "refuted":
            from derive.prove.edits import with_edit

            verdict = _in_context(with_edit(verdict, relation, premises, seed), source)
        return Decided(source, relation, expected, verdict, time.perf_counter() - started, line)

    def steps(self, source: Source, verdict: Verdict) -> tuple[Any, ...]:
        """The lines of what was proved, as far as the engine finds them.

        None for a line of an entry that has reasons, unless it is about measures of information.
        """
        if "entry" not in source:
            statement, relation = self.statement(source)
            return steps_of(relation, statement.premises, verdict)
        record, _ = self.record(source)
        calc = record.calc(source["calc"])
        for number, line, relation, expected in _lines_of(calc):
            told = bool(line.by) and verdict.evidence.get("theory") != information.THEORY
            if number == source["line"] and expected == "holds" and not told:
                return steps_of(relation, record.given + calc.given, verdict)
        return ()


def steps_of(relation: Relation, premises: tuple[Expr, ...], verdict: Verdict) -> tuple[Any, ...]:
    """The lines of a proof about entropies, or those between the sides of another equality."""
    if verdict.evidence.get("theory") == information.THEORY:
        from derive.prove.information.readable import of_verdict

        return of_verdict(verdict, relation, premises)
    from derive.derivation import steps_between

    return steps_between(relation, premises)


def _in_context(verdict: Verdict, source: Source) -> Verdict:
    """The verdict with an edit that repeats the premises and declarations of its statement, so that it can be run."""
    example = verdict.counterexample
    if example is None or example.edit is None or "entry" in source:
        return verdict
    edit = example.edit
    given = edit.given or "; ".join(source["given"])
    where = "; ".join(part for part in (source["where"].strip().rstrip(";"), edit.where) if part)
    return replace(verdict, counterexample=replace(example, edit=replace(edit, given=given, where=where)))


def _lines_of(calc: Calc) -> Iterator[tuple[int, Line, Relation, str]]:
    from derive.entry.verification import lines_of

    return lines_of(calc)


def command_of(source: Source) -> str:
    """The command that decides a claim again."""
    if "entry" in source:
        return shlex.join(["derive", "check", source.get("file") or source["entry"]])
    words = ["derive", "check", *(["--latex"] if source.get("latex") else []), source["statement"].strip()]
    words += [word for premise in source["given"] for word in ("--given", premise)]
    return shlex.join(words + (["--where", source["where"]] if source["where"] else []))
