"""Every line of an entry with its verdict, and whether the reasons given for it were confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.chain.resolve import Derivatives
from derive.entry.calculation import Calculation
from derive.entry.record import Calc, Line, Record
from derive.expr.node import Expr, walk
from derive.expr.propositions import Relation
from derive.expr.structure import Derivative, Member
from derive.expr.substitute import substitute
from derive.meaning.entropy.laws import CHAIN_RULE
from derive.prove.claim import Claim
from derive.prove.closed_forms import prepared
from derive.prove.decide import NoUsableDrawError, decide, meant
from derive.prove.equality import prove_equality
from derive.prove.information import THEORY
from derive.prove.verdict import Verdict
from derive.rules.information import KIND as MEASURES
from derive.rules.reason import Reason

GRANTED = frozenset({"expectation"})  # what an expectation means needs no reason


@dataclass(frozen=True)
class LineResult:
    """One line of one calculation and what is known about it."""

    record: Record
    calc: Calc
    number: int  # from 1
    line: Line
    relation: Relation  # the line as a claim: the right side of the line before, related to this one
    expected: str  # "holds" or "refuted"
    verdict: Verdict

    @property
    def as_expected(self) -> bool | None:
        """True or False if the verdict settles it, None if it is undecided."""
        if self.verdict.kind == "undecided":
            return None
        return (self.verdict.kind == "refuted") == (self.expected == "refuted")


def lines_of(calc: Calc) -> Iterator[tuple[int, Line, Relation, str]]:
    """Number, line, claim and expectation of every line; of a falsehood only the last line is false."""
    before = calc.start
    for number, line in enumerate(calc.lines, start=1):
        relation = Relation.of(line.relation, before, line.right, line.wrt)
        last = number == len(calc.lines)
        yield number, line, relation, "refuted" if last and calc.expected == "refuted" else "holds"
        before = line.right


def verify(
    record: Record, calc: str = "", seed: int = 0, command: str = "", paranoid: bool = False
) -> Iterator[LineResult]:
    """Decide the lines of all calculations of `record`, or of the one named, in the order of the page."""
    derivatives = Derivatives()
    for one in (record.calc(calc),) if calc else record.calcs:
        for number, *_ in lines_of(one):
            yield verify_line(record, one, number, derivatives, seed, command, paranoid)


def verify_line(
    record: Record, calc: Calc, number: int, derivatives: Derivatives, seed: int, command: str, paranoid: bool
) -> LineResult:
    """Decide one line; `derivatives` are those of the whole entry, whose lines share their named adjoints."""
    _, line, relation, expected = next(found for found in lines_of(calc) if found[0] == number)
    premises = record.given + calc.given
    used, cited = with_lemmas(relation, line)
    rerun = command or f"derive check {record.id}"
    try:
        verdict = decide(used, premises, derivatives, seed=seed, command=rerun, paranoid=paranoid)
    except NoUsableDrawError as error:  # the other lines go on
        verdict = Verdict("undecided", message=str(error))
    if verdict.kind == "proved" and cited:
        verdict = replace(verdict, assumptions=(*verdict.assumptions, *(f"line {name}" for name in cited)))
    if line.by and verdict.evidence.get("theory") == THEORY:
        status, why = _confirm_measures(line, verdict)
        verdict = replace(verdict, reason_status=status, message="; ".join(t for t in (verdict.message, why) if t))
    elif line.by:
        status, why = _confirm(prepared(*meant(used, premises), derivatives), line, verdict, bool(cited))
        verdict = replace(verdict, reason_status=status, message="; ".join(t for t in (verdict.message, why) if t))
    return LineResult(record, calc, number, line, relation, expected, verdict)


def with_lemmas(relation: Relation, line: Line) -> tuple[Relation, list[str]]:
    """The claim after the earlier calculations that the line cites as reasons are applied, left to right."""
    cited: list[str] = []
    for reason in line.by:
        if isinstance(reason, Calculation) and all(s.relation == "=" for s in reason.lines):
            relation = _rewritten(relation, reason.expr, reason.lines[-1].right)
            cited.append(reason.name)
    return relation, cited


def _rewritten(relation: Relation, left: Expr, right: Expr) -> Relation:
    """`relation` with `left` replaced by `right`; a family member m[n] stands for every member m[x]."""
    replaced: dict[Expr, Expr] = {left: right}
    if isinstance(left, Member):
        for node in walk(relation):
            if isinstance(node, Member) and node.family is left.family:
                replaced[node] = substitute(right, dict(zip(left.args, node.args, strict=True)))
    rewritten = substitute(relation, replaced)
    assert isinstance(rewritten, Relation)
    return rewritten


def _confirm(claim: Claim, line: Line, verdict: Verdict, has_lemma: bool) -> tuple[str, str]:
    """ "confirmed" if the named laws, all of them and no others, prove the line; else "unconfirmed" and why."""
    if verdict.kind != "proved":
        return "unconfirmed", "the line is not proved"
    reasons: list[Reason] = [r for r in line.by if not isinstance(r, Calculation)]
    for reason in reasons:
        missing = _not_seen(reason, claim, verdict)
        if missing:
            return "unconfirmed", missing
    if any(r.kind == "increasing map" for r in reasons):
        return "confirmed", ""
    if not reasons:
        return ("confirmed", "") if has_lemma else ("unconfirmed", "no reason was recognised")
    granted = GRANTED.union(*(r.laws for r in reasons))
    split = any(r.kind == "cases" for r in reasons)
    proof = prove_equality(claim, granted, cases=split)
    if isinstance(proof, str):
        names = ", ".join(r.name for r in reasons)
        return "unconfirmed", f"{names} alone do not prove the line"
    for reason in (r for r in reasons if not r.kind):  # a step of a kind was seen already
        others = GRANTED.union(*(r.laws for r in reasons if r is not reason))
        if reason.laws - others and not isinstance(prove_equality(claim, others, cases=split), str):
            return "unconfirmed", f"the line holds without {reason.name}"
    return "confirmed", ""


def _confirm_measures(line: Line, verdict: Verdict) -> tuple[str, str]:
    """ "confirmed" if what the certificate uses is granted by the reasons, and each of them grants something used."""
    if verdict.kind != "proved":
        return "unconfirmed", "the line is not proved"
    used = frozenset(verdict.evidence["laws"]) - {CHAIN_RULE}
    reasons = [r for r in line.by if not isinstance(r, Calculation)]
    for reason in reasons:
        if reason.kind != MEASURES:
            return "unconfirmed", f"{reason.name} is no reason for a line about measures of information"
        if reason.laws and not reason.laws & used:
            return "unconfirmed", f"the line holds without {reason.name}"
    missing = sorted(used.difference(*(r.laws for r in reasons)))
    return ("unconfirmed", f"the line also needs {', '.join(missing)}") if missing else ("confirmed", "")


def _not_seen(reason: Reason, claim: Claim, verdict: Verdict) -> str:
    """What a step of this kind needs and the proof does not show; empty if nothing."""
    if reason.kind == "derivative" and not any(isinstance(n, Derivative) for n in walk(claim.relation)):
        return f"{reason.name}: the line has no derivative"
    if reason.kind == "cases" and not verdict.method.startswith("cases"):
        return "cases: the line needs no distinction of cases"
    if reason.kind == "induction" and not verdict.method.startswith("induction"):
        return "induction: the line was not proved by induction"
    if reason.kind == "increasing map" and not verdict.method.startswith("increasing map"):
        return "increasing_map: no increasing map was found"
    if reason.kind == "definition" and not isinstance(_closed(claim), str):
        return f"{reason.name}: no definition is needed"
    return ""


def _closed(claim: Claim) -> object:
    """The proof with every named term closed, or the reason why there is none."""
    from derive.meaning.normal import equal

    outcome = equal(claim.left, claim.right)
    return outcome if outcome.proved else outcome.reason or "not proved"
