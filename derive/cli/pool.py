"""Claims decided in processes of their own: several at once, and under a clock that only kills.

The answers come in the order of the requests. A process that is over its time is killed with all it started, its claim
is undecided, and another process goes on with the next one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import local

from derive.cli.answer import Answer, ReportedError, Request, fields
from derive.cli.output import row
from derive.prove.verdict import Verdict
from derive.prove.worker_process import BrokenWorkerError, OverdueError, WorkerProcess

MEMORY = 4 << 30  # bytes of one process
PATIENCE = 3600.0  # seconds for a claim without a budget
COMMAND = (sys.executable, "-m", "derive.claim_worker")


class Pool:
    """`jobs` processes; each claim has `seconds` of wall time, or an hour. Close it with `with`."""

    def __init__(self, jobs: int, seconds: float | None) -> None:
        self.seconds = seconds
        self._threads = ThreadPoolExecutor(max_workers=jobs)
        self._here = local()
        self._processes: list[WorkerProcess] = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *unused: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            with suppress(OSError):
                process.end()

    def answers(self, requests: Sequence[Request]) -> Iterator[Answer | ReportedError]:
        """An answer, or the author's error, for every request in order."""
        waiting: list[Future[Answer | ReportedError]] = [self._threads.submit(self._ask, one) for one in requests]
        for one in waiting:
            yield one.result()

    def _ask(self, asked: Request) -> Answer | ReportedError:
        seconds = PATIENCE if self.seconds is None else self.seconds
        try:
            said = self._process().ask({**asked, "cwd": str(Path.cwd())}, seconds)
        except OverdueError:
            return _killed(asked, f"over its budget of {seconds:g} s")
        except BrokenWorkerError as error:
            return _killed(asked, str(error))
        if "error" in said:
            return ReportedError(said["error"], said["position"])
        return said["answer"] if "answer" in said else _killed(asked, said["killed"])

    def _process(self) -> WorkerProcess:
        """The process of this thread, a new one if the last was killed."""
        process: WorkerProcess | None = getattr(self._here, "process", None)
        if process is None or not process.idle:
            process = self._here.process = WorkerProcess(MEMORY, COMMAND)
            self._processes.append(process)
        return process


def _killed(asked: Request, why: str) -> Answer:
    """The answer about a claim that was not decided."""
    verdict = Verdict("undecided", "killed", message=f"killed: {why}")
    shown = row(verdict, **fields(asked["source"], asked["claim"], asked["expected"]))
    return {"text": asked["claim"], "row": shown, "seconds": 0.0}
