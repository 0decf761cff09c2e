"""Generated modules pass every check; a planted fault fails the right one; the certificate notices a changed file."""

import ast
import functools
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from derive import library
from derive.codegen.check import generate as making
from derive.codegen.check import limits, native, optimizer, reference, suite, transforms, values
from derive.codegen.check.certificate import NAME
from derive.codegen.check.generate import Made, generate, verify_folder
from derive.codegen.check.result import CheckResult, FailedCheckError, attempted, within
from derive.codegen.check.subject import Subject
from derive.codegen.graph.graph import GraphError
from derive.expr.errors import DeriveError
from derive.files import UnwritableError

pytestmark = pytest.mark.xdist_group("generated")  # on one worker, so that each module is generated once

ENTRIES = ("loss.focal", "loss.gaussian_nll", "backprop.mlp2", "update.adam")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory):
    """Generates an entry when first asked for it: its folder and what the checks found."""
    root = tmp_path_factory.mktemp("generated")

    @functools.cache
    def make(name: str) -> tuple[Path, Made]:
        folder = root / name
        return folder, generate(library.entry(name), folder, keep=True)

    return make


@pytest.mark.parametrize("name", ENTRIES)
def test_every_check_passes(made, name: str) -> None:
    _, result = made(name)
    assert result.failures == []
    assert len(result.checks) > 8


@pytest.mark.parametrize("name", ENTRIES)
def test_errors_are_a_few_units_in_the_last_place(made, name: str) -> None:
    exact = [c for c in made(name)[1].checks if "50 digits" in c.name and "float" not in c.name]
    assert exact
    assert all(c.error is not None and c.error < 1e-13 for c in exact), exact


@pytest.mark.parametrize("name", ENTRIES)
def test_generated_python_imports_nothing_of_ours(made, name: str) -> None:
    folder, _ = made(name)
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [m for m in modules if m.split(".")[0] == "derive"], file


def test_the_test_files_run_for_a_stranger(made, tmp_path: Path) -> None:
    """In a folder of their own, with an interpreter that does not see this project."""
    shorts = [name.rpartition(".")[2] for name in ENTRIES]
    for name, short in zip(ENTRIES, shorts, strict=True):
        for file in (f"{short}.py", f"test_{short}.py"):
            shutil.copy(made(name)[0] / file, tmp_path)
    blocker = "import sys; sys.modules['derive'] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    command = [sys.executable, "-c", blocker, "-q", "-p", "no:cacheprovider", *(f"test_{s}.py" for s in shorts)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", ENTRIES[:3])
def test_torch_compile(made, name: str) -> None:
    folder, _ = made(name)
    (found,) = transforms.compiled(Subject(library.entry(name), folder, thorough=True))
    assert found.passed, found


# -- planted faults: what is replaced by what, and the check that must fail

FAULTS = [
    ("loss.focal", "return ds * t1", "return -ds * t1", values.against_truth, "gradient against 50 digits"),
    ("loss.focal", "softplus_minus_s * gamma", "softplus_minus_s", values.against_autograd, "autograd"),
    ("loss.focal", "(1 - y) * (1 - alpha)", "(1 - y) * alpha", values.against_truth, "value against 50 digits"),
    ("loss.focal", "grad_output * dz", "dz", values.against_truth, "gradient against 50 digits"),
    ("loss.focal", "return dz * z_tangent", "return z_tangent", transforms.functional, "torch.func"),
    ("loss.focal", "return dz * z_tangent", "return z_tangent", transforms.gradcheck, "gradcheck"),
    ("loss.focal", "loss.sum() / max(loss.numel(), 1)", "loss.sum()", limits.reductions, "reductions"),
    ("loss.focal", "max(loss.numel(), 1)", "loss.numel()", limits.reductions, "reductions"),
    ("loss.focal", "return alpha_t *", "return torch.nan_to_num(alpha_t *", limits.nan, "NaN"),
    ("loss.focal", "* softplus_minus_s\n", "* -torch.log(torch.sigmoid(s))\n", limits.extremes, "extreme"),
    ("loss.gaussian_nll", "** 2 / 2", "** 2", reference.against_oracle, "oracle"),
    ("loss.gaussian_nll", "torch.log(sigma)", "torch.log(sigma + 1e-8)", values.against_truth, "value"),
    ("loss.gaussian_nll", "(grad_output * dsigma).sum()", "dsigma.sum()", values.against_truth, "gradient"),
    ("loss.gaussian_nll", "torch.promote_types(mu.dtype, torch.float32)", "mu.dtype", values.low_precision, "bfloat16"),
    ("backprop.mlp2", "dA1 * (Z1 > 0)", "dA1", values.against_truth, "gradient against 50 digits"),
    ("backprop.mlp2", "Z2.logsumexp(1, keepdim=True)", "torch.log(Z2.exp().sum(1, True))", limits.extremes, "extreme"),
    ("backprop.mlp2", "if torch.is_grad_enabled():", "if False:", transforms.gradcheck, "gradgradcheck"),
    ("backprop.mlp2", "dZ2.T @ A1", "dZ2.T @ A1 / 2", values.against_autograd, "autograd"),
    ("update.adam", "1 - beta1**t", "1 - beta1", optimizer.against_truth, "trajectory against 50 digits"),
    ("update.adam", "(1 - beta2) * g**2", "g**2", optimizer.against_oracle, "oracle"),
    ("update.adam", "torch.sqrt(v_hat) + epsilon", "torch.sqrt(v_hat + epsilon)", optimizer.against_truth, "50"),
    ("update.adam", "epsilon: float = 1e-08", "epsilon: float = 1e-07", optimizer.defaults, "defaults"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "right", "wrong", "check", "told"), FAULTS)
