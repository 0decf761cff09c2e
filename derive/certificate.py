"""Evidence on disk: what `derive check --certificate` writes and `derive verify` checks again without searching.

A document is ``{"schema", "derive", "checks"}``. A check says where its claim stands (``source``: a line of an entry of
the catalog, a line of an entry of a file, or a relation of a statement), what the claim is (``claim``), what was found
(``verdict`` and what belongs to it), and how the points were drawn (``seed``, ``draws``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from derive.chain.resolve import Derivatives
from derive.claims import Claims, Source
from derive.entry.verification import lines_of, with_lemmas
from derive.expr.errors import DeriveError
from derive.expr.propositions import Relation
from derive.files import write_whole
from derive.prove.budget import DRAWS
from derive.prove.recheck import FAILED, Recheck, recheck
from derive.prove.verdict import KINDS

SCHEMA = 1
KEPT = ("expected", "verdict", "method", "assumptions", "conditions", "counterexample", "evidence", "message")
FIELDS: dict[str, tuple[type, ...]] = {
    "source": (dict,),
    "claim": (str,),
    "expected": (str,),
    "verdict": (str,),
    "method": (str,),
    "assumptions": (list,),
    "conditions": (list,),
    "counterexample": (dict, type(None)),
    "evidence": (dict,),
    "message": (str,),
    "seed": (int,),
    "draws": (int,),
}
SOURCES: tuple[dict[str, type], ...] = (  # what identifies a claim
    {"entry": str, "calc": str, "line": int},
    {"file": str, "entry": str, "calc": str, "line": int},
    {"statement": str, "where": str, "given": list, "relation": int},
    {"statement": str, "where": str, "given": list, "relation": int, "latex": bool},
)
NAMES = {str: "a text", int: "an integer", bool: "true or false", list: "a list", dict: "an object", type(None): "null"}

Check = dict[str, Any]  # by FIELDS


class CertificateError(DeriveError):
    """A file that is no certificate; the message names the file and the field."""


def check(source: Source, claim: Relation | str, row: dict[str, Any], seed: int) -> Check:
    """The record of one verdict; `row` is its JSON object, `source` one of the forms in `SOURCES`."""
    return {"source": source, "claim": str(claim), **{k: row[k] for k in KEPT}, "seed": seed, "draws": DRAWS}


def write(path: Path, checks: list[Check]) -> None:
    """The checks of one run; the same run writes the same bytes."""
    from derive import __version__

    document = {"schema": SCHEMA, "derive": __version__, "checks": checks}
    write_whole(path, json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def read(path: Path) -> list[Check]:
    """The checks of a certificate. Raises `CertificateError` where it has not the form that `write` gives it."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CertificateError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"{path}: not a JSON document in UTF-8: {error}") from error
    _expect(path, "the document", document, (dict,))
    if document.get("kind") == "generated code":
        raise CertificateError(f"{path}: about generated code; derive verify takes the folder, {path.parent}")
    if document.get("schema") != SCHEMA:
        raise CertificateError(f"{path}: schema: expected {SCHEMA}, found {_short(document.get('schema'))}")
    _expect(path, "checks", document.get("checks"), (list,))
    if not document["checks"]:
        raise CertificateError(f"{path}: checks: there are none")
    for number, one in enumerate(document["checks"]):
        _expect_check(path, f"checks[{number}]", one)
    return document["checks"]


def _expect_check(path: Path, place: str, one: Any) -> None:
    _expect(path, place, one, (dict,))
    for name, types in FIELDS.items():
        if name not in one:
            raise CertificateError(f"{path}: {place}.{name} is missing")
        _expect(path, f"{place}.{name}", one[name], types)
    if one["verdict"] not in KINDS:
        found = _short(one["verdict"])
        raise CertificateError(f"{path}: {place}.verdict: expected one of {', '.join(KINDS)}, found {found}")
    form = next((form for form in SOURCES if set(form) == set(one["source"])), None)
    if form is None:
        forms = " or ".join(", ".join(form) for form in SOURCES)
        raise CertificateError(f"{path}: {place}.source: expected {forms}, found {_short(one['source'])}")
    for name, kind in form.items():
        _expect(path, f"{place}.source.{name}", one["source"][name], (kind,))
    for name, texts in (*one.items(), *one["source"].items()):
        if name in ("assumptions", "conditions", "given"):
            for number, text in enumerate(texts):
                _expect(path, f"{place}.{name}[{number}]", text, (str,))


def _expect(path: Path, place: str, value: Any, types: tuple[type, ...]) -> None:
    if type(value) not in types:  # a bool is no integer here
        raise CertificateError(
            f"{path}: {place}: expected {' or '.join(NAMES[t] for t in types)}, found {_short(value)}"
        )


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:59] + "…"


class Verifier:
    """Finds the claims of checks again, where they stand now, and checks the evidence for them."""

    def __init__(self) -> None:
        self.claims = Claims()

    def verify(self, one: Check) -> Recheck:
        """Whether the evidence of a check is confirmed for the claim at its source."""
        try:
            moved = _same_claim(one, *self.claims.relation(one["source"]))
            return moved or (self._line(one) if "entry" in one["source"] else self._statement(one))
        except DeriveError as error:
            return Recheck(FAILED, f"the claim is not found: {error}")

    def _line(self, one: Check) -> Recheck:
        source = one["source"]
        record, derivatives = self.claims.record(source)
        calc = record.calc(source["calc"])
        line, relation = next((line, r) for n, line, r, _ in lines_of(calc) if n == source["line"])
        used, cited = with_lemmas(relation, line)
        missing = [name for name in cited if f"line {name}" not in one["assumptions"]]
        if one["verdict"] == "proved" and missing:
            return Recheck(FAILED, f"the line cites {', '.join(missing)}, which is not among the assumptions")
        return recheck(used, record.given + calc.given, derivatives, one)

    def _statement(self, one: Check) -> Recheck:
        statement, relation = self.claims.statement(one["source"])
        return recheck(relation, statement.premises, Derivatives(), one)


def _same_claim(one: Check, relation: Relation, expected: str) -> Recheck | None:
    """None, or the failure if the claim at the source is not the recorded one."""
    if one["claim"] != str(relation):
        return Recheck(FAILED, f"the claim is now `{relation}`")
    if one["expected"] != expected:
        return Recheck(FAILED, f"the line is stated as one that is {expected}")
    return None
