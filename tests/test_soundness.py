"""The bank of true statements and their mutants: nothing true is refuted, nothing false is proved.

By default a slice of the mutants; the whole benchmark, and the same verdicts over seeds, with ``-m slow``.
"""

from dataclasses import replace
from itertools import islice

import pytest

from benchmarks import against_sympy, soundness, stability
from benchmarks.bank import EQUIVALENT, Statement, equivalent, families, read
from benchmarks.mutants import OPERATORS, Mutant, mutants
from benchmarks.orders import against
from benchmarks.places import places, put
from benchmarks.summary import (
    LEAST_OF,
    LEAST_OF_A_FAMILY,
    LEAST_STATEMENTS,
    failures,
    is_wrong,
    misses,
    outcome,
    rows,
    table,
)
from benchmarks.trial import Finding, Trial, decide, hold
from derive.expr.propositions import Relation
from derive.text.statement import parse

BANK = families()
FAMILIES = {
    "activations", "losses", "softmax", "norms_and_sums", "matrix_calculus", "recurrences",
    "integrals", "inequalities", "limits",
}  # fmt: skip
EVERY, EACH = 12, 3  # of the statements of a family, and of the mutants of each


def first_mutants(statement: Statement, most: int = 8) -> list[Mutant]:
    return list(islice((m for m in mutants(statement) if m), most))


def relation(text: str) -> Relation:
    (found,) = parse(text).relations
    assert isinstance(found, Relation)
    return found


# -- what the engine says of them


@pytest.mark.parametrize("family", BANK)
def test_nothing_true_is_refuted(family: str) -> None:
    found = [decide(statement) for statement in BANK[family]]
    assert [(f.statement.line, f.verdict, f.message, f.evidence) for f in found if is_wrong(f)] == []


@pytest.mark.parametrize("family", BANK)
def test_mutants_are_refuted(family: str) -> None:
    trials = [hold(statement, most_mutants=EACH) for statement in BANK[family][::EVERY]]
    found = [(outcome(m), m.statement.line, m.message) for t in trials for m in t.mutants]
    assert len(found) > len(trials)
    assert [one for one in found if one[0] not in ("refuted", "equivalent")] == []


@pytest.mark.slow
def test_the_whole_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    status = soundness.main(["--untimed"])
    assert status == 0, capsys.readouterr().out


@pytest.mark.slow
def test_the_same_verdicts_for_every_seed(capsys: pytest.CaptureFixture[str]) -> None:
    status = stability.main(["--every", "20"])
    assert status == 0, capsys.readouterr().out


# -- the bank


def test_the_bank_is_large_enough() -> None:
    assert set(BANK) == FAMILIES
    assert sum(map(len, BANK.values())) >= LEAST_STATEMENTS
    assert {name: len(s) for name, s in BANK.items() if len(s) < LEAST_OF.get(name, LEAST_OF_A_FAMILY)} == {}


def test_there_are_enough_mutants() -> None:
    """A statement has eight of them, but an order against 0 has three."""
    few = [s.place for statements in BANK.values() for s in statements[::EVERY] if len(first_mutants(s)) < 3]
    assert few == []


def test_no_statement_stands_twice() -> None:
    lines = [s.line for statements in BANK.values() for s in statements]
    assert len(set(lines)) == len(lines)


def test_equivalent_mutants_hold() -> None:
    """Each one that is left out of the count is a statement that the engine does not refute, either."""
    known = read(EQUIVALENT)
    assert len(known) == len(equivalent())
    found = [decide(s) for s in known[::EVERY]]
    assert [f for f in found if f.verdict not in ("proved", "tested")] == []


# -- the mutation operators