def test_a_planted_fault_fails_the_right_check(made, tmp_path: Path, name, right, wrong, check, told) -> None:
    folder, _ = made(name)
    module = f"{name.rpartition('.')[2]}.py"
    source = (folder / module).read_text("utf-8")
    assert right in source, f"{module} no longer says {right!r}"
    mutated = source.replace(right, wrong)
    if "nan_to_num(" in wrong:
        mutated = mutated.replace("* softplus_minus_s\n", "* softplus_minus_s)\n", 1)
    (tmp_path / module).write_text(mutated, "utf-8")
    subject = Subject(library.entry(name), tmp_path)
    results = list(attempted(told, functools.partial(check, subject)))
    failed = [str(r) for r in results if r.passed is False]
    assert any(told in line for line in failed), [str(r) for r in results]


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")
@pytest.mark.parametrize(
    ("file", "right", "wrong", "told"),
    [
        ("focal_cpp.py", "return dz, None, None, None", "return -dz, None, None, None", "C++ gradient"),
        ("focal.cpp", "total_sum += total_block;", "total_sum = total_block;", "C++ many"),
        ("focal.cpp", "Real(prepared.one_minus_alpha)", "Real(alpha)", "C++ value"),
    ],
)
def test_a_planted_fault_in_cpp(made, tmp_path: Path, file: str, right: str, wrong: str, told: str) -> None:
    folder, _ = made("loss.focal")
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    source = (tmp_path / file).read_text("utf-8")
    assert right in source, f"{file} no longer says {right!r}"
    (tmp_path / file).write_text(source.replace(right, wrong), "utf-8")
    found = native.cpp(Subject(library.entry("loss.focal"), tmp_path))
    failed = [str(r) for r in found if r.passed is False]
    assert any(told in line for line in failed), failed


# -- the folder and its certificate


def test_certificate(made) -> None:
    folder, result = made("loss.focal")
    content = json.loads((folder / NAME).read_text("utf-8"))
    assert content["entry"] == "loss.focal"
    assert "p = sigmoid(z)" in content["statement"]
    assert {"stable", "slope"} <= {line["calc"] for line in content["lines"]}
    assert all(
        line["verdict"] == ("refuted" if line["expected"] == "refuted" else "proved") for line in content["lines"]
    )
    assert [c["name"] for c in content["checks"]] == [c.name for c in result.checks]
    assert set(content["sha256"]) == {f.name for f in folder.iterdir()} - {NAME}
    assert content["versions"]["torch"] == torch.__version__
    assert str(folder) not in json.dumps(content)


def test_verify_runs_the_checks_again(made) -> None:
    folder, result = made("loss.gaussian_nll")
    again = verify_folder(folder, library.find)
    assert again[0].name == "files"
    assert [(c.name, c.passed) for c in again[1:]] == [(c.name, c.passed) for c in result.checks]


def test_verify_runs_nothing_of_a_changed_folder(made, tmp_path: Path) -> None:
    shutil.copytree(made("loss.focal")[0], tmp_path, dirs_exist_ok=True)
    with (tmp_path / "focal.py").open("a") as file:
        file.write("raise SystemExit\n")
    (tmp_path / "focal.cu").unlink()
    (found,) = verify_folder(tmp_path, library.find)
    assert found.passed is False
    assert found.detail == "focal.cpp was changed" or "focal.py was changed" in found.detail
    assert "focal.cu is missing" in found.detail


