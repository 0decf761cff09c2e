"""A proof of a claim: the method, what it rests on, and the certificates that a checker re-checks without searching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


class Evidence(Protocol):
    """A certificate of one part of a proof. Its JSON value holds all that a checker needs besides the claim."""

    def to_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Proof:
    """How a claim was proved: by which method, from what, under which conditions.

    `parts` are what was proved, each with its certificate under the label of its goal. `method` begins with one of
    the METHODS of a decider, which re-checks it.
    """

    method: str
    assumptions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    parts: tuple[tuple[str, Evidence], ...] = ()

    def to_json(self) -> list[dict[str, Any]]:
        """The parts as JSON values, for a certificate on disk."""
        return [{"goal": label, **certificate.to_json()} for label, certificate in self.parts]
