"""What a run of the benchmark says: counts by family, what was missed, which bars failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from statistics import median

from benchmarks.bank import equivalent
from benchmarks.trial import Finding, Trial
from derive.prove.recheck import CONFIRMED

LEAST_STATEMENTS, LEAST_MUTANTS, LEAST_OF_A_FAMILY = 300, 1500, 25
LEAST_OF = {"integrals": 40, "inequalities": 40}
LEAST_PROVED = 0.85  # of the true statements
MOST_EQUIVALENT = 0.03  # of the mutants of equations
MOST_MILLISECONDS = 50  # the median over the true statements


@dataclass
class Row:
    """One line of the table. Mutants are those that can be decided at all; `ill_formed` ones are apart."""

    family: str
    statements: int = 0
    proved: int = 0
    tested: int = 0
    undecided: int = 0
    wrong: int = 0  # refuted, or an error
    mutants: int = 0
    refuted: int = 0
    equivalent: int = 0
    missed: int = 0
    unreviewed: int = 0
    ill_formed: int = 0
    ms: float = 0


def rows(trials: Sequence[Trial]) -> list[Row]:
    """One row a family, and the totals."""
    names = list(dict.fromkeys(t.statement.family for t in trials))
    by_family = [_row(name, [t for t in trials if t.statement.family == name]) for name in names]
    return [*by_family, _row("total", trials)]


def _row(name: str, trials: Sequence[Trial]) -> Row:
    verdicts = [t.finding.verdict for t in trials]
    found = [outcome(m) for t in trials for m in t.mutants]
    return Row(
        name,
        statements=len(trials),
        proved=verdicts.count("proved"),
        tested=verdicts.count("tested"),
        undecided=verdicts.count("undecided"),
        wrong=sum(is_wrong(t.finding) for t in trials),
        mutants=len(found),
        refuted=found.count("refuted"),
        equivalent=found.count("equivalent"),
        missed=found.count("missed"),
        unreviewed=found.count("unreviewed"),
        ill_formed=sum(t.ill_formed for t in trials),
        ms=round(median(t.finding.milliseconds for t in trials), 1) if trials else 0,
    )


def is_wrong(finding: Finding) -> bool:
    """Whether the finding on a true statement is a mistake, or its evidence does not hold."""
    return finding.verdict not in ("proved", "tested", "undecided") or finding.evidence != CONFIRMED


def outcome(mutant: Finding) -> str:
    """What a mutant counts as.

    One that is known to be true is equivalent, unless it is refuted. Any other has to be refuted; if it is proved, then
    either the proof is wrong, or the mutant is true and somebody has to say so in `equivalent.txt`.
    """
    if mutant.verdict == "error" or (mutant.verdict in ("proved", "refuted") and mutant.evidence != CONFIRMED):
        return "missed"
    if mutant.statement.line in _known():
        return "missed" if mutant.verdict == "refuted" else "equivalent"
    return {"refuted": "refuted", "proved": "unreviewed"}.get(mutant.verdict, "missed")


@cache
def _known() -> frozenset[str]:
    return equivalent()


def table(found: Iterable[Row]) -> str:
    """The rows under their headings, in columns."""
    heads = [f.name.replace("_", "-") for f in fields(Row)]
    lines = [heads] + [[str(getattr(row, f.name)) for f in fields(Row)] for row in found]
    wide = [max(len(line[k]) for line in lines) for k in range(len(heads))]
    return "\n".join(
        "  ".join(cell.rjust(w) if k else cell.ljust(w) for k, (cell, w) in enumerate(zip(line, wide, strict=True)))
        for line in lines
    )


def misses(trials: Iterable[Trial]) -> Iterator[str]:
    """What is not as it should be, one line each."""
    for trial in trials:
        place, finding = trial.statement.place, trial.finding
        if finding.verdict != "proved" or is_wrong(finding):
            yield f"{place} {finding.verdict}: {finding.statement.text}{_why(finding)}"
        for mutant in trial.mutants:
            if outcome(mutant) not in ("refuted", "equivalent"):
                yield f"{place} {mutant.operator}, {outcome(mutant)}: {mutant.statement.line}{_why(mutant)}"


def _why(finding: Finding) -> str:
    evidence = "" if finding.evidence == CONFIRMED else f" [evidence: {finding.evidence}]"
    return f" [{finding.verdict}{': ' if finding.message else ''}{finding.message[:120]}]{evidence}"


def failures(trials: Sequence[Trial], whole: bool, mutated: bool, timed: bool = True) -> list[str]:
    """The bars that these trials miss; those on the size of the bank hold for the `whole` bank alone."""
    *by_family, total = rows(trials)
    equations = [m for t in trials if is_equation(t) for m in t.mutants]
    equivalent = sum(outcome(m) == "equivalent" for m in equations)
    bars = [
        (total.wrong == 0, f"{total.wrong} true statements refuted or in error"),
        (total.undecided == 0, f"{total.undecided} true statements undecided"),
        (total.proved >= LEAST_PROVED * total.statements, f"{total.proved} of {total.statements} proved"),
        (not timed or total.ms < MOST_MILLISECONDS, f"{total.ms} ms for the median statement"),
        (total.missed == 0, f"{total.missed} mutants not refuted"),
        (total.unreviewed == 0, f"{total.unreviewed} mutants proved that nobody has reviewed"),
        (equivalent <= MOST_EQUIVALENT * len(equations), f"{equivalent} of {len(equations)} mutants equivalent"),
    ]
    if whole:
        bars.append((total.statements >= LEAST_STATEMENTS, f"{total.statements} true statements"))
        bars += [
            (row.statements >= LEAST_OF.get(row.family, LEAST_OF_A_FAMILY), f"{row.statements} in {row.family}")
            for row in by_family
        ]
    if whole and mutated:
        bars.append((total.mutants >= LEAST_MUTANTS, f"{total.mutants} mutants"))
    return [text for holds, text in bars if not holds]


def is_equation(trial: Trial) -> bool:
    """Whether the statement is an equation: mutants of an order may well be true, since it need not be tight."""
    return not any(sign in trial.statement.text.partition("; with")[0] for sign in ("<=", ">=", " < ", " > ", "!="))
