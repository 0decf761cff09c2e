"""The C++ functions of single elements: accuracy, edges, and that every operation has a row."""

import ctypes
import math
import platform
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import mpmath
import numpy as np
import pytest

from derive.codegen.build import library as build
from derive.codegen.emit.cpp.elements import FUNCTIONS, INCLUDE, TOP
from derive.codegen.emit.cpp.operations import TABLE, Implementation, OperationMissing, implementation
from derive.codegen.emit.cuda.operations import TABLE as CUDA
from derive.codegen.graph.operations import ARITY
from derive.expr.operations import OPERATIONS

pytestmark = pytest.mark.skipif(build.shutil.which("g++") is None, reason="needs g++")

REFERENCE: dict[str, Callable] = {
    "exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt, "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)), "tanh": mpmath.tanh, "sin": mpmath.sin, "cos": mpmath.cos,
    "sinh": mpmath.sinh, "cosh": mpmath.cosh, "acos": mpmath.acos, "erf": mpmath.erf, "Phi": mpmath.ncdf,
    "phi": mpmath.npdf, "gamma": mpmath.gamma, "loggamma": mpmath.loggamma, "digamma": mpmath.digamma,
    "trigamma": lambda x: mpmath.psi(1, x), "tetragamma": lambda x: mpmath.psi(2, x), "log1p": mpmath.log1p,
    "expm1": mpmath.expm1,
    "relu": lambda x: max(x, mpmath.mpf(0)), "abs": abs, "sign": mpmath.sign, "step": lambda x: mpmath.mpf(x > 0),
    "square": lambda x: x * x, "reciprocal_sqrt": lambda x: 1 / mpmath.sqrt(x),
}  # fmt: skip
POSITIVE = {"log", "sqrt", "gamma", "loggamma", "digamma", "trigamma", "tetragamma", "reciprocal_sqrt"}
VECTORISED = {
    "exp", "log", "log1p", "expm1", "sigmoid", "softplus", "tanh", "relu", "step", "sign", "abs", "sqrt", "square",
    "phi",
}  # fmt: skip
WITHIN_ONE = {"acos"}
# units in the last place; the absolute error where a zero of the function lies inside (loggamma, digamma)
ALLOWED = {"loggamma": 30, "gamma": 30, "digamma": 60, "trigamma": 12, "tetragamma": 60, "sinh": 4, "cosh": 4, "erf": 4}


def everything() -> str:
    """Every operation of one argument over an array, one loop a line."""
    texts: dict[str, str] = {}

    def take(name: str) -> None:
        if name not in texts:
            text = (FUNCTIONS / f"{name}.h").read_text("utf-8")
            for inner in INCLUDE.findall(text):
                take(inner)
            texts[name] = INCLUDE.sub("", text)

    for file in sorted(FUNCTIONS.glob("*.h")):
        take(file.stem)
    calls = []
    for name in REFERENCE:
        expression = implementation(name).text.format("Real(x[i])")
        for real in ("float", "double"):
            loop = f"for (std::int64_t i = 0; i < n; ++i) y[i] = {expression.replace('Real', real)};"
            arrays = f"const {real}* __restrict__ x, {real}* __restrict__ y"
            calls.append(f"void {name}_{real}(std::int64_t n, {arrays}) {{ {loop} }}")
    top = TOP.format(about="", name="all").replace("#pragma once", "")
    return "\n".join((top, *texts.values(), 'extern "C" {', *calls, "}", "}"))


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DERIVE_CACHE", str(tmp_path_factory.mktemp("cache") / "compiled"))
        flags = (*build.FLAGS, "-Wall", "-Wextra", "-Werror", "-Wno-unused")
        return build.load_library({"functions.cpp": everything()}, flags)


def apply(library: ctypes.CDLL, name: str, x: np.ndarray) -> np.ndarray:
    y = np.empty_like(x)
    kind = "float" if x.dtype == np.float32 else "double"
    pointer = ctypes.c_void_p
    getattr(library, f"{name}_{kind}")(ctypes.c_int64(x.size), pointer(x.ctypes.data), pointer(y.ctypes.data))
    return y


def test_every_operation_has_a_row() -> None:
    for table in (TABLE, CUDA):
        assert set(OPERATIONS) | set(ARITY) <= set(table)
        assert all(row.meaning and (not isinstance(row, Implementation) or row.cost >= 0) for row in table.values())


def test_every_function_file_is_used() -> None:
    needed = {need for row in TABLE.values() if isinstance(row, Implementation) for need in row.needs}
    included = {name for file in FUNCTIONS.glob("*.h") for name in INCLUDE.findall(file.read_text("utf-8"))}
    assert {file.stem for file in FUNCTIONS.glob("*.h")} == needed | included


def test_a_missing_operation_says_so() -> None:
    with pytest.raises(OperationMissing, match="C\\+\\+ cannot compute zeta"):
        implementation("zeta")


