"""Generated CUDA: it compiles without a warning or a spill, and the same file, run on the CPU, computes what C++ does.

On the CPU every CUDA thread is a thread (cuda_on_cpu/cuda_runtime.h); where there is a GPU the kernels run there too.
"""

import ctypes
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from derive.catalog.backprop.mlp2 import Mlp2
from derive.catalog.loss.focal import Focal
from derive.catalog.loss.gaussian_nll import GaussianNll
from derive.catalog.update.adam import Adam
from derive.codegen.build import library as build
from derive.codegen.emit.cpp import emitter as cpp
from derive.codegen.emit.cpp.operations import cost
from derive.codegen.emit.cpp.scheduled import scheduled
from derive.codegen.emit.cuda import emitter as cuda
from derive.codegen.schedule.programs import programs
from derive.entry.record import Record
from derive.expr.build import Prod, Sum, logsumexp, positive, real
from derive.expr.dims import Dim
from derive.expr.leaves import Let, Symbol

SHIM = Path(__file__).parent / "cuda_on_cpu" / "cuda_runtime.h"
ON_CPU = (
    "-std=c++20",
    "-O1",
    "-Wall",
    "-Wextra",
    "-Wno-unused-function",
    "-fPIC",
    "-shared",
    "-pthread",
    "-I.",
    "-x",
    "c++",
)
ENTRIES = [Focal, GaussianNll, Mlp2, Adam]
Arrays = dict[str, torch.Tensor]
PART = 256  # numbers on the device for each total


def rows_and_columns() -> Record:
    """Sums, products and log-sum-exps over the last axis, the first one, and both."""
    N, K = Dim("N"), Dim("K", index="k")

    def named(symbol: Symbol, name: str) -> Symbol:
        symbol.named(name)
        return symbol

    x, w = named(real(N, K, role="input"), "x"), named(positive(K, role="parameter"), "w")
    rows = Let("rows", logsumexp(x, over=K) + Sum(x * w, K))
    columns = Let("columns", Sum(x**2, N) * w + Prod(w, K))
    value = Let("value", Sum(rows, N) + Sum(columns, K) + Sum(x, N, K))
    return Record("test.axes", "Axes", "", (x, w), (rows, columns, value), (), emits=("value",))


RECORDS = [*(entry.record for entry in ENTRIES), rows_and_columns()]
PROGRAMS = [(record, one.program.name) for record in RECORDS for one in scheduled(programs(record), cost)]


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DERIVE_CACHE", str(tmp_path_factory.mktemp("cache") / "compiled"))
        yield


def arguments(record: Record, program: str, dtype: torch.dtype, room: Callable[[str], int]) -> tuple[Arrays, list]:
    """Random tensors for all arrays of a program, and everything in the order of its parameters."""
    (one,) = (s for s in scheduled(programs(record), cost) if s.program.name == program)
    torch.manual_seed(11)
    sizes = {p.dim: room(p.name) for p in one.signature.of("size")}
    arrays: Arrays = {}
    ordered: list = []
    for p in one.signature.parameters:
        if p.kind == "size":
            ordered.append(sizes[p.dim])
        elif p.kind == "number":
            assert p.node is not None
            default = p.node.symbol.default
            ordered.append(float(default) if default is not None else {"t": 3.0, "epsilon": 1e-8}.get(p.name, 0.9))
        else:
            arrays[p.name] = torch.rand([sizes[d] for d in p.axes], dtype=dtype) + 0.25
            ordered.append(arrays[p.name])
    return arrays, ordered


def passed(values: list) -> list:
    out: list = []
    for value in values:
        if isinstance(value, torch.Tensor):
            out.append(ctypes.c_void_p(value.data_ptr()))
        else:
            out.append(ctypes.c_double(value) if isinstance(value, float) else ctypes.c_int64(value))
    return out


def call_cpp(record: Record, program: str, values: list, suffix: str) -> None:
    files = {n: t for n, t in cpp.emit(record).items() if not n.endswith(".py")}
    library = build.load_library(dict(sorted(files.items(), key=lambda item: not item[0].endswith(".cpp"))))
    getattr(library, f"{program}_{suffix}")(*passed(values))


def call_cuda(library: ctypes.CDLL, program: str, values: list, suffix: str, partials: torch.Tensor | None) -> None:
    more = [] if partials is None else [partials]
    launcher = getattr(library, f"{program}_{suffix}")
    assert launcher(*passed([*values, *more]), ctypes.c_void_p(0)) == 0


def partials_of(record: Record, program: str, device: str = "cpu") -> torch.Tensor | None:
    """Room for the parts of totals, if the launcher asks for it."""
    (source,) = (text for name, text in cuda.emit(record).items() if name.endswith(".cu"))
    found = re.search(rf"partials: room for (\d+) \* {PART} .*\ncudaError_t {program}_float\(", source)
    return torch.full((int(found[1]) * PART,), torch.nan, dtype=torch.float64, device=device) if found else None


