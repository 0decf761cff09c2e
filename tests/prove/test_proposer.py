"""The proposer answers, or says why not, in time and in memory; and what it answers is no verdict."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from derive.expr import operations as op
from derive.expr.build import Sum, counting, delta, integer, logsumexp, positive, real, simplex, symmetric
from derive.expr.dims import Dim
from derive.expr.leaves import INFINITY, ONE, ZERO, Index, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.structure import Bound
from derive.expr.substitute import substitute
from derive.prove import worker_process
from derive.prove.proposer import Proposal, Proposer
from derive.prove.worker_process import BrokenWorkerError, OverdueError, WorkerProcess

MEGABYTE = 1 << 20


def called(name: str, symbol: Symbol) -> Symbol:
    symbol.named(name)
    return symbol


N = Dim("N")
x, y, a = called("x", real()), called("y", positive()), called("a", real())
n, m = called("n", counting()), called("m", integer())
v, p, S = called("v", real(N)), called("p", simplex(N)), called("S", symmetric(N, N))
k = Index("k")
ENDLESS = as_expr(3) ** (as_expr(10) ** 9) * x  # a thousand million factors, in C, where no signal reaches


@pytest.fixture(scope="module")
def proposer() -> Iterator[Proposer]:
    with Proposer(seconds=30) as shared:
        yield shared


def pid(proposer: Proposer) -> int:
    assert proposer._worker is not None
    return proposer._worker.pid


def gone(process: int, seconds: float = 5) -> bool:
    """Whether no such process is left, not even a zombie of ours."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        with suppress(OSError):
            state, parent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:2]
            if state == "Z" and int(parent) != os.getpid():
                return True  # dead; to bury it is for another parent, or for init
        time.sleep(0.02)
    return False


def script(body: str, **how: object) -> subprocess.CompletedProcess[str]:
    """A program of its own, as a user would write one."""
    start = "import os, sys\nfrom derive.expr.build import real\nfrom derive.prove.proposer import Proposer\n"
    start += "x = real(); x.named('x')\n"
    root = str(Path(worker_process.__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-c", start + textwrap.dedent(body)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": root},
        **how,  # type: ignore[arg-type]
    )


# -- what it proposes


def same(proposer: Proposer, left: Expr | None, right: Expr) -> bool:
    assert left is not None
    return proposer.second_opinion(left, right).claim == "zero"


def test_expressions_come_back(proposer: Proposer) -> None:
    assert str(proposer.simplify(op.sin(x) ** 2 + op.cos(x) ** 2).expr) == "1"
    assert str(proposer.factor(x**2 - 2 * x * y + y**2).expr) == "(x - y)**2"
    assert str(proposer.antiderivative(x * op.exp(-(x**2)), x).expr) == "-exp(-x**2) / 2"
    assert str(proposer.antiderivative(v[1] ** 2, v[1]).expr) == "v[1]**3 / 3"
    assert str(proposer.summation(k, k, ONE, n).expr) == "n**2 / 2 + n / 2"


def test_parameters_are_taken_to_be_generic(proposer: Proposer) -> None:
    assert str(proposer.antiderivative(y**a, y).expr) == "y**(a + 1) / (a + 1)"
    assert same(proposer, proposer.summation(a**k, k, ZERO, n).expr, (1 - a ** (n + 1)) / (1 - a))


def test_limits(proposer: Proposer) -> None:
    assert same(proposer, proposer.limit((1 + x / n) ** n, n, INFINITY).expr, op.exp(x))
    assert proposer.limit(1 / x, x, ZERO).expr is INFINITY
    assert str(proposer.limit(1 / x, x, ZERO, side="-").expr) == "-oo"
    assert proposer.limit(x * op.log(y), y, ONE).expr is ZERO


def test_a_telescoper_telescopes(proposer: Proposer) -> None:
    e = k * op.gamma_function(k + 1)
    proposed = proposer.telescoper(e, k).expr
    assert proposed is not None
    assert same(proposer, substitute(proposed, {k: k + 1}) - proposed, e)
    assert "Gosper" in proposer.telescoper(1 / k, k).message


@pytest.mark.parametrize(
    ("left", "right", "claim"),
    [
        (op.sigmoid(-x), 1 - op.sigmoid(x), "zero"),
        (op.relu(x) - op.relu(-x), x, "zero"),
        (op.maximum(x, ZERO) - op.maximum(-x, ZERO), x, "zero"),
        (op.maximum(x, ZERO) + op.log(1 + op.exp(-op.absolute(x))), op.softplus(x), "unknown"),
        (op.tanh(x), op.sigmoid(x), "nonzero-claim"),
    ],
)
def test_second_opinions(proposer: Proposer, left: Expr, right: Expr, claim: str) -> None:
    opinion = proposer.second_opinion(left, right)
    assert (opinion.status, opinion.claim) == ("ok", claim)


