"""``derive check -v``, ``derive show`` and ``derive render`` of statements about measures of information."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive.cli import main
from derive.cli.proof import lines, tables
from derive.text.statement import parse

DATA_PROCESSING = ["I(X;Z) <= I(X;Y)", "--given", "X -> Y -> Z"]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main(list(words))
    return status, capsys.readouterr().out


def test_the_lines_stand_under_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, "check", "-v", *DATA_PROCESSING)
    assert status == 0
    assert out.splitlines() == [
        "✓ proved    I(X;Z) ≤ I(X;Y)  [entropy cone]",
        "                  I(X;Z)",
        "            (1) ≤ I(X;Y,Z)           monotonicity of information",
        "            (2) = I(X;Y) + I(X;Z|Y)  chain rule",
        "            (3) = I(X;Y)             premise 1: X → Y → Z",
        "            assumes X -> Y -> Z",
    ]


def test_without_it_there_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    _, out = run(capsys, "check", *DATA_PROCESSING)
    assert "chain rule" not in out


def test_without_unicode(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("derive.cli.output", "derive.cli.verbs.check"):
        monkeypatch.setattr(f"{module}.has_unicode", lambda: False)
    _, out = run(capsys, "check", "-v", "I(X;Y) >= 0", "--json")
    assert json.loads(out)["steps"][0]["reasons"] == ["I ≥ 0"]
    _, out = run(capsys, "check", "-v", *DATA_PROCESSING)
    assert out.isascii()
    assert "(1) <= I(X;Y,Z)           monotonicity of information" in out
    assert "(3) =  I(X;Y)             premise 1: X -> Y -> Z" in out
    _, out = run(capsys, "check", "-v", "I(X;Y|Z) <= I(X;Y)", "I(X;Y|Z) >= 0")
    assert out.isascii()
    assert "I >= 0" in out


def test_a_distribution_that_refutes_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, "check", "-v", "I(X;Z) <= I(X;Y)")
    assert status == 1
    shown = [line.strip() for line in out.splitlines()]
    assert "X Z Y │ p(x,z,y)" in shown
    assert "1 1 1 │      1/2" in shown
    assert any(line.startswith("left ") for line in shown)
    _, brief = run(capsys, "check", "I(X;Z) <= I(X;Y)")
    assert "│" not in brief


def test_tables_keep_what_is_no_law_apart() -> None:
    at = {"p(X,Y)": {"1,2": "1/2", "2,10": "1/2"}, "K": "3"}
    assert tables(at, in_unicode=False) == ["X  Y | p(x,y)", "-----+-------", "1  2 |    1/2", "2 10 |    1/2"]
    assert tables({"K": "3"}, in_unicode=True) == []


def test_a_counterexample_without_laws_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    _, verbose = run(capsys, "check", "-v", "x**2 = x")
    _, brief = run(capsys, "check", "x**2 = x")
    assert verbose == brief


def test_other_equalities_show_their_derivation(capsys: pytest.CaptureFixture[str]) -> None:
    _, out = run(capsys, "check", "-v", "(a + b)**2 = a**2 + 2*a*b + b**2")
    assert "(1) = a² + 2a·b + b²" in out


def test_long_formulas_do_not_move_the_reasons_of_others() -> None:
    statement = parse("I(X;Y) >= 0")
    assert lines((), in_unicode=True) == []
    assert statement.relations


def test_json_has_the_steps(capsys: pytest.CaptureFixture[str]) -> None:
    _, out = run(capsys, "check", "--json", *DATA_PROCESSING)
    steps = json.loads(out)["steps"]
    assert [s["relation"] for s in steps] == ["<=", "=", "="]
    assert steps[0]["before"] == "I(X;Z)"
    assert steps[-1]["after"] == "I(X;Y)"
    assert all(s["verdict"] == "proved" for s in steps)


def test_jobs_print_the_same_lines(capsys: pytest.CaptureFixture[str]) -> None:
    _, here = run(capsys, "check", "-v", *DATA_PROCESSING)
    _, there = run(capsys, "check", "-v", "-j", "2", *DATA_PROCESSING)
    assert here == there


def test_show_gives_the_lines_alone(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, "show", *DATA_PROCESSING)
    assert status == 0
    assert out.splitlines() == [
        "        I(X;Z)",
        "  (1) ≤ I(X;Y,Z)           monotonicity of information",
        "  (2) = I(X;Y) + I(X;Z|Y)  chain rule",
        "  (3) = I(X;Y)             premise 1: X → Y → Z",
    ]
    status, out = run(capsys, "show", "--json", *DATA_PROCESSING)
    assert status == 0
    assert len(json.loads(out)["steps"]) == 3


def test_show_of_a_falsehood_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    status, _ = run(capsys, "show", "H(X) <= H(X|Y)")
    assert status == 3


@pytest.mark.parametrize("name", ["proof.html", "proof.tex"])
def test_a_statement_is_a_page(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    status, _ = run(capsys, "render", *DATA_PROCESSING, "-o", str(tmp_path / name))
    page = (tmp_path / name).read_text("utf-8")
    assert status == 0
    assert r"I(X;Y) + I(X;Z \mid Y)" in page
    assert "monotonicity of information" in page
    assert r"X \to Y \to Z" in page
    assert "verified" in page


def test_a_page_says_what_a_bound_needs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bound = "log p(x) >= E_q(z|x)[log p(x,z) - log q(z|x)]"
    status, _ = run(capsys, "render", bound, "-o", str(tmp_path / "x.tex"))
    page = (tmp_path / "x.tex").read_text("utf-8")
    assert status == 0
    assert r"multiply and divide by \(q(z \mid x)\)" in page
    assert "where" in page
    assert "0where" not in page


def test_a_page_of_a_falsehood_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _ = run(capsys, "render", "H(X) <= H(X|Y)", "-o", str(tmp_path / "x.tex"))
    assert status == 1
    assert "FAILED" in (tmp_path / "x.tex").read_text("utf-8")
    status, _ = run(capsys, "render", "H(X) <= H(X|Y)", "-o", str(tmp_path / "y.tex"), "--strict")
    assert status == 1
    assert not (tmp_path / "y.tex").exists()


def test_a_page_is_of_information_only(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["render", "x**2 >= 0", "-o", str(tmp_path / "x.html")]) == 2
    assert "no statement about measures of information" in capsys.readouterr().err