@pytest.mark.parametrize("real", [np.float32, np.float64])
@pytest.mark.parametrize("name", REFERENCE)
def test_functions_are_accurate(functions: ctypes.CDLL, name: str, real: type) -> None:
    rng = np.random.default_rng(7)
    wide = np.concatenate([rng.uniform(-30, 30, 300), rng.uniform(-1, 1, 200), rng.uniform(-1, 1, 200) * 1e-6])
    x = np.abs(wide) + 1e-9 if name in POSITIVE else wide[np.abs(wide) <= 1] if name in WITHIN_ONE else wide
    x = x[x > -0.999] if name == "log1p" else x
    x = x.astype(real)
    got = apply(functions, name, x)
    largest, smallest = float(np.finfo(real).max), float(np.finfo(real).tiny)
    with mpmath.workdps(40):
        for a, y in zip(x, got, strict=True):
            wanted = REFERENCE[name](mpmath.mpf(float(a)))
            if abs(wanted) > largest or 0 < abs(wanted) < smallest:
                continue
            scale = max(abs(wanted), mpmath.mpf(1) if name in ("loggamma", "digamma") else abs(wanted))
            error = abs(mpmath.mpf(float(y)) - wanted)
            condition = float(a) ** 2 if name in ("Phi", "phi") else 0  # what rounding x² costs in exp(-x²/2)
            limit = (ALLOWED.get(name, 3) + condition) * float(np.finfo(real).eps) * scale
            assert error <= limit, f"{name}({float(a)!r}) = {float(y)!r}, not {mpmath.nstr(wanted, 17)}"


@pytest.mark.parametrize("real", [np.float32, np.float64])
@pytest.mark.parametrize("name", REFERENCE)
def test_what_is_not_a_number_stays_so(functions: ctypes.CDLL, name: str, real: type) -> None:
    x = np.full(67, np.nan, real)  # enough for the vector loop and its rest
    assert np.isnan(apply(functions, name, x)).all()


@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_edges(functions: ctypes.CDLL, real: type) -> None:
    inf = math.inf
    edges = {
        "exp": {inf: inf, -inf: 0, 0: 1, 1e30: inf, -1e30: 0}, "log": {0: -inf, inf: inf, 1: 0},
        "log1p": {-1: -inf, inf: inf, 0: 0}, "expm1": {inf: inf, -inf: -1, 0: 0},
        "sigmoid": {inf: 1, -inf: 0, 0: 0.5, 1e4: 1, -1e4: 0}, "softplus": {inf: inf, -inf: 0, 1e4: 1e4, -1e4: 0},
        "tanh": {inf: 1, -inf: -1, 0: 0}, "relu": {inf: inf, -inf: 0, 0: 0}, "step": {0: 0, inf: 1, -inf: 0},
    }  # fmt: skip
    for name, points in edges.items():
        got = apply(functions, name, np.array(list(points), real))
        assert got.tolist() == list(points.values()), name
    assert np.isnan(apply(functions, "log", np.array([-1, -inf], real))).all()
    tiny = np.array([np.finfo(real).smallest_subnormal, np.finfo(real).tiny / 3], real)
    assert np.allclose(apply(functions, "log", tiny), np.log(tiny.astype(np.longdouble)).astype(real), rtol=1e-6)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the flags name an x86 instruction set")
@pytest.mark.parametrize("instructions", ["x86-64-v3", "x86-64-v4"])
def test_loops_over_our_own_functions_are_vectorised(tmp_path: Path, instructions: str) -> None:
    source = everything()
    (tmp_path / "functions.cpp").write_text(source, "utf-8")
    flags = [f"-march={instructions}" if flag == "-march=native" else flag for flag in build.FLAGS]
    command = [build.compiler(), *flags, "-fopt-info-vec-optimized", "functions.cpp", "-o", "functions.so"]
    report = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stderr
    found = {int(line) for line in re.findall(r"functions\.cpp:(\d+):\d+: optimized: loop vectorized", report)}
    lines = {name: k for k, line in enumerate(source.splitlines(), 1) for name in re.findall(r"^void (\w+)\(", line)}
    wanted = {f"{name}_{real}" for name in VECTORISED for real in ("float", "double")}
    assert {name for name in wanted if lines[name] not in found} == set()


def test_denormal_numbers_survive_loading(functions: ctypes.CDLL) -> None:
    """-ffast-math would set flush-to-zero for the whole process."""
    assert functions is not None
    assert np.float32(1e-40) * np.float32(1) != 0


def test_function_files_are_templates_with_a_comment() -> None:
    for file in FUNCTIONS.glob("*.h"):
        text = INCLUDE.sub("", Path(file).read_text("utf-8"))
        assert text.startswith("//"), f"{file.name} does not say what it computes"
