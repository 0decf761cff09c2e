"""`derive verify`: what was checked is confirmed without a search, and what was tampered with is not."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from derive import library
from derive.certificate import CertificateError, Verifier, read
from derive.cli import main

STATEMENTS = {  # statement, given, where; by the method of the verdict, the last word apart
    "normal form": ("(x + y)**2 = x**2 + 2*x*y + y**2", "", ""),
    "normal form, condition": ("x**2 / x = x", "", ""),
    "normal form, law": ("log(x*y) = log(x) + log(y)", "", "x, y: positive"),
    "normal form, premise": ("2*Sum(y[k],k,1,K) = 2", "Sum(y[k],k,1,K) = 1", ""),
    "denominators cleared": ("a/(a + b) + b/(a + b) = 1", "", "a, b: positive"),
    "definitions unfolded": ("tanh(x) = 2*sigmoid(2*x) - 1", "", ""),
    "cases": ("log(y*p + (1-y)*(1-p)) = y*log(p) + (1-y)*log(1-p)", "", "y: binary; p: unit"),
    "induction": ("m[t] = (1 - b**t)*g", "m[0] = 0; m[t] = b*m[t-1] + (1-b)*g for t in [1,T]", "b: unit; g: real"),
    "joint-entropy coordinates": ("I(X;Y) = H(X) + H(Y) - H(X,Y)", "", ""),
    "interval of the difference": ("sigmoid(x) < 2", "", ""),
    "refuted": ("x = 2*x", "", ""),
    "refuted, tensors": ("(A @ B).T = A.T @ B.T", "", "A, B: real[n,n]"),
    "refuted, balls": ("exp(a)*b <= 1/2", "a + b = 1", "a, b: unit"),
    "refuted, domains": ("det(C) = 1", "", "C: posdef[n,n]"),
    "refuted, function": ("f(x, y) = f(y, x)", "", "f: function"),
    "refuted, recurrence": ("m[t] = t", "m[0] = 0; m[t] = m[t-1] + 2 for t in [1,T]", ""),
    "refuted, law": ("I(X;Y|Z) = I(X;Y)", "", ""),
    "tested": ("cos(pi/5)*x = x*(1 + sqrt(5))/4", "", ""),
    "tested, condition": ("log(x*x*cos(pi/5)) = 2*log(x) + log((1 + sqrt(5))/4)", "", ""),
    "chain": ("x = y <= y + 1", "", ""),
}


def certificate(folder: Path, *words: str) -> Path:
    file = folder / "certificate.json"
    main(["check", *words, "--certificate", str(file)])
    return file


def of_statement(folder: Path, name: str) -> Path:
    text, given, where = STATEMENTS[name]
    return certificate(folder, text, *(["--given", given] if given else []), *(["--where", where] if where else []))


@pytest.mark.parametrize("name", library.ids())
def test_every_entry_is_confirmed(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = certificate(tmp_path, name)
    capsys.readouterr()
    assert main(["verify", str(file)]) == 0
    *lines, count = capsys.readouterr().out.splitlines()
    checks = json.loads(file.read_text(encoding="utf-8"))["checks"]
    assert len(lines) == len(checks) == sum(len(calc.lines) for calc in library.entry(name).calcs)
    assert all(line.startswith("✓") for line in lines)
    assert count.startswith(f"{len(checks)} check")
    assert "failed" not in count


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_kind_of_evidence_is_confirmed(name: str, tmp_path: Path) -> None:
    file = of_statement(tmp_path, name)
    first = json.loads(file.read_text(encoding="utf-8"))["checks"][0]
    assert (first["method"] if first["verdict"] == "proved" else first["verdict"]) in (name.split(",")[0], "refuted")
    assert main(["verify", str(file)]) == 0


def test_an_entry_is_checked_and_confirmed_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "loss.focal"]) == 0
    assert capsys.readouterr().out.endswith("6 checks: 5 proved, 1 refuted\n")


def test_nothing_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(*_: object, **__: object) -> None:
        raise AssertionError("searched")

    files = [tmp_path / f"{k}.json" for k in range(3)]
    for file, name in zip(files, ("loss.focal", "loss.gaussian_nll", "update.adam"), strict=True):
        assert main(["check", name, "--certificate", str(file)]) == 0
    monkeypatch.setattr("derive.prove.goal.equal", search)
    monkeypatch.setattr("derive.meaning.normal.equal", search)
    monkeypatch.setattr("derive.meaning.normal.prove.equal", search)
    monkeypatch.setattr("derive.meaning.normal.prove.Normaliser", search)
    monkeypatch.setattr("derive.prove.falsify.shrink", search)
    assert [main(["verify", str(file)]) for file in files] == [0, 0, 0]


# -- tampering

Tamper = Callable[[list[dict[str, Any]]], None]


def assign(path: str, value: Any, check: int = 0) -> Tamper:
    """Give a field, named by its path in one check, another value."""

    def tamper(checks: list[dict[str, Any]]) -> None:
        *way, last = (int(key) if key.isdigit() else key for key in path.split("/"))
        target: Any = checks[check]
        for key in way:
            target = target[key]
        target[last] = value

    return tamper


def exchange(name: str) -> Tamper:
    """The first two checks exchange one field."""

    def tamper(checks: list[dict[str, Any]]) -> None:
        checks[0][name], checks[1][name] = checks[1][name], checks[0][name]

    return tamper


TAMPERED: list[tuple[str, Tamper]] = [
    ("loss.focal", assign("evidence/proof/0/steps/0/values/x", ["leaf", 2])),
    ("loss.focal", assign("evidence/proof/0/steps/0/values/x", ["leaf", 10**6])),
    ("loss.focal", assign("evidence/proof/0/steps/0/values/x", ["Evil", [], []])),
    ("loss.focal", assign("evidence/proof/0/steps/0/law", "log_exp")),
    ("loss.focal", assign("evidence/proof/0/steps/0/law", "no such law")),
    ("loss.focal", assign("evidence/proof/0/steps/0/backwards", True)),
    ("loss.focal", assign("evidence/proof/0/steps", [])),
    ("loss.focal", assign("evidence/proof/0/laws", [])),
    ("loss.focal", assign("evidence/proof/0/goal", "y[i] = 1")),
    ("loss.focal", assign("evidence/proof/0/left", "0")),
    ("loss.focal", assign("evidence/proof/0/schema", 2)),
    ("loss.focal", assign("evidence/proof", [])),
    ("loss.focal", assign("evidence/proof", 5)),
    ("loss.focal", assign("evidence", {})),
    ("loss.focal", assign("evidence/laws", [])),
    ("loss.focal", assign("method", "normal form")),
    ("loss.focal", assign("method", "interval of the difference")),
    ("loss.focal", assign("method", "joint-entropy coordinates")),
    ("loss.focal", assign("verdict", "refuted")),
    ("loss.focal", assign("claim", "loss = 0")),
    ("loss.focal", assign("expected", "refuted")),
    ("loss.focal", assign("source/line", 2)),
    ("loss.focal", assign("source/line", 9)),
    ("loss.focal", assign("source/calc", "no_such")),
    ("loss.focal", assign("source/entry", "loss.gaussian_nll")),
    ("loss.focal", assign("source/entry", "no.such_entry")),
    ("loss.focal", exchange("source")),
    ("loss.focal", exchange("claim")),
    ("loss.focal", exchange("evidence")),
    ("loss.focal", assign("verdict", "proved", 5)),
    ("loss.focal", assign("counterexample/at/alpha", "1/2", 5)),
    ("loss.focal", assign("counterexample/at/y", ["1/2"], 5)),
    ("loss.focal", assign("counterexample/at/y", ["1"], 5)),
    ("backprop.mlp2", assign("assumptions", [])),
    ("update.adam", assign("evidence/proof/1/goal", "unfolding 0")),
    ("update.adam", assign("assumptions", [], 1)),
    ("normal form, condition", assign("conditions", [])),
    ("normal form, premise", assign("assumptions", [])),
    ("normal form, premise", assign("source/given", [])),
    ("normal form, law", assign("source/where", "")),
    ("normal form", assign("source/statement", "(x + y)**2 = x**2 + y**2")),
    ("normal form", assign("source/statement", "(x + ")),
    ("normal form", assign("source/relation", 2)),
    ("interval of the difference", assign("source/statement", "sigmoid(x) < 1/2")),
    ("joint-entropy coordinates", assign("verdict", "tested")),
    ("refuted", assign("verdict", "proved")),
    ("refuted", assign("verdict", "tested")),
    ("refuted", assign("counterexample", None)),
    ("refuted", assign("counterexample/at/x", "0")),
    ("refuted", assign("counterexample/at/x", "2")),  # refutes, but not with the recorded sides
    ("refuted", assign("counterexample/at/x", "2/2")),
    ("refuted", assign("counterexample/at/x", "1/0")),
    ("refuted", assign("counterexample/at/x", "1e9999999")),
    ("refuted", assign("counterexample/at/x", 1)),
    ("refuted", assign("counterexample/at", {})),
    ("refuted", assign("counterexample/at/z", "1")),
    ("refuted", assign("counterexample/lhs", "7")),
    ("refuted", assign("counterexample/entry", [1])),
    ("refuted, tensors", assign("counterexample/shapes/n", 1)),
    ("refuted, tensors", assign("counterexample/shapes/n", 10**9)),
    ("refuted, tensors", assign("counterexample/at/A", [["0", "0"], ["0"]])),
    ("refuted, tensors", assign("counterexample/at/A", [["0", "0"], ["0", "0"]])),
    ("refuted, tensors", assign("counterexample/entry", [2, 2])),
    ("refuted, balls", assign("counterexample/at/b", "1/3")),  # the premise fails
    ("refuted, balls", assign("counterexample/rhs", "1/3")),
    ("refuted, domains", assign("counterexample/at/C", [["-3/2"]])),
    ("refuted, function", assign("counterexample/at/f", "x1, x2 -> 0")),
    ("refuted, recurrence", assign("counterexample/at/t", "0")),
    ("refuted, law", assign("counterexample/at", {"p(X,Y,Z)": {"1,1,1": "2", "1,1,2": "-1"}})),
    ("tested", assign("verdict", "proved")),
    ("tested", assign("verdict", "refuted")),
    ("tested, condition", assign("seed", 1)),
    ("tested", assign("draws", 12)),
    ("tested", assign("draws", 10**12)),
    ("tested", assign("draws", -1)),
    ("tested", assign("evidence/draws", 1000)),
    ("tested", assign("method", "1000 draws")),
    ("tested, condition", assign("conditions", [])),
]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """The certificate of an entry or of one of the statements, made once."""
    made: dict[str, dict[str, Any]] = {}

    def make(name: str) -> dict[str, Any]:
        if name not in made:
            folder = tmp_path_factory.mktemp("certificate")
            file = of_statement(folder, name) if name in STATEMENTS else certificate(folder, name)
            made[name] = json.loads(file.read_text(encoding="utf-8"))
        return deepcopy(made[name])

    return make


@pytest.mark.parametrize(("name", "tamper"), TAMPERED)
def test_tampering_fails(name: str, tamper: Tamper, checked: Any, tmp_path: Path, capsys: Any) -> None:
    document = checked(name)
    before = json.dumps(document)
    tamper(document["checks"])
    assert json.dumps(document) != before
    file = tmp_path / "tampered.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert main(["verify", str(file)]) == 1
    assert any(line.startswith("✗") for line in capsys.readouterr().out.splitlines())


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of everything in a JSON value."""
    yield path
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from leaves(part, (*path, key))


