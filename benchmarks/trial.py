"""One statement on trial: its verdict, and those of its mutants, each with its evidence checked again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from benchmarks.bank import Statement
from benchmarks.mutants import mutants
from derive import certificate
from derive.api import WORST, decide_statement
from derive.cli.output import row
from derive.expr.errors import DeriveError
from derive.prove.decide import NoUsableDrawError
from derive.prove.recheck import CONFIRMED

MOST_MUTANTS = 8


@dataclass
class Finding:
    """What came out for one statement: a verdict, or "error" if the engine raised, or "ill-formed".

    Ill-formed is what the engine refuses to decide: it is defined nowhere, say.
    """

    statement: Statement
    verdict: str
    method: str = ""
    message: str = ""
    evidence: str = ""  # "confirmed" when checked again, or what is wrong with it
    milliseconds: float = 0  # of processor time, which does not depend on what else the machine does
    operator: str = ""


@dataclass
class Trial:
    """A true statement with its mutants."""

    finding: Finding
    mutants: list[Finding] = field(default_factory=list)
    ill_formed: int = 0

    @property
    def statement(self) -> Statement:
        return self.finding.statement

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def hold(statement: Statement, seed: int = 0, most_mutants: int = MOST_MUTANTS) -> Trial:
    """Decide a statement and at most so many of its mutants."""
    trial = Trial(decide(statement, seed))
    tried = (decide(m.statement, seed, m.operator) if m else None for m in mutants(statement))
    for finding in islice(_counted(tried, trial), most_mutants):
        trial.mutants.append(finding)
    return trial


def _counted(findings: Iterable[Finding | None], trial: Trial) -> Iterator[Finding]:
    """The findings on well-formed mutants; the others are counted."""
    for finding in findings:
        if finding is None or finding.verdict == "ill-formed":
            trial.ill_formed += 1
        else:
            yield finding


def decide(statement: Statement, seed: int = 0, operator: str = "") -> Finding:
    """The weakest verdict of the relations of a statement, with its evidence checked again."""
    started = time.process_time()
    try:
        found = list(decide_statement(statement.text, statement.where, statement.premises, seed, statement.command))
    except NoUsableDrawError as error:
        return Finding(statement, "ill-formed", message=str(error), operator=operator)
    except DeriveError as error:
        kind = "ill-formed" if operator else "error"
        return Finding(statement, kind, message=f"{type(error).__name__}: {error}", operator=operator)
    except Exception as error:  # an exception is never a verdict; it is reported as what it is
        return Finding(statement, "error", message=f"{type(error).__name__}: {error}", operator=operator)
    seconds = time.process_time() - started
    number, (relation, verdict) = min(enumerate(found, start=1), key=lambda one: WORST.index(one[1][1].kind))
    source = {
        "statement": statement.text,
        "where": statement.where,
        "given": list(statement.premises),
        "relation": number,
    }
    recorded = json.loads(json.dumps(certificate.check(source, relation, row(verdict), seed)))
    checked = certificate.Verifier().verify(recorded)
    return Finding(
        statement,
        verdict.kind,
        verdict.method,
        verdict.message,
        CONFIRMED if checked.status == CONFIRMED else checked.what,
        round(1000 * seconds, 1),
        operator,
    )
