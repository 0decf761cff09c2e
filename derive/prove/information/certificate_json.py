"""Certificates as plain data and back. Fractions are written as text, so nothing is rounded."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.expr.errors import DeriveError
from derive.prove.information.certificate import Certificate, Copy, Terms
from derive.prove.information.problem import (
    Column,
    Constant,
    CrossEntropy,
    Entropy,
    Free,
    Generator,
    Lemma,
    Logarithm,
    Mutual,
    Premise,
    Relative,
    Unit,
)

SCHEMA = 1
GENERATORS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "H": (Entropy, ("of", "given")),
    "I": (Mutual, ("a", "b", "given")),
    "KL": (Relative, ("law", "of", "given")),
    "premise": (Premise, ("number",)),
    "lemma": (Lemma, ("number",)),
}
COLUMNS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "cross-entropy": (CrossEntropy, ("law", "of")),
    "log": (Logarithm, ("of",)),
    "one": (Unit, ()),
    "free": (Free, ("text",)),
}


class MalformedCertificateError(DeriveError):
    """Data that is no certificate."""


def to_json(certificate: Certificate) -> dict[str, Any]:
    """Plain data: what `from_json` reads back as an equal certificate."""
    return {
        "kind": "entropies",
        "schema": SCHEMA,
        "terms": [[str(factor), *_generator(g)] for factor, g in certificate.terms],
        "reverse": [[str(factor), *_generator(g)] for factor, g in certificate.reverse],
        "copies": [[copy.name, copy.of, copy.over] for copy in certificate.copies],
        "classes": list(certificate.classes),
    }


def from_json(data: Any) -> Certificate:
    """The certificate that was written. Raises `MalformedCertificateError`; what it claims is for the checker."""
    try:
        if data["kind"] != "entropies" or data["schema"] != SCHEMA:
            raise MalformedCertificateError(f"a certificate of kind {data['kind']!r}, schema {data['schema']!r}")
        return Certificate(
            _terms(data["terms"]),
            _terms(data["reverse"]),
            tuple(Copy(_text(name), _whole(of), _whole(over)) for name, of, over in data["copies"]),
            tuple(_whole(mask) for mask in data["classes"]),
        )
    except (LookupError, TypeError, ValueError, ZeroDivisionError) as error:
        raise MalformedCertificateError(f"no certificate about entropies: {error}") from error


def _generator(generator: Generator) -> list[Any]:
    if isinstance(generator, Constant):
        return ["number", [[str(amount), *_named(column, COLUMNS)] for column, amount in generator.amounts]]
    return _named(generator, GENERATORS)


def _named(value: Generator | Column, table: dict[str, tuple[type[Any], tuple[str, ...]]]) -> list[Any]:
    name, fields = next((name, fields) for name, (kind, fields) in table.items() if isinstance(value, kind))
    return [name, *(getattr(value, field) for field in fields)]


def _terms(rows: Any) -> Terms:
    return tuple((_fraction(row[0]), _read_generator(row[1:])) for row in rows)


def _read_generator(row: list[Any]) -> Generator:
    if row[0] == "number":
        return Constant(tuple((_read(part[1:], COLUMNS), _fraction(part[0])) for part in row[1]))
    return _read(row, GENERATORS)


def _read(row: list[Any], table: dict[str, tuple[type[Any], tuple[str, ...]]]) -> Any:
    kind, fields = table[row[0]]
    if len(row) != 1 + len(fields):
        raise MalformedCertificateError(f"{row[0]} has {len(fields)} parts, not {len(row) - 1}")
    texts = {"law", "text"} | ({"of"} if kind is Logarithm else set())
    values: list[Any] = [_text(v) if field in texts else _whole(v) for field, v in zip(fields, row[1:], strict=True)]
    return kind(*values)


def _fraction(value: Any) -> Fraction:
    if not set(_text(value)) <= set("-/0123456789"):
        raise MalformedCertificateError(f"{value!r} is no fraction")
    return Fraction(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise MalformedCertificateError(f"{value!r} is no text")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise MalformedCertificateError(f"{value!r} is no number ≥ 0")
    return value