def compare(ours: Arrays, theirs: Arrays, dtype: torch.dtype) -> None:
    limit = 64 * torch.finfo(dtype).eps
    for name, tensor in ours.items():
        scale = float(theirs[name].nan_to_num(0).abs().max()) + 1 if tensor.numel() else 1.0
        assert torch.allclose(tensor.cpu(), theirs[name], rtol=0, atol=limit * scale, equal_nan=True), name


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.id)
def test_both_targets_share_one_header(record: Record) -> None:
    (name,) = (name for name in cuda.emit(record) if name.endswith(".h"))
    assert cuda.emit(record)[name] == cpp.emit(record)[name]


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.id)
def test_nvcc_has_no_complaint_and_nothing_spills(record: Record, tmp_path: Path) -> None:
    if shutil.which("nvcc") is None:
        pytest.skip("needs nvcc")
    files = cuda.emit(record)
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
        assert max(map(len, text.splitlines())) <= 120
    (source,) = (name for name in files if name.endswith(".cu"))
    command = ["nvcc", "-O3", "-std=c++17", "-arch=sm_90", "-cubin", "-Werror", "all-warnings", "-Xptxas", "-v", source]
    result = subprocess.run([*command, "-o", "out.cubin"], cwd=tmp_path, capture_output=True, text=True, check=True)
    stores = re.findall(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads", result.stderr)
    assert stores
    assert set(stores) == {("0", "0", "0")}


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")
@pytest.mark.parametrize("size", ["small", "many", "none"])
@pytest.mark.parametrize(("record", "program"), PROGRAMS, ids=[program for _, program in PROGRAMS])
def test_kernels_run_on_the_cpu_like_cpp(record: Record, program: str, size: str) -> None:
    place = {"small": 3, "many": 2, "none": 2}[size]
    more = 600 if "axes" not in program else 12  # three blocks of threads, or a block for each of twelve rows
    rooms = {"N": {"small": 5, "many": more, "none": 0}[size], "B": {"small": 2, "many": 150, "none": 0}[size]}
    rooms |= {"B": 6} if size == "many" and program == "mlp2_value_and_gradients" else {}

    def room(name: str) -> int:
        return rooms.get(name, place)

    source = cuda.emit(record) | {"cuda_runtime.h": SHIM.read_text("utf-8")}
    ordered = dict(sorted(source.items(), key=lambda item: not item[0].endswith(".cu")))
    library = build.load_library(ordered, ON_CPU)
    for dtype, suffix in ((torch.float64, "double"), (torch.float32, "float")):
        ours, values = arguments(record, program, dtype, room)
        theirs, others = arguments(record, program, dtype, room)
        call_cuda(library, program, values, suffix, partials_of(record, program))
        call_cpp(record, program, others, suffix)
        compare(ours, theirs, dtype)


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")
def test_no_data_races(tmp_path: Path) -> None:
    """How a block combines its threads' values, under the thread sanitizer; without one barrier it must complain."""
    files = cuda.emit(Focal.record) | {"cuda_runtime.h": SHIM.read_text("utf-8")}
    main = """
#include "focal.cu"
#include <vector>
int main() {
  std::vector<double> z(600, 0.5), y(600, 1.0), dz(600), partials(256);
  double total = 0;
  double* parts = partials.data();
  focal_total_and_gradients_double(600, z.data(), y.data(), 0.25, 2.0, 1.0, &total, dz.data(), parts, nullptr);
  return total > 0 ? 0 : 1;
}
"""
    (tmp_path / "main.cpp").write_text(main, "utf-8")
    outcomes = []
    for planted in (False, True):
        for name, text in files.items():
            barrier = "if (lane == 0) of_warp[warp] = value;\n  __syncthreads();"
            assert name != "focal.cu" or barrier in text
            (tmp_path / name).write_text(text.replace(barrier, barrier.split("\n")[0]) if planted else text, "utf-8")
        command = ["g++", "-std=c++20", "-O1", "-g", "-fsanitize=thread", "-pthread", "-I.", "main.cpp", "-o", "race"]
        built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        if built.returncode:
            pytest.skip(f"no thread sanitizer: {built.stderr[-200:]}")
        ran = subprocess.run(["./race"], cwd=tmp_path, capture_output=True, text=True)
        if "unexpected memory mapping" in ran.stderr:
            pytest.skip("the thread sanitizer does not run on this kernel")
        outcomes.append("data race" in ran.stderr)
    assert outcomes == [False, True]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize(("record", "program"), PROGRAMS, ids=[program for _, program in PROGRAMS])
def test_kernels_run_on_a_gpu_like_cpp(record: Record, program: str, tmp_path: Path) -> None:
    if shutil.which("nvcc") is None:
        pytest.skip("needs nvcc")
    files = cuda.emit(record)
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    (source,) = (name for name in files if name.endswith(".cu"))
    command = [
        "nvcc",
        "-O3",
        "-std=c++17",
        "-arch=native",
        "-shared",
        "-Xcompiler",
        "-fPIC",
        source,
        "-o",
        "library.so",
    ]
    subprocess.run(command, cwd=tmp_path, check=True)
    library = ctypes.CDLL(str(tmp_path / "library.so"))
    for dtype, suffix in ((torch.float64, "double"), (torch.float32, "float")):
        theirs, others = arguments(record, program, dtype, lambda name: {"N": 5000, "B": 70}.get(name, 33))
        ours = {name: tensor.cuda() for name, tensor in theirs.items()}
        on_gpu = [next((ours[n] for n, t in theirs.items() if t is v), v) for v in others]
        call_cuda(library, program, on_gpu, suffix, partials_of(record, program, "cuda"))
        torch.cuda.synchronize()
        call_cpp(record, program, others, suffix)
        compare(ours, theirs, dtype)
