"""The process in which a claim is decided under a clock: ``python -m derive.claim_worker BYTES``.

It limits itself to BYTES of memory, says ``{"ready": version}``, then answers one JSON line with another:

    {"id": 1, "source": {"statement": "x = x", "where": "", "given": [], "relation": 1}, "seed": 0, "cwd": "/", ...}
    {"id": 1, "answer": {"text": "x = x", "claim": "x = x", "expected": "holds", "row": {...}, "seconds": 0.01}}

or with an "error" and its "position", if the claim is its author's mistake. `derive.cli.pool` starts and kills it.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from derive import __version__
from derive.claims import Claims
from derive.cli.answer import answer
from derive.confined import answers_apart, restrict
from derive.expr.errors import DeriveError


def respond(claims: Claims, line: str) -> dict[str, Any]:
    """The answer to one line; "last" if the process should not go on after it."""
    request = json.loads(line)
    number = request["id"]
    os.chdir(request["cwd"])  # files of entries are named from there
    try:
        return {"id": number, "answer": answer(claims, request)}
    except DeriveError as error:
        return {"id": number, "error": str(error), "position": getattr(error, "position", None)}
    except MemoryError:
        return {"id": number, "killed": "out of memory", "last": True}


def main(memory: int) -> None:
    restrict("AS", memory)
    restrict("CORE", 0)
    answers, claims = answers_apart(), Claims()

    def say(what: dict[str, Any]) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    say({"ready": __version__})
    for line in sys.stdin:
        said = respond(claims, line)
        say(said)
        if "last" in said:
            break


if __name__ == "__main__":
    main(int(sys.argv[1]))