EXAMPLES = {  # operator -> a statement, one of its mutants
    "flip_sign": ("a + b = b + a", "a - b = b + a"),
    "drop_term": ("a + b + c = c + b + a", "a + c = c + b + a"),
    "drop_factor": ("a*b/c = b*a/c", "a * b = b * a / c"),
    "double": ("a + b = b + a", "2 * a + b = b + a"),
    "raise_power": ("x**n = x**n", "x**(n + 1) = x**n"),
    "swap_operands": ("a - b = -b + a", "b - a = -b + a"),
    "transpose": ("A @ X = A @ X", "A.T @ X = A @ X"),
    "perturb_constant": ("x + 1 = 1 + x", "x + 1001/1000 = 1 + x"),
    "zero_or_one": ("x + 1 = 1 + x", "x + 0 = 1 + x"),
    "neighbour": ("sigmoid(z) = 1 - sigmoid(-z)", "tanh(z) = 1 - sigmoid(-z)"),
    "replace_by_slope": ("D(exp(a*x), x) = a*exp(a*x)", "exp(a * x) = a * exp(a * x)"),
    "reverse": ("where(x > 0, x, 0) = relu(x)", "where(x < 0, x, 0) = relu(x)"),
    "swap_symbol": ("a*b = b*a", "b * b = b * a"),
    "shift_index": ("x[i] = x[i]", "x[i + 1] = x[i]"),
    "swap_places": ("A[i,j] = A[i,j]", "A[j, i] = A[i, j]"),
    "shift_bound": ("Sum(k, k, 1, n) = n*(n + 1)/2", "Sum(k, k, 2, n) = n * (n + 1) / 2"),
}
SHAPES = {"A": "A: real[n,n]", "X": "X: real[n,n]", "x[": "x: real[n]"}


def example(name: str) -> tuple[Statement, str]:
    text, wanted = EXAMPLES[name]
    return Statement("example:1", text, where="; ".join(d for letter, d in SHAPES.items() if letter in text)), wanted


@pytest.mark.parametrize("name", OPERATORS)
def test_every_operator_makes_mutants(name: str) -> None:
    statement, wanted = example(name)
    made = [m.statement.text for m in mutants(statement) if m and m.operator == name]
    assert wanted in made
    assert statement.text not in made


def test_every_operator_is_used_in_the_bank() -> None:
    some = [s for statements in BANK.values() for s in statements[::EVERY]]
    assert {m.operator for s in some for m in first_mutants(s)} == set(OPERATORS)


def test_a_mutant_is_printed_as_it_is_read() -> None:
    some = [m.statement for s in BANK["matrix_calculus"][::5] for m in first_mutants(s)]
    assert [s.text for s in some if str(parse(s.text, s.where, s.premises).relations[0]) != s.text] == []


def test_mutants_are_the_same_every_time_and_all_different() -> None:
    statement = BANK["losses"][0]
    first, second = ([m.statement.text for m in mutants(statement) if m] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first) > 8


@pytest.mark.parametrize(
    ("text", "changed", "kept"),
    [
        ("D(a*x + b, x) = a", "a", "b"),  # the slope knows nothing of b
        ("D((x - b)**2, x) = 2*x - 2*b", "b", None),
        ("D(where(x > 0, b, a*x), x) = where(x > 0, 0, a)", "a", "b"),
    ],
)
def test_what_a_derivative_does_not_see_is_left_alone(text: str, changed: str, kept: str | None) -> None:
    inside = {str(p.node) for p in places(relation(text)) if p.path[:2] == (0, 0)}
    assert changed in inside
    assert kept not in inside


def test_a_place_holds_what_is_put_there() -> None:
    claim = relation("a*(b + c) = a*b + a*c")
    for place in places(claim):
        assert put(claim, place.path, place.node) is claim


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("x - 1 >= log(x)", ["x - 1 <= log(x)", "-(x - 1) >= log(x)", "x - 1 >= log(x) + 1/1000", "-1 >= log(x)"]),
        ("max(x, 0) >= x", ["min(x, 0) >= x", "1/2 * max(x, 0) >= x", "max(x, 0) >= 2 * x"]),
        ("x*exp(x) >= -exp(-1)", ["x * exp(x) >= 1/2 * -exp(-1)", "2 * (x * exp(x)) >= -exp(-1)"]),
        ("0 <= x**2", ["1/1000 <= x**2", "0 <= -x**2"]),
    ],
)
def test_mutants_of_an_order_go_against_it(text: str, made: list[str]) -> None:
    found = [str(new) for _, new in against(relation(text))]
    assert [one for one in made if one not in found] == []
    assert {name for name, _ in against(relation(text))} <= set(OPERATORS)


def test_what_is_turned_upside_down_to_infinity_is_left_alone() -> None:
    """exp(x²) instead of exp(-x²) has no integral, so that there would be nothing to refute."""
    proper, improper = ("Integral(exp(-x**2), x, 0, 1) = 1", "Integral(exp(-x**2), x, 0, oo) = 1")
    assert any("exp(x**2)" in m.statement.text for m in mutants(Statement("integrals:1", proper)) if m)
    assert not any("exp(x**2)" in m.statement.text for m in mutants(Statement("integrals:1", improper)) if m)