@pytest.mark.parametrize("content", [None, "{", "[]", '{"schema": 1}'])
def test_a_folder_without_a_certificate(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / NAME).write_text(content)
    with pytest.raises(DeriveError, match=NAME):
        verify_folder(tmp_path, library.find)


# -- writing, with checks that cost nothing


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "run", lambda _: iter([within("nothing", 0.0, 1.0)]))


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "run", lambda _: iter([within("everything", 2.0, 1.0)]))


@pytest.mark.usefixtures("passing")
def test_bytes_repeat(tmp_path: Path) -> None:
    record = library.entry("update.adam")
    folders = tmp_path / "a", tmp_path / "deep" / "b"
    one, other = (generate(record, folder) for folder in folders)
    assert [f.name for f in one.files] == [f.name for f in other.files]
    assert [f.read_bytes() for f in one.files] == [f.read_bytes() for f in other.files]
    assert sorted(folders[0].iterdir()) == sorted(one.files)  # and no scratch


@pytest.mark.usefixtures("failing")
def test_nothing_is_written_when_a_check_fails(tmp_path: Path) -> None:
    result = generate(library.entry("update.adam"), tmp_path / "out")
    assert result.failures == ["everything: largest error 2.0e+00; at most 1.0e+00 is allowed"]
    assert result.files == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("failing")
def test_keep_writes_anyway(tmp_path: Path) -> None:
    assert generate(library.entry("update.adam"), tmp_path, keep=True).failures
    content = json.loads((tmp_path / NAME).read_text("utf-8"))
    assert content["checks"][0]["status"] == "failed"


def test_an_interruption_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Subject):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(suite, "run", interrupted)
    (tmp_path / "adam.py").write_text("mine")
    with pytest.raises(KeyboardInterrupt):
        generate(library.entry("update.adam"), tmp_path)
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("adam.py", "mine")]


@pytest.mark.usefixtures("passing")
def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UnwritableError, match="cannot write"):
            generate(library.entry("update.adam"), folder)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.usefixtures("passing")
def test_an_unwritable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(making.tempfile, "mkdtemp", refused)
    with pytest.raises(UnwritableError, match="Permission denied"):
        generate(library.entry("update.adam"), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_what_pytorch_cannot_express_is_an_authors_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> str:
        raise GraphError("no such operation")

    monkeypatch.setattr(making.pytorch, "emit", refused)
    with pytest.raises(DeriveError, match=r"loss\.focal cannot be generated: no such operation"):
        generate(library.entry("loss.focal"), tmp_path)


@pytest.mark.usefixtures("passing")
def test_what_cpp_cannot_express_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> dict[str, str]:
        raise GraphError("no such operation")

    monkeypatch.setattr(making.cpp, "emit", refused)
    monkeypatch.setattr(making.cuda, "emit", refused)
    made = generate(library.entry("update.adam"), tmp_path)
    assert [f.name for f in made.files] == ["adam.py", "test_adam.py", NAME]
    (skipped,) = native.cpp(Subject(library.entry("update.adam"), tmp_path))
    assert skipped.skipped


def test_an_entry_that_emits_nothing(tmp_path: Path) -> None:
    with pytest.raises(DeriveError, match="emits no term"):
        generate(library.entry("info.mutual_information"), tmp_path)


# -- the parts


def test_a_missing_compiler_is_a_reason_to_skip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    (found,) = native.cpp(Subject(library.entry("loss.focal"), tmp_path))
    assert found.skipped
    assert "apt-get install g++" in found.detail


def test_a_missing_nvcc_is_a_reason_to_skip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "focal.cu").touch()
    monkeypatch.setattr(native.shutil, "which", lambda _: None)
    (found,) = native.cuda(Subject(library.entry("loss.focal"), tmp_path))
    assert found.skipped
    assert "CUDA toolkit" in found.detail


def test_nan_is_never_within(recwarn: pytest.WarningsRecorder) -> None:
    assert within("x", float("nan"), 1.0).passed is False
    assert within("x", float("inf"), float("inf")).passed is False


def test_a_check_that_raises_has_failed() -> None:
    def raising():
        yield CheckResult("first", True)
        raise FailedCheckError("in words")

    def crashing():
        raise ZeroDivisionError("by zero")
        yield

    assert [str(r) for r in attempted("second", raising)] == ["first: ", "second: in words"]
    assert [str(r) for r in attempted("third", crashing)] == ["third: ZeroDivisionError: by zero"]


@pytest.mark.parametrize("name", ["torch.nn.functional.no_such_loss", "no_such_package.loss"])
def test_an_oracle_that_does_not_exist(name: str) -> None:
    with pytest.raises(FailedCheckError, match="does not exist"):
        reference.resolved(name)
