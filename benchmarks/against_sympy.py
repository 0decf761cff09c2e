"""Ours beside SymPy: ``python -m benchmarks.against_sympy`` puts the scalar equations of the bank to both.

SymPy gets both sides with all derivatives taken by us, and what its assumptions can say of the domains; it simplifies
the difference, then asks `equals(0)`, in a process that is killed after 10 seconds. All statements are true.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.bank import Statement, families
from derive.chain.partial import NoDerivativeError
from derive.expr.dims import Dim
from derive.expr.errors import DeriveError
from derive.expr.leaves import ZERO, Size
from derive.expr.node import Expr, walk
from derive.expr.propositions import Relation
from derive.meaning.sympy_tree import to_trees
from derive.prove.claim import Claim
from derive.prove.decide import decide
from derive.prove.proposer import Proposer
from derive.text.statement import parse

SECONDS = 10.0
OPINIONS = {"zero": "proved", "nonzero-claim": "wrong", "unknown": "none"}
OUTCOMES = ("proved", "none", "wrong", "time-out")


@dataclass
class Column:
    """The answers of one of the two, with the seconds that each took."""

    name: str
    answers: list[tuple[str, float]] = field(default_factory=list)

    def record(self, answer: Callable[[], str]) -> str:
        started = time.perf_counter()
        said = answer()
        self.answers.append((said, time.perf_counter() - started))
        return said

    def line(self) -> str:
        counts = [sum(said == kind for said, _ in self.answers) for kind in OUTCOMES]
        milliseconds = 1000 * median([s for _, s in self.answers] or [0.0])
        return f"{self.name:<8}" + "".join(f"{n:>10}" for n in counts) + f"{milliseconds:>11.0f}"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options().parse_args(arguments)
    statements = [s for family in families(options.family).values() for s in family[:: options.every]]
    ours, theirs = Column("derive"), Column("SymPy")
    count = 0
    with Proposer(seconds=SECONDS) as proposer:
        proposer.second_opinion(ZERO, ZERO)  # starts the process
        for statement, relation, claim in scalar_equations(statements):
            count += 1
            said = ours.record(lambda r=relation: _ours(r))
            answer = theirs.record(lambda c=claim: _theirs(proposer, c))
            if "wrong" in (said, answer) or (said != "proved" and answer == "proved"):
                print(f"{statement.place} derive: {said}, SymPy: {answer}: {statement.text}")
    print(f"{count} scalar equations, all true")
    print(" " * 8 + "".join(f"{kind:>10}" for kind in OUTCOMES) + f"{'median ms':>11}")
    print(ours.line())
    print(theirs.line())
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.against_sympy", description=__doc__)
    parser.add_argument("--family", action="append", help="only this one; may be repeated")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="only every K-th statement of a family")
    return parser


def scalar_equations(statements: Sequence[Statement]) -> Iterator[tuple[Statement, Relation, Claim]]:
    """The equations between numbers without premises that SymPy can be told."""
    for statement in statements:
        parsed = parse(statement.text, statement.where, statement.premises)
        for relation in parsed.relations:
            if not isinstance(relation, Relation) or relation.kind != "=" or parsed.premises:
                continue
            try:
                claim = Claim(relation)
                left, right = opened(claim)
                to_trees(left, right)
            except (DeriveError, NoDerivativeError):
                continue
            if not _dims(left, right):
                yield statement, relation, claim


def opened(claim: Claim) -> tuple[Expr, Expr]:
    """Both sides with the named terms replaced by their definitions."""
    *_, sides = claim.unfoldings()
    return sides


def _dims(*sides: Expr) -> list[Dim]:
    nodes = list(walk(*sides))
    return [d for n in nodes for d in n.axes] + [n.dim for n in nodes if isinstance(n, Size)]


def _ours(relation: Relation) -> str:
    verdict = decide(relation)
    return {"proved": "proved", "refuted": "wrong"}.get(verdict.kind, "none")


def _theirs(proposer: Proposer, claim: Claim) -> str:
    proposal = proposer.second_opinion(*opened(claim))
    if proposal.status == "killed":
        return "time-out"
    return OPINIONS[proposal.claim] if proposal.status == "ok" else "none"


if __name__ == "__main__":
    sys.exit(main())