def test_at_a_size_sums_are_within_reach(proposer: Proposer) -> None:
    shifted = (logsumexp(v + a), logsumexp(v) + a)
    assert proposer.second_opinion(*shifted).claim == "unknown"
    assert proposer.second_opinion(*shifted, sizes={N: 3}).claim == "zero"


# -- why a proposal is not a verdict. Where a later SymPy does better, the row may go; the rule stays.


def test_a_zero_is_no_proof(proposer: Proposer) -> None:
    assert proposer.second_opinion(x / x, ONE).claim == "zero"  # not at 0
    assert proposer.summation(ONE, k, ONE, m).expr is m  # 0 for every m < 0, where the range is empty
    i = Index("i")
    odd_too = proposer.summation(delta(i, 2 * k), k, ONE, n)
    assert str(odd_too.expr).startswith("where(")  # 1 for every 2 <= i <= 2n: also for the odd ones
    assert "delta" not in str(odd_too.expr)


def test_a_nonzero_claim_is_no_refutation(proposer: Proposer) -> None:
    i, j = Index("i", N), Index("j", N)
    assert proposer.second_opinion(S[1, 2], S[2, 1]).claim == "nonzero-claim"  # but S is symmetric
    assert proposer.second_opinion(p[1] + p[2], ONE).claim == "nonzero-claim"  # but p may have no other entries
    assert proposer.second_opinion(delta(i, j) * v[i], delta(i, j) * v[j]).claim != "zero"  # but i = j, or both are 0


def test_a_proposal_has_no_truth_value(proposer: Proposer) -> None:
    with pytest.raises(TypeError, match="not a boolean"):
        bool(proposer.second_opinion(x, x))
    assert not hasattr(Proposal("ok"), "kind")  # what every verdict has


# -- what it cannot say


@pytest.mark.parametrize(
    ("task", "arguments", "named"),
    [
        ("antiderivative", (1 / (1 + x**2), x), "atan"),
        ("antiderivative", (op.exp(op.exp(x) + x**3), x), "no closed form"),
        ("antiderivative", (Sum(v**2), v[1]), "not a variable"),
        ("antiderivative", (x, 2 * x), "not a variable"),
        ("limit", (op.sin(x), x, INFINITY), "AccumulationBounds"),
        ("summation", (op.exp(k**2), k, ONE, n), "no closed form"),
        ("summation", (k, k, ONE, k), "its own index"),
        ("simplify", (v,), "has axes"),
        ("simplify", (op.log(as_expr(-1)),), "not real"),
        ("simplify", (Bound.of("max", v[k], k, ONE, n),), "maximum"),
    ],
)
def test_no_proposal_has_a_reason(proposer: Proposer, task: str, arguments: tuple, named: str) -> None:
    proposal = getattr(proposer, task)(*arguments)
    assert (proposal.status, proposal.expr, proposal.claim) == ("error", None, "unknown")
    assert named in proposal.message


def test_errors_do_not_end_the_process(proposer: Proposer) -> None:
    before = pid(proposer)
    assert proposer.antiderivative(1 / (1 + x**2), x).status == "error"
    assert proposer.simplify(x).expr is x
    assert pid(proposer) == before


# -- limits of time and memory


def test_overdue_is_killed_and_forgotten() -> None:
    with Proposer(seconds=2) as proposer:
        assert proposer.simplify(x).status == "ok"
        first = pid(proposer)
        assert proposer.simplify(ENDLESS) == Proposal("killed", message="no answer within 2 s")
        assert gone(first, 0.1)
        assert proposer.simplify(x).expr is x
        assert pid(proposer) != first


def test_memory_is_limited() -> None:
    with Proposer(seconds=30, memory=256 * MEGABYTE) as proposer:
        bomb = proposer.factor(x ** (10**9) + 1)
        assert bomb.status == "error"
        assert "memory" in bomb.message
        assert proposer.simplify(x).expr is x


def test_without_memory_to_start_it_is_an_error() -> None:
    with Proposer(memory=MEGABYTE) as proposer:
        assert proposer.simplify(x).status == "error"


def test_a_process_that_died_is_replaced(proposer: Proposer) -> None:
    assert proposer.simplify(x).expr is x
    first = pid(proposer)
    os.kill(first, 9)
    time.sleep(0.1)
    assert proposer.simplify(y).expr is y
    assert gone(first, 0.1)


def test_closing_leaves_nobody() -> None:
    proposer = Proposer()
    proposer.close()  # before it began
    assert proposer.simplify(x).expr is x
    first = pid(proposer)
    proposer.close()
    proposer.close()
    assert gone(first, 0.1)
    assert proposer.simplify(x).expr is x  # and it starts again
    second = pid(proposer)
    del proposer
    assert gone(second, 0.1)


def test_threads_take_turns(proposer: Proposer) -> None:
    found: dict[int, str] = {}

    def ask(number: int) -> None:
        found[number] = str(proposer.factor(x**2 - number**2).expr)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(2, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: f"(x - {number}) * (x + {number})" for number in range(2, 7)}


