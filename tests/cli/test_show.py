"""`derive show` of statements: the lines that are found, with their reasons and verdicts."""

import json

import pytest

from derive.cli import main

STEP = {"rule", "path", "bindings", "before", "after", "conditions", "level", "verdict", "method"}


def test_an_expression(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "D(logsumexp(z), z[j])"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert all("proved" in line for line in lines[1:])
    assert lines[-1].split("✓")[0].strip() == "= softmax(z)ⱼ"
    assert "chain rule: log" in lines[2]


def test_an_equality_ends_as_it_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    where = "A: real[m,n]; x: real[n]; b: real[m]"
    assert main(["show", "grad(norm(A@x - b)**2, x) = 2*A.T@(A@x - b)", "--where", where]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.split("✓")[0].strip() == "= 2Aᵀ (A x - b)"
    assert "matrix notation" in last


def test_single_rewrites(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "D(-log(softmax(z)[k]), z[j])", "--micro"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 7
    assert all("✓ proved" in line for line in lines[1:])


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "D(logsumexp(z), z[j])", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["schema"], shown["verdict"]) == (1, "proved")
    assert shown["statement"] == "D(logsumexp(z), z[j]) = softmax(z)[j]"
    assert [step["rule"] for step in shown["steps"]][:2] == ["definition(logsumexp)", "chain(log)"]
    assert all(set(step) >= STEP for step in shown["steps"])


def test_check_has_the_steps_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "sigmoid(-x) = 1 - sigmoid(x)", "--json"]) == 0
    (step,) = json.loads(capsys.readouterr().out)["steps"]
    assert (step["rule"], step["before"], step["after"]) == ("sigmoid-mirror", "sigmoid(-x)", "1 - sigmoid(x)")


@pytest.mark.parametrize(("statement", "status"), [("sqrt(x**2) = x", 3), ("x <= x + 1", 0), ("x + ", 2), ("x = ", 2)])
def test_what_has_no_derivation(statement: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", statement]) == status
    assert "proved" not in capsys.readouterr().out


def test_a_calculation_with_a_start_and_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "loss.softmax"]) == 0
    text = capsys.readouterr().out
    gradient = text[text.index("\ngradient") : text.index("\ncurvature")].splitlines()
    assert len(gradient) > 5
    assert "definition of softmax" in text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("grad(log(det(A)), A)", ["∂Aᵢⱼ", "(A⁻¹)ⱼᵢ", "(A⁻¹)ⱼᵢ", "(A⁻¹)ᵀ"]),
        ("grad(tr(B@A), A)", ["Bᵀ"]),
    ],
)
def test_the_indices_of_a_square_matrix_keep_their_names(
    text: str, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", text, "--where", "A: real[n,n]; B: real[n,n]"]) == 0
    shown = capsys.readouterr().out.splitlines()[1:]
    assert len(shown) >= len(lines)
    assert all(part in line for part, line in zip(lines[::-1], shown[::-1], strict=False))
    assert not any("ᵢᵢ" in line for line in shown)
