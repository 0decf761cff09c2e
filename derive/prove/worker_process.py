"""A process of one's own that cannot hang, flood or outlive its caller: lines to it and from it, under a deadline.

`multiprocessing` would import a user's script once more; SIGALRM does not interrupt arithmetic in C. So this is a
program in a session of its own, which the parent kills, with all it may have started, when time is up.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

START_SECONDS = 60  # importing SymPy takes one, on a busy machine many
MOST_BYTES = 8_000_000  # of one answer
SETTINGS = {"PYTHONHASHSEED": "0", "SYMPY_GROUND_TYPES": "flint"}


class OverdueError(Exception):
    """No answer in time; the process is dead."""


class BrokenWorkerError(Exception):
    """No answer, or none that makes sense; the process is dead."""


class WorkerProcess:
    """``python -m derive.worker``, ready for requests once this is constructed.

    Raises `BrokenWorkerError` if it does not start, `OverdueError` if it does not start in a minute.
    """

    def __init__(self, memory: int, command: tuple[str, ...] = (sys.executable, "-m", "derive.worker")) -> None:
        try:
            process = subprocess.Popen(
                [*command, str(memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd=Path(__file__)
                .resolve()
                .parents[2],  # where we were found: not the user's, where a sympy.py may lie
                env={**os.environ, **SETTINGS},
                start_new_session=True,
            )
        except OSError as error:
            raise BrokenWorkerError(f"the worker does not start: {error}") from error
        assert process.stdin is not None
        assert process.stdout is not None
        self._to: IO[bytes] = process.stdin
        self._from: IO[bytes] = process.stdout
        os.set_blocking(self._to.fileno(), False)
        self.pid = process.pid
        self._owner = os.getpid()
        self._requests = 0
        self.end = weakref.finalize(self, _end, process, self._owner)  # also when this process exits
        self._guarded(b"", START_SECONDS, "ready")

    @property
    def idle(self) -> bool:
        """Whether it waits for us to ask: not if it has died or spoken unasked, nor if we are a copy made by fork."""
        if not self.end.alive or self._owner != os.getpid():
            return False
        with selectors.DefaultSelector() as selector:
            selector.register(self._from, selectors.EVENT_READ)
            return not selector.select(0)

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The answer to a request: an object with "answer" or "error". After an exception the process is dead."""
        self._requests += 1
        numbered = {"id": self._requests, "seconds": seconds, **request}
        answer = self._guarded(json.dumps(numbered).encode() + b"\n", seconds, "id")
        if answer["id"] != self._requests:
            self.end()
            raise BrokenWorkerError("the worker answered another question")
        if "last" in answer:  # it is about to go by itself; the next question must not find it
            self.end()
        return answer

    def _guarded(self, line: bytes, seconds: float, wanted: str) -> dict[str, Any]:
        """One exchange. What interrupts it, Ctrl-C too, ends the process: the next question would get a late answer."""
        try:
            answer = json.loads(self._exchange(line, time.monotonic() + seconds))
            if not isinstance(answer, dict) or wanted not in answer:
                raise BrokenWorkerError(f"the worker's answer has no {wanted!r}")
        except (ValueError, RecursionError) as error:
            self.end()
            raise BrokenWorkerError("the worker's answer is not JSON") from error
        except OSError as error:
            self.end()
            raise BrokenWorkerError(f"the worker does not listen: {error}") from error
        except BaseException:
            self.end()
            raise
        return answer

    def _exchange(self, line: bytes, deadline: float) -> bytes:
        """Send a line while receiving one: neither side waits for the other to read."""
        unsent, received = memoryview(line), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._from, selectors.EVENT_READ)
            if unsent:
                selector.register(self._to, selectors.EVENT_WRITE)
            while not received.endswith(b"\n"):
                ready = selector.select(max(0.0, deadline - time.monotonic()))
                if not ready and time.monotonic() >= deadline:
                    raise OverdueError
                for key, _ in ready:
                    if key.fileobj is self._to:
                        with suppress(BlockingIOError):
                            unsent = unsent[os.write(self._to.fileno(), unsent[:65536]) :]
                        if not unsent:
                            selector.unregister(self._to)
                        continue
                    part = os.read(self._from.fileno(), 65536)
                    received += part
                    if not part:
                        raise BrokenWorkerError("the worker ended without an answer: killed, or out of memory")
                    if len(received) > MOST_BYTES:
                        raise BrokenWorkerError(f"the worker's answer has more than {MOST_BYTES} bytes")
        return bytes(received)


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    """Kill the whole group and bury the child. The group is killed first: an unburied child's number is not reused."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    if os.getpid() != owner:
        return  # a copy made by fork; the worker is its parent's
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
