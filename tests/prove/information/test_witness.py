"""Distributions that refute: found where a statement is false, exact in the premises, never where it is true."""

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.entropies import decided
from benchmarks.entropy_bank import Statement, statements
from derive.expr.propositions import Relation
from derive.meaning.entropy.distribution import Distribution
from derive.meaning.entropy.linear_form import LinearForm
from derive.prove.information.problem import Free, Known, Logarithm, Problem, Unit
from derive.prove.information.reading import problem as read
from derive.prove.information.witness import Witness, find, quick, recorded
from derive.prove.information.witness.lattice import partitions, subspaces
from derive.prove.information.witness.target import Target
from derive.prove.information.witness.witness import exact_text, read_form, value_text
from derive.text.statement import parse

BANK = statements()
SAMPLE = BANK[::9]


def problem(text: str, *premises: str, where: str = "") -> Problem:
    statement = parse(text, where, premises)
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    found = read(relation, statement.premises)
    assert found is not None
    return found


FALSE = [
    ("I(X;Y) = H(X)",),
    ("I(X;Z) >= I(X;Y)", "X -> Y -> Z"),
    ("H(W) >= I(X;Y)", "H(W|X) = 0; H(W|Y) = 0"),
    ("I(X;Y|Z) <= I(X;Y)",),
    ("H(X,Y,Z) = H(X) + H(Y) + H(Z)", "X _|_ Y; X _|_ Z; Y _|_ Z"),
    ("I(A;B) <= I(A;B|C) + I(A;B|U) + I(C;U)",),
    ("1.000000000001 I(X;Y) <= H(X)",),
    ("H(X) <= log 2",),
    ("H(X) <= 0.6931471805", "H(X) <= log 2"),
    ("t <= H(Y)", "t <= H(X)"),
    ("H(X,Y) >= log 6", "H(X) = log 2; H(Y) = log 3"),
    ("I(X;Y) <= 1/2 H(X)", "I(X;Y) <= 3/5 H(X); H(X) = H(Y)"),
]


@pytest.mark.parametrize("statement", FALSE, ids=lambda s: s[0])
def test_false_statements_are_refuted(statement: tuple[str, ...]) -> None:
    rows = problem(*statement)
    found = find(rows)
    assert found is not None
    assert found.refutes(rows)
    assert all(found.sign(rows, known.row) == 0 for known in rows.zero)
    assert all(found.sign(rows, known.row) >= 0 for known in rows.nonneg)
    again = recorded(rows, found.describe(rows))
    assert again.refutes(rows)
    assert again.describe(rows) == found.describe(rows)


@pytest.mark.parametrize(
    "statement",
    [
        ("I(X;Y) <= H(X)",),
        ("I(X;Z) <= I(X;Y)", "X -> Y -> Z"),
        ("2 H(X,Y,Z) <= H(X,Y) + H(Y,Z) + H(X,Z)",),
        ("I(A;B) <= 2 I(A;B|C) + I(A;B|U) + I(C;U) + I(A;C|B) + I(B;C|A)",),
        ("H(X) <= 0.6931471806", "H(X) <= log 2"),
        ("H(X) = 0", "X _|_ Y; H(X|Y) = 0"),
    ],
    ids=lambda s: s[0],
)
def test_true_statements_are_not(statement: tuple[str, ...]) -> None:
    assert find(problem(*statement), budget=4000) is None


def test_ingleton_falls_to_four_equally_likely_outcomes() -> None:
    rows = problem("I(A;B) <= I(A;B|C) + I(A;B|U) + I(C;U)")
    found = find(rows)
    assert found is not None
    (table,) = found.describe(rows).values()
    assert isinstance(table, dict)
    assert sorted(table.values()) == ["1/4"] * 4


def test_the_smallest_comes_first() -> None:
    rows = problem("I(X;Y|Z) = 0")
    found = find(rows)
    assert found is not None
    assert found.describe(rows) == {"p(X,Y,Z)": {"1,1,1": "1/2", "2,2,1": "1/2"}}


def test_a_witness_is_made_smaller() -> None:
    rows = problem("H(X) <= log 2")
    found = find(rows)
    assert found is not None
    assert found.size == (3, 3, 3)
    assert found.text(rows, rows.sides[0]) == "log 3"


def test_symbols_get_values() -> None:
    rows = problem("t <= H(Y)", "t <= H(X)")
    found = find(rows)
    assert found is not None
    assert 0 < Fraction(str(found.describe(rows)["t"])) <= Fraction(69315, 100000)


def test_a_free_real_between_two_that_meet() -> None:
    """t = H(X) from both sides is no rational number."""
    rows = problem("t <= H(Y)", "t <= H(X); t >= H(X)")
    found = find(rows)
    assert found is not None
    assert found.describe(rows)["t"] == "log 2"
    assert recorded(rows, found.describe(rows)).refutes(rows)


