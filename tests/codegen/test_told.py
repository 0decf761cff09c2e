"""What files say of the checks that they did not pass, what a failed check says, and an optimizer of one's own."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from derive import library
from derive.codegen.check import optimizer, suite, values
from derive.codegen.check.certificate import NAME
from derive.codegen.check.generate import Made, generate, sources
from derive.codegen.check.largest import distance, farthest, unravelled
from derive.codegen.check.result import CheckResult, within
from derive.codegen.check.subject import Subject
from derive.codegen.check.told import checked, failed

MOMENTUM = """
from derive.entry import Dim, Entry, Rational, positive, real, unit, update
N = Dim("N")
class Momentum(Entry):
    \"\"\"Gradient descent with momentum.\"\"\"
    theta, v = real(N, role="state"), real(N, role="state")
    g = real(N, role="input")
    lr = positive(role="hyperparameter", default=Rational(1, 100))
    mu = unit(role="hyperparameter", default=Rational(9, 10))
    v_new = mu * v + g
    step = update(v=v_new, theta=theta - lr * v_new, start={"v": 0})
    emits = ("step",)
"""


@pytest.fixture(scope="module")
def momentum(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """A momentum rule from a user's file, without an oracle, generated but not checked."""
    folder = tmp_path_factory.mktemp("momentum")
    (folder / "mine.py").write_text(MOMENTUM)
    (record,) = library.load(str(folder / "mine.py"))
    for name, text in sources(record).items():
        (folder / name).write_text(text, "utf-8")
    return Subject(record, folder)


def test_momentum_of_ones_own_passes(momentum: Subject) -> None:
    found = list(optimizer.against_truth(momentum))
    assert [c.name for c in found] == [
        "trajectory against 50 digits", "float32 trajectory", "bfloat16 trajectory"
    ]  # fmt: skip
    assert all(c.passed for c in found), [str(c) for c in found]


def test_momentum_is_that_of_torch(momentum: Subject) -> None:
    course = optimizer.Course.of(optimizer.Rule.of(momentum))
    theta = course.start(torch.float64)
    given = course.numbers()
    theirs = optimizer.run(torch.optim.SGD([theta], lr=given["lr"], momentum=given["mu"]), theta, course.tensors())
    for mine, their in zip(course.mine(momentum, torch.float64), theirs, strict=True):
        assert distance(mine, their) < 1e-14  # torch fuses the last product


def test_a_state_in_half_precision_is_found(momentum: Subject, tmp_path: Path) -> None:
    """The limit has room for roundings of the rule, not for those of a careless program."""
    source = (momentum.folder / "momentum.py").read_text("utf-8")
    assert "dtype=wide" in source
    (tmp_path / "momentum.py").write_text(source.replace("dtype=wide", "dtype=theta.dtype"), "utf-8")
    *_, half = optimizer.against_truth(replace(momentum, folder=tmp_path))
    assert half.passed is False
    assert "at most" in half.detail
    assert "step " in half.detail


# -- where an error is largest


def test_a_failed_check_names_the_input(tmp_path: Path) -> None:
    record = library.entry("loss.focal")
    source = sources(record)["focal.py"]
    (tmp_path / "focal.py").write_text(source.replace("return ds * t1", "return -ds * t1"), "utf-8")
    subject = Subject(record, tmp_path)
    value, gradient = values.against_truth(subject)
    assert value.passed
    assert "the value" not in value.detail
    assert gradient.passed is False
    assert "; the gradient by z at [" in gradient.detail
    assert all(f"{p} = " in gradient.detail for p in subject.arguments)
    (other,) = values.against_autograd(subject)
    assert "the gradient by z at [" in other.detail


def test_the_farthest_entry() -> None:
    a, b = torch.zeros(2, 3), torch.zeros(2, 3)
    b[1, 2] = 1
    assert unravelled(farthest(a, b) or 0, (2, 3)) == [1, 2]
    b[0, 1] = float("nan")
    assert farthest(a, b) == 1
    assert farthest(a, torch.zeros(1)) is None
    assert distance(a, torch.zeros(1)) == float("inf")


# -- what the files say


def made(monkeypatch: pytest.MonkeyPatch, folder: Path, *results: CheckResult) -> Made:
    monkeypatch.setattr(suite, "run", lambda _: iter(results))
    return generate(library.entry("loss.focal"), folder, keep=True)


GOOD = [within(f"{kind} against 50 digits", 0.0, 1.0) for kind in ("value", "gradient")]
BUILT = CheckResult("C++ value against 50 digits", True)


def test_what_passed_is_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = made(monkeypatch, tmp_path, *GOOD, CheckResult("gradcheck", True), BUILT, CheckResult("CUDA", None))
    text = (tmp_path / "focal.py").read_text("utf-8")
    assert f"Checked: against arithmetic of 50 digits, gradcheck; {NAME} has the errors." in text
    assert "Not passed" not in text
    for file in ("focal.cpp", "focal_cpp.py", "focal_elements.h"):
        assert "ot checked" not in (tmp_path / file).read_text("utf-8")[:300]
    assert (tmp_path / "focal.cu").read_text("utf-8").startswith("// Not compiled and not checked: no CUDA compiler")
    assert result.summary == "4 checks passed, 1 skipped (CUDA); 7 files"


def test_what_failed_is_not_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = within("gradient against 50 digits", 2.0, 1.0)
    missing = CheckResult("C++", None, detail="the C++ compiler is missing")
    made(monkeypatch, tmp_path, GOOD[0], bad, CheckResult("gradcheck", True), missing)
    text = (tmp_path / "focal.py").read_text("utf-8")
    assert f"Checked: against gradcheck; {NAME} has the errors." in text
    assert "Not passed: gradient against 50 digits." in text
    for file in ("focal.cpp", "focal_cpp.py", "focal_elements.h"):
        top = (tmp_path / file).read_text("utf-8").splitlines()[0]
        assert top.lstrip("/# ").startswith("Not compiled and not checked: no C++ compiler was found")
    compile((tmp_path / "focal_cpp.py").read_text("utf-8"), "focal_cpp.py", "exec")


def test_compiled_files_that_failed_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(monkeypatch, tmp_path, *GOOD, BUILT, CheckResult("C++ opcheck", False))
    assert (tmp_path / "focal.cpp").read_text("utf-8").startswith("// Not passed: C++ opcheck.\n")
    assert "Not passed" not in (tmp_path / "focal.py").read_text("utf-8")


def test_nothing_is_claimed_of_an_oracle_that_disagrees() -> None:
    record = library.entry("loss.gaussian_nll")
    assert record.oracle is not None
    name = f"oracle {record.oracle.function}"
    assert checked(record, [CheckResult(name, True)], NAME).startswith(f"against {record.oracle.function};")
    assert checked(record, [CheckResult(name, False)], NAME) == ""
    assert failed([CheckResult(name, False), CheckResult("C++ opcheck", False)]) == name


def test_the_certificate_states_the_emitted_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(monkeypatch, tmp_path, *GOOD)
    lines = json.loads((tmp_path / NAME).read_text("utf-8"))["statement"]
    assert "stable = loss" in lines
    assert lines[-1].startswith("stable = ")
    assert "softplus" in lines[-1]