# -- the process by itself


def fake(body: str) -> tuple[str, ...]:
    return sys.executable, "-c", "import json, os, sys, time\n" + textwrap.dedent(body)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("print('hello', flush=True)", "not JSON"),
        ("print('[' * 100000, flush=True)", "not JSON"),
        ("print('[1]', flush=True)", "no 'ready'"),
        ("os.write(1, bytes(range(128, 256)) + b'\\n')", "not JSON"),
        ('print(\'{"ready": 1}\\n{"id": 1}\', flush=True)', "not JSON"),
        ("sys.exit(3)", "ended"),
        ("os.kill(os.getpid(), 9)", "ended"),
        ("while True: os.write(1, b' ' * 65536)", "bytes"),
    ],
)
def test_garbage_is_an_error(body: str, error: str) -> None:
    with pytest.raises(BrokenWorkerError, match=error):
        WorkerProcess(MEGABYTE, fake(body))


def test_an_answer_to_another_question_is_an_error() -> None:
    body = "print('{\"ready\": 1}', flush=True); input(); print('{\"id\": 7}', flush=True); time.sleep(60)"
    worker = WorkerProcess(MEGABYTE, fake(body))
    with pytest.raises(BrokenWorkerError, match="another question"):
        worker.ask({}, 5)
    assert not worker.idle
    assert gone(worker.pid, 0.1)


def test_what_is_said_unasked_is_noticed() -> None:
    body = "print('{\"ready\": 1}', flush=True); time.sleep(.2); print(1, flush=True); input()"
    worker = WorkerProcess(MEGABYTE, fake(body))
    assert worker.idle
    deadline = time.monotonic() + 10
    while worker.idle:
        assert time.monotonic() < deadline
    worker.end()


def test_one_that_never_starts_is_overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "START_SECONDS", 0.5)
    with pytest.raises(OverdueError):
        WorkerProcess(MEGABYTE, fake("time.sleep(60)"))
    with pytest.raises(BrokenWorkerError, match="does not start"):
        WorkerProcess(MEGABYTE, ("/nowhere/python",))


def test_its_children_end_with_it() -> None:
    body = """
        import subprocess
        child = subprocess.Popen(["sleep", "60"])
        print(json.dumps({"ready": child.pid}), flush=True)
        input()
        print(json.dumps({"id": 1, "child": child.pid}), flush=True)
        input()
    """
    worker = WorkerProcess(MEGABYTE, fake(body))
    child = worker.ask({}, 5)["child"]
    worker.end()
    assert gone(worker.pid, 0.1)
    assert gone(child)


def test_more_than_a_pipe_holds() -> None:
    worker = WorkerProcess(2048 * MEGABYTE)
    many = {f"x{number}": ["real"] for number in range(20_000)}
    terms = [["symbol", name] for name in many]
    answer = worker.ask({"task": "factor", "assumptions": many, "trees": [["add", *terms[:3]]]}, 30)
    assert answer["answer"][0] == "add"
    for broken in ({}, {"task": "factor"}, {"task": "eval", "assumptions": {}, "trees": []}):
        assert "error" in worker.ask(broken, 30)
    worker.end()


# -- the program around it


def test_importing_it_does_not_import_sympy() -> None:
    done = script("print('sympy' in sys.modules, 'flint' in sys.modules)")
    assert done.stdout == "False False\n", done.stderr


def test_it_ends_with_the_program() -> None:
    done = script("p = Proposer(); print(p.simplify(x).status, p._worker.pid)")
    status, process = done.stdout.split()
    assert (status, done.stderr) == ("ok", "")
    assert gone(int(process))


def test_it_ends_with_a_program_that_is_killed() -> None:
    done = script("p = Proposer(); p.simplify(x); print(p._worker.pid, flush=True); os.kill(os.getpid(), 9)")
    assert gone(int(done.stdout))


def test_a_program_without_standard_streams(tmp_path: Path) -> None:
    script(f"""
        for number in (0, 1, 2):
            os.close(number)
        found = Proposer().factor(x**2 - 1)
        open({str(tmp_path / "found")!r}, "w").write(f"{{found.expr}}")
    """)
    assert (tmp_path / "found").read_text() == "(x - 1) * (x + 1)"


def test_the_users_folder_is_not_searched(tmp_path: Path) -> None:
    (tmp_path / "sympy.py").write_text("raise SystemExit('not this one')")
    done = script("sys.path.pop(0); print(Proposer().simplify(x).status)", cwd=tmp_path)
    assert done.stdout == "ok\n", done.stderr


def test_a_fork_starts_its_own() -> None:
    done = script("""
        p = Proposer()
        p.simplify(x)
        first = p._worker.pid
        child = os.fork()
        if not child:
            os._exit(0 if p.simplify(x).status == "ok" and p._worker.pid != first and not p.close() else 1)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), p.simplify(x).status, p._worker.pid == first)
    """)
    assert done.stdout == "0 ok True\n", done.stderr
