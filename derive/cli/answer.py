"""One claim decided, as JSON: what a line of `derive check` prints, and what a certificate keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from derive.claims import Claims, Decided, Source
from derive.cli.output import formula, row
from derive.expr.errors import DeriveError
from derive.prove.verdict import Verdict

Request = dict[str, Any]  # source, claim, expected, seed, paranoid, unicode, steps
Answer = dict[str, Any]  # text, lines, row, seconds


class ReportedError(DeriveError):
    """An author's error that another process reported."""

    def __init__(self, message: str, position: int | None) -> None:
        super().__init__(message)
        self.position = position


def answer(claims: Claims, asked: Request) -> Answer:
    """Decide the claim of a request. Raises the author's errors."""
    found = claims.decide(asked["source"], asked["seed"], asked["paranoid"])
    verdict = found.verdict
    proof: list[str] = []
    if asked["steps"] and verdict.kind == "proved":
        verdict = replace(verdict, steps=claims.steps(asked["source"], verdict))
        proof = _proof(verdict, asked["unicode"])
    shown = row(verdict, **fields(found.source, str(found.relation), found.expected))
    return {"text": _text(found, asked["unicode"]), "lines": proof, "row": shown, "seconds": found.seconds}


def _proof(verdict: Verdict, unicode: bool) -> list[str]:
    from derive.cli.proof import lines

    return lines(verdict.steps, unicode)


def fields(source: Source, claim: str, expected: str) -> dict[str, Any]:
    """The keys of a row that say which claim it is about."""
    if "entry" in source:
        place = {"entry": source["entry"], "calc": source["calc"], "line": source["line"]}
        return {"statement": claim, **place, "expected": expected}
    return {"statement": source["statement"].strip(), "expected": expected}


def _text(found: Decided, unicode: bool) -> str:
    """The claim, the method and the reasons, in one line."""
    verdict, line = found.verdict, found.line
    method = f"  [{verdict.method}]" if verdict.method else ""
    if line is None:
        return formula(found.relation, unicode) + method
    names = ", ".join(reason.name for reason in line.line.by)
    confirmed = {"confirmed": "", "unconfirmed": " (unconfirmed)", "none": ""}[verdict.reason_status]
    reason = f"  by {names}{confirmed}" if names else ""
    falsehood = ""
    if found.expected == "refuted":
        falsehood = f"  ({'a falsehood, as declared' if verdict.kind == 'refuted' else 'declared false'})"
    place = f"{line.calc.name}.{line.number}"
    return f"{place:<18} {formula(found.relation, unicode)}{method}{reason}{falsehood}"