@pytest.mark.parametrize("name", ["cases", "refuted, tensors", "refuted, law", "tested"])
@pytest.mark.parametrize("junk", [None, 7, "\ud800\x1b[31m", [[]], {"": {}}])
def test_no_junk_raises(name: str, junk: Any, checked: Any, tmp_path: Path) -> None:
    """Whatever stands anywhere in a certificate, verifying ends with an answer."""
    document, file, verifier = checked(name), tmp_path / "junk.json", Verifier()
    for path in list(leaves(document)):
        tampered = deepcopy(document)
        target: Any = tampered
        for key in path[:-1]:
            target = target[key]
        if path:
            target[path[-1]] = junk
        file.write_text(json.dumps(tampered if path else junk), encoding="utf-8")
        try:
            answers = [verifier.verify(check).status for check in read(file)]
        except CertificateError:
            continue
        assert set(answers) <= {"confirmed", "failed"}


# -- files of the user, folders, and what cannot be read

ENTRY = '''
"""An entry of a user."""

from derive.entry import D, Dim, Entry, calc, eq, real, softplus, sigmoid

N = Dim("N", index="i")


class Margin(Entry):
    """Logistic loss of a margin."""

    z = real(N)
    loss = softplus(-z)
    slope = calc(D(loss, z), eq(-sigmoid(-z)))
'''


