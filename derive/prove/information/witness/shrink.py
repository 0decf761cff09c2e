"""A witness made smaller: fewer outcomes, smaller weights, fewer values, as long as it still refutes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from derive.meaning.entropy.distribution import Distribution
from derive.prove.information.witness.target import Target
from derive.prove.information.witness.witness import Witness

MOST_TRIED = 600
MOST_OUTCOMES = 200


def shrunk(target: Target, witness: Witness, tries: int = MOST_TRIED) -> Witness:
    """The smallest witness that single changes lead to, one after another."""
    best = witness
    improved = True
    while improved:
        improved = False
        for k, law in enumerate(best.laws):
            for smaller in _smaller(law):
                if tries <= 0:
                    return best
                tries -= 1
                laws = (*best.laws[:k], smaller, *best.laws[k + 1 :])
                if Witness(laws).size >= best.size:
                    continue
                found = target.with_laws(laws)
                if found is not None:
                    best, improved = found, True
                    break
            if improved:
                break
    return best


def _smaller(law: Distribution) -> Iterator[Distribution]:
    """Distributions after one change, those that lose most first."""
    names, table = law.names, law.table
    if len(table) > MOST_OUTCOMES:
        return
    for i in range(len(names)):
        values = sorted({outcome[i] for outcome in table})
        if len(values) == 1:
            continue
        yield _mapped(law, i, dict.fromkeys(values, 0))
        for value in values:
            yield Distribution(names, {o: w for o, w in table.items() if o[i] == value})
    if max(table.values()) > 1:
        yield Distribution(names, dict.fromkeys(table, 1))
    for i in range(len(names)):
        values = sorted({outcome[i] for outcome in table})
        if len(values) > 2:
            for a, b in combinations(values, 2):
                yield _mapped(law, i, {v: a if v == b else v for v in values})
            for value in values:
                yield Distribution(names, {o: w for o, w in table.items() if o[i] != value})
    if len(table) > 1:
        for outcome in sorted(table):
            yield Distribution(names, {o: w for o, w in table.items() if o != outcome})
    for denominator in (2, 3, 10):
        if max(table.values()) > 1:
            yield Distribution(names, {o: max(1, (w + denominator // 2) // denominator) for o, w in table.items()})
    for outcome, weight in sorted(table.items()):
        if weight > 1:
            yield Distribution(names, {**table, outcome: 1})
            yield Distribution(names, {**table, outcome: weight // 2})


def _mapped(law: Distribution, i: int, new: dict[int, int]) -> Distribution:
    table: dict[tuple[int, ...], int] = {}
    for outcome, weight in law.table.items():
        key = (*outcome[:i], new[outcome[i]], *outcome[i + 1 :])
        table[key] = table.get(key, 0) + weight
    return Distribution(law.names, table)