def test_bounds_on_numbers_of_values_hold_in_a_witness() -> None:
    """The row log 2 − H(X) ≥ 0 alone would allow three values of which one is rare."""
    rows = problem("H(X) <= 0.69", "|X| <= 2")
    found = find(rows)
    assert found is not None
    assert found.support(rows, 1) == 2
    three = Witness((Distribution("X", {(0,): 98, (1,): 1, (2,): 1}),), found.values)
    bare = Problem(("X",), {1: Fraction(1), -1: Fraction(-1)}, columns=(Unit(),), supports=((1, "2"),))
    assert not three.refutes(bare)
    assert three.refutes(Problem(("X",), {1: Fraction(1), -1: Fraction(-1)}, columns=(Unit(),)))


def test_densities_have_widths() -> None:
    rows = problem("H(X) >= 0", where="X: continuous")
    found = find(rows)
    assert found is not None
    assert found.describe(rows) == {"p(X)": {"1": "1"}, "width X": "1/2"}
    assert recorded(rows, found.describe(rows)).refutes(rows)


def test_a_problem_that_says_less_than_its_statement_is_left_alone() -> None:
    assert find(Problem(("X",), {1: Fraction(-1)}, exact=False)) is None
    assert find(Problem(("X",), {1: Fraction(-1)})) is not None


def test_a_value_is_missing() -> None:
    rows = problem("t <= H(Y)", "t <= H(X)")
    found = find(rows)
    assert found is not None
    at = found.describe(rows)
    with pytest.raises(ValueError, match="no value"):
        recorded(rows, {name: value for name, value in at.items() if name != "t"})
    assert not recorded(rows, {**at, "t": "0"}).refutes(rows)


def test_long_rows_are_summed_at_once() -> None:
    """Inclusion and exclusion over 6 variables is 0 but for the set of all: one bit that all share."""
    names = ("A", "B", "C", "U", "V", "W")
    goal = {m: Fraction((-1) ** m.bit_count()) for m in range(1, 64)}  # minus the interaction of all six
    found = quick(Problem(names, goal))
    assert found is not None
    assert list(found.describe(Problem(names, goal)).values()) == [{"1,1,1,1,1,1": "1/2", "2,2,2,2,2,2": "1/2"}]


def test_laws_of_two_blocks_are_apart() -> None:
    rows = Problem(("X", "Y"), {1: Fraction(1), 2: Fraction(-1)}, blocks=(1, 2), law_names=("p", "q"))
    found = find(rows)
    assert found is not None
    assert len(found.laws) == 2
    assert set(found.describe(rows)) == {"p(X)", "q(Y)"}
    assert recorded(rows, found.describe(rows)).refutes(rows)


@pytest.mark.parametrize(
    "at",
    [
        {},
        {"p(X,Y)": {"1,1": "1/2"}},
        {"p(X,Y)": {"1,1": "3/2", "2,1": "-1/2"}},
        {"p(X,Y)": {"1": "1"}},
        {"p(X,Y)": {"1,1": "half", "2,1": "1/2"}},
        {"p(X,Y)": "1"},
        {"p(Y,X)": {"1,1": "1"}},
    ],
)
def test_what_no_witness_recorded(at: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        recorded(problem("H(X) <= H(Y)"), at)


def test_a_changed_witness_refutes_no_more() -> None:
    rows = problem("I(X;Z) >= I(X;Y)", "X -> Y -> Z")
    found = find(rows)
    assert found is not None
    assert not recorded(rows, {"p(X,Z,Y)": {"1,1,1": "1/2", "2,2,2": "1/2"}}).refutes(rows)  # equal
    assert not recorded(rows, {"p(X,Z,Y)": {"1,1,1": "1/2", "2,2,1": "1/2"}}).refutes(rows)  # no chain


def test_premises_are_never_nearly_true() -> None:
    """1/2 + 10⁻⁹ in one place breaks an independence that doubles would accept."""
    big = 10**9
    law = Distribution("XY", {(0, 0): big + 1, (0, 1): big, (1, 0): big, (1, 1): big})
    rows = problem("H(X) = 0", "X _|_ Y")
    assert not Witness((law,)).refutes(rows)
    assert Witness((Distribution("XY", {(a, b): 1 for a in (0, 1) for b in (0, 1)}),)).refutes(rows)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.integers(1, 15), st.integers(-3, 3).map(Fraction).filter(bool), min_size=1, max_size=8))
def test_an_equation_that_is_none_falls_to_one_bit(goal: dict[int, Fraction]) -> None:
    """The matrix [S meets T] has an inverse."""
    rows = Problem(("A", "B", "C", "U"), goal, equality=True)
    found = quick(rows)
    assert found is not None
    assert found.refutes(rows)
    assert len(found.laws[0].table) == 2