def test_a_file_that_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "mine.py"
    source.write_text(ENTRY, encoding="utf-8")
    assert main(["verify", str(source)]) == 0
    assert list(tmp_path.iterdir()) == [source]
    file = certificate(tmp_path, str(source))
    assert main(["verify", str(file)]) == 0
    source.write_text(ENTRY.replace("eq(-sigmoid(-z))", "eq(sigmoid(z) - 1)"), encoding="utf-8")
    assert main(["verify", str(file)]) == 1
    assert "the claim is now `D(loss, z) = sigmoid(z) - 1`" in capsys.readouterr().out
    source.write_text(
        ENTRY.replace("softplus(-z)", "2*softplus(-z)"), encoding="utf-8"
    )  # the same line, no longer true
    assert main(["verify", str(file)]) == 1
    source.unlink()
    assert main(["verify", str(file)]) == 1
    assert "no such file" in capsys.readouterr().out


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = of_statement(tmp_path, "chain")
    capsys.readouterr()
    assert main(["verify", str(file), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["verdict"], row["status"]) for row in rows] == [("refuted", "confirmed"), ("proved", "confirmed")]
    assert rows[1]["source"] == {"statement": "x = y <= y + 1", "where": "", "given": [], "relation": 2}


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe", "not a JSON document"),
        (b"{", "not a JSON document"),
        (b"[" * 100_000, "not a JSON document"),
        (b"[]", "the document: expected an object, found []"),
        (b'{"schema": 2, "checks": []}', "schema: expected 1, found 2"),
        (b'{"schema": 1}', "checks: expected a list"),
        (b'{"schema": 1, "checks": []}', "checks: there are none"),
        (b'{"schema": 1, "checks": [3]}', "checks[0]: expected an object, found 3"),
        (b'{"schema": 1, "checks": [{"source": {}}]}', "checks[0].claim is missing"),
        (b'{"schema": 1, "kind": "generated code"}', "derive verify takes the folder"),
    ],
)
def test_unreadable(content: bytes | None, fragment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.json"
    if content is not None:
        file.write_bytes(content)
    assert main(["verify", str(file)]) == 2
    message = capsys.readouterr().err
    assert f"{file}: " in message
    assert fragment in message


@pytest.mark.parametrize(
    ("tamper", "fragment"),
    [
        (assign("verdict", "true"), "checks[0].verdict: expected one of proved, tested"),
        (assign("seed", True), "checks[0].seed: expected an integer, found true"),
        (assign("source", {"file": "x.py"}), "checks[0].source: expected entry, calc, line or file, entry"),
        (assign("source/given", [1]), "checks[0].given[0]: expected a text, found 1"),
        (assign("conditions", [None]), "checks[0].conditions[0]: expected a text, found null"),
        (assign("counterexample", "x = 1"), "checks[0].counterexample: expected an object or null"),
    ],
)
def test_a_malformed_check(tamper: Tamper, fragment: str, checked: Any, tmp_path: Path, capsys: Any) -> None:
    document = checked("normal form")
    tamper(document["checks"])
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert main(["verify", str(file)]) == 2
    assert f"{file}: {fragment}" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["no.such_entry"], ["missing.py"], ["x = x"], ["nothing"], []])
def test_usage(words: list[str]) -> None:
    assert main(["verify", *words]) == 2


@pytest.mark.parametrize(("passed", "status"), [(True, 0), (None, 0), (False, 1)])
def test_a_folder_of_generated_code(
    passed: bool | None, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    result = SimpleNamespace(name="files", passed=passed, skipped=passed is None, error=None, detail="3 as recorded")

    def verify_folder(folder: Path, entry: object, report: Callable[[Any], None] | None) -> list[Any]:
        assert (folder, entry) == (tmp_path, library.find)
        if report is not None:
            report(result)
        return [result]

    stub = ModuleType("derive.codegen.check.generate")
    stub.verify_folder = verify_folder  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, stub.__name__, stub)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    assert main(["verify", str(tmp_path)]) == status
    word = {True: "passed", None: "skipped", False: "failed"}[passed]
    assert capsys.readouterr().out.endswith(f"\n1 check: 1 {word}\n")
    assert main(["verify", str(tmp_path), "--json"]) == status
    assert json.loads(capsys.readouterr().out)["check"] == "files"


def test_torch_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["verify", str(tmp_path)]) == 4
    assert "pip install" in capsys.readouterr().err
