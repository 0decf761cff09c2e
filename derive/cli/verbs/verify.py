"""``derive verify``: check recorded evidence again, without searching.

The evidence is that of a certificate, of an entry checked just now, or of a folder of generated code. A certificate
about a FILE.py reads that file, as `derive check FILE.py` does.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from derive import library
from derive.certificate import Check, Verifier, check, read
from derive.claims import Claims, of_record
from derive.cli import MISSING, OK, REFUTED
from derive.cli.arguments import kind
from derive.cli.output import coloured, has_unicode, row
from derive.cli.verbs.generate import SIGNS, TORCH_MISSING, show
from derive.entry.record import Record
from derive.expr.errors import DeriveError
from derive.prove.recheck import CONFIRMED, FAILED


def run(options: argparse.Namespace) -> int:
    word = options.what.strip()
    path = Path(word)
    if path.is_dir():
        return _folder(path, options.json)
    if kind(word) != "file" and (path.is_file() or word.endswith(".json")):
        return _checks(read(path), options.json)
    if kind(word) == "statement":
        raise DeriveError(f"{word}: neither an id, nor a FILE.py, a certificate FILE.json or a folder of `generate`")
    if kind(word) == "file":
        return _checks(_fresh(library.records(word), word, options.seed), options.json)
    return _checks(_fresh([library.entry(word)], "", options.seed), options.json)


def _fresh(records: list[Record], file: str, seed: int) -> Iterator[Check]:
    """The checks of entries made now, as they would be read from a certificate."""
    claims = Claims()
    for record in records:
        for source in of_record(record, file):
            found = claims.decide(source, seed, paranoid=False)
            shown = row(found.verdict, expected=found.expected)
            yield json.loads(json.dumps(check(source, found.relation, shown, seed)))


def _checks(checks: list[Check] | Iterator[Check], as_json: bool) -> int:
    verifier, counts = Verifier(), Counter[str]()
    for one in checks:
        found = verifier.verify(one)
        counts[one["verdict"] if found.status == CONFIRMED else FAILED] += 1
        if as_json:
            shown = {name: one[name] for name in ("source", "claim", "verdict", "method")}
            print(json.dumps({"schema": 1, **shown, "status": found.status, "what": found.what}), flush=True)
        else:
            _print(found.status == CONFIRMED, f"{one['verdict']:<9} {_place(one)}{one['claim']}", found.what)
    if not as_json:
        _print_count(counts)
    return REFUTED if counts[FAILED] else OK


def _place(one: Check) -> str:
    source = one["source"]
    return f"{source['calc']}.{source['line']}".ljust(18) + " " if "calc" in source else ""


def _folder(folder: Path, as_json: bool) -> int:
    """The checks of generated code once more, each passed, failed or skipped."""
    if importlib.util.find_spec("torch") is None:
        print(f"error: {TORCH_MISSING}", file=sys.stderr)
        return MISSING
    from derive.codegen.check.generate import verify_folder

    results = verify_folder(folder, library.find, None if as_json else show)
    if as_json:
        for result in results:
            status = "skipped" if result.skipped else CONFIRMED if result.passed else FAILED
            print(json.dumps({"schema": 1, "check": result.name, "status": status, "what": str(result)}))
    else:
        _print_count(Counter("skipped" if r.skipped else "passed" if r.passed else FAILED for r in results))
    return REFUTED if any(r.passed is False for r in results) else OK


def _print(passed: bool, text: str, what: str) -> None:
    unicode_sign, ascii_sign, colour = SIGNS[passed]
    sign = coloured(unicode_sign if has_unicode() else ascii_sign, colour)
    print(f"{sign} {_printable(text)}  [{_printable(what)}]", flush=True)


def _print_count(counts: Counter[str]) -> None:
    """``5 checks: 3 proved, 1 refuted, 1 failed``."""
    total = counts.total()
    print(f"{total} check{'' if total == 1 else 's'}: {', '.join(f'{n} {name}' for name, n in counts.items())}")


def _printable(text: str) -> str:
    """`text` without control characters, which a file from elsewhere may hold."""
    return "".join(c if c.isprintable() else "�" for c in text)