# -- how it is counted


def finding(verdict: str, text: str = "x = x", evidence: str = "confirmed") -> Finding:
    return Finding(Statement("losses:1", text), verdict, evidence=evidence)


@pytest.mark.parametrize(
    ("mutant", "counted"),
    [
        (finding("refuted"), "refuted"),
        (finding("refuted", evidence="the premises do not hold at the recorded point"), "missed"),
        (finding("tested"), "missed"),
        (finding("undecided"), "missed"),
        (finding("error", evidence=""), "missed"),
        (finding("proved"), "unreviewed"),
    ],
)
def test_what_a_mutant_counts_as(mutant: Finding, counted: str) -> None:
    assert outcome(mutant) == counted


def test_a_mutant_known_to_be_true_must_not_be_refuted() -> None:
    known = next(iter(sorted(equivalent())))
    text, given, where = ([*known.split("\t"), "", ""])[:3]
    statement = Statement("losses:1", text, given, where)
    for verdict, counted in {"proved": "equivalent", "tested": "equivalent", "refuted": "missed"}.items():
        assert outcome(replace(finding(verdict), statement=statement)) == counted


@pytest.mark.parametrize(
    ("trial", "bar"),
    [
        (Trial(finding("refuted")), "refuted or in error"),
        (Trial(finding("error", evidence="")), "refuted or in error"),
        (Trial(finding("proved", evidence="x: the recorded sides are not the claim's")), "refuted or in error"),
        (Trial(finding("undecided")), "1 true statements undecided"),
        (Trial(finding("tested")), "0 of 1 proved"),
        (Trial(finding("proved"), [finding("tested")]), "1 mutants not refuted"),
        (Trial(finding("proved"), [finding("proved")]), "1 mutants proved that nobody has reviewed"),
        (Trial(replace(finding("proved"), milliseconds=80)), "80 ms"),
    ],
)
def test_each_bar_can_fail(trial: Trial, bar: str) -> None:
    assert any(bar in line for line in failures([trial], whole=False, mutated=True))


def test_no_bar_fails_where_all_is_well() -> None:
    assert failures([Trial(finding("proved"), [finding("refuted")])], whole=False, mutated=True) == []


def test_the_bars_on_the_size_can_fail() -> None:
    found = failures([Trial(finding("proved"), [finding("refuted")])], whole=True, mutated=True)
    assert found == ["1 true statements", "1 in losses", "1 mutants"]


def test_the_table_and_the_list_of_misses() -> None:
    trials = [Trial(finding("proved"), [finding("refuted"), finding("tested", "x = y")]), Trial(finding("tested"))]
    heads, losses, total = table(rows(trials)).splitlines()
    assert dict(zip(heads.split(), losses.split(), strict=True)) == {
        "family": "losses", "statements": "2", "proved": "1", "tested": "1", "undecided": "0", "wrong": "0",
        "mutants": "2", "refuted": "1", "equivalent": "0", "missed": "1", "unreviewed": "0", "ill-formed": "0",
        "ms": "0.0",
    }  # fmt: skip
    assert total.split()[1:] == losses.split()[1:]
    assert [line.partition(":")[2] for line in misses(trials)] == [
        "1 , missed: x = y [tested]",
        "1 tested: x = x [tested]",
    ]


def test_runs_with_one_process_and_with_two_agree() -> None:
    some = BANK["softmax"][:2]
    one, two = (soundness.run(some, most_mutants=2, jobs=jobs) for jobs in (1, 2))
    assert [[f.verdict for f in (t.finding, *t.mutants)] for t in one] == [
        [f.verdict for f in (t.finding, *t.mutants)] for t in two
    ]


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(SystemExit, match="no family is called 'loses'"):
        soundness.main(["--family", "loses"])


def test_differences_between_runs_are_found() -> None:
    same = list(stability.differences(("a", {"x = x": "proved"}), ("b", {"x = x": "proved"})))
    other = list(stability.differences(("a", {"x = x": "proved"}), ("b", {"x = y": "refuted"})))
    assert (len(same), len(other)) == (0, 2)


def test_only_scalar_equations_are_put_to_sympy() -> None:
    texts = ["a + b = b + a", "a <= a + 1", "x @ y = y @ x"]
    some = [Statement("losses:1", text) for text in texts]
    assert [statement.text for statement, _, _ in against_sympy.scalar_equations(some)] == texts[:1]