@settings(deadline=None, max_examples=40)
@given(
    st.dictionaries(st.integers(1, 7), st.integers(-2, 2).map(Fraction).filter(bool), min_size=1, max_size=5),
    st.dictionaries(st.integers(1, 7), st.integers(-2, 2).map(Fraction).filter(bool), min_size=1, max_size=4),
)
def test_what_is_found_refutes(goal: dict[int, Fraction], premise: dict[int, Fraction]) -> None:
    for rows in (
        Problem(("X", "Y", "Z"), goal, zero=(Known(premise, "premise"),)),
        Problem(("X", "Y", "Z"), goal, nonneg=(Known(premise, "premise"),)),
    ):
        found = quick(rows)
        assert found is None or found.refutes(rows)


def test_free_reals_are_eliminated() -> None:
    """s ≤ H(X), t ≤ H(Y), r = s + t: then r > H(X,Y) needs H(X) + H(Y) > H(X,Y)."""
    columns = (Free("s"), Free("t"), Free("r"))
    rows = Problem(
        ("X", "Y"),
        {3: Fraction(1), -3: Fraction(-1)},
        zero=(Known({-3: Fraction(1), -1: Fraction(-1), -2: Fraction(-1)}, "r = s + t"),),
        nonneg=(
            Known({1: Fraction(1), -1: Fraction(-1)}, "s <= H(X)"),
            Known({2: Fraction(1), -2: Fraction(-1)}, "t <= H(Y)"),
        ),
        columns=columns,
    )
    (alternative,) = Target(rows).alternatives
    assert [row for _, row in alternative.conditions] == [{1: Fraction(1), 2: Fraction(1), 3: Fraction(-1)}]
    found = find(rows)
    assert found is not None
    assert found.refutes(rows)


def test_integers_are_chosen() -> None:
    rows = Problem(("X",), {-1: Fraction(-1), 1: Fraction(1)}, columns=(Logarithm("K"),))
    found = find(rows)
    assert found is not None
    assert found.describe(rows)["K"] == "2"


def test_lattices_are_lattices() -> None:
    for lattice, size in ((subspaces(2, 2), 5), (subspaces(2, 3), 16), (partitions(4), 15), (partitions(5), 52)):
        assert len(lattice.labels) == size
        for a in range(size):
            assert lattice.joins[a][a] == a
            for b in range(size):
                assert lattice.joins[a][b] == lattice.joins[b][a]
                uniform = Distribution.uniform("XY", list(zip(lattice.labels[a], lattice.labels[b], strict=True)))
                assert lattice.entropies[lattice.joins[a][b]] == pytest.approx(uniform.approximate(3))


@pytest.mark.parametrize("text", ["0", "3/2 * log 2 - 1", "-log 3 + log 5", "-1/7", "log 2"])
def test_linear_forms_are_read_back(text: str) -> None:
    assert exact_text(read_form(text)) == text


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (LinearForm(0, {6: 1}), "log 6"),
        (LinearForm(0, {8: 1}), "3 * log 2"),
        (LinearForm(0, {4: 1, 2: -2}), "0"),
        (LinearForm(Fraction(-1, 2)), "-1/2"),
        (LinearForm(0, {3: 1, 2: Fraction(-2, 3)}), "0.6365141682948128"),
    ],
)
def test_values_are_shown_exactly_where_that_is_short(form: LinearForm, text: str) -> None:
    assert value_text(form) == text


def test_small_witnesses_load_no_library() -> None:
    program = (
        "import sys; from fractions import Fraction as F\n"
        "from derive.prove.information.problem import Problem\n"
        "from derive.prove.information.witness import quick\n"
        "assert quick(Problem(('X','Y'), {1: F(1), 2: F(-1)})) and quick(Problem(('X','Y'), {1: F(1)})) is None\n"
        "print([m for m in ('numpy', 'flint', 'sympy', 'highspy', 'networkx') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("statement", SAMPLE, ids=lambda s: s.place)
def test_a_sample_of_the_bank(statement: Statement) -> None:
    finding = decided(statement)
    assert finding.is_right
    assert statement.is_true or finding.by_distribution


@pytest.mark.slow
@pytest.mark.parametrize("statement", BANK, ids=lambda s: s.place)
def test_the_bank(statement: Statement) -> None:
    finding = decided(statement)
    assert finding.is_right
    assert statement.is_true or finding.by_distribution


def test_half_of_the_bank_is_false() -> None:
    assert len(BANK) >= 220
    assert 0.45 <= sum(not s.is_true for s in BANK) / len(BANK) <= 0.55
    assert len({(s.text, s.given, s.where) for s in BANK}) == len(BANK)
