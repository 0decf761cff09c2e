r"""What a diagram says in words and formulas: the derivation by atoms, the notes about signs, the footer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from derive.meaning.entropy.atoms import atoms
from derive.page.diagram.model import Diagram, Line, Side, Term
from derive.page.wording import math, value
from derive.prove.information.signs import Code, Signs
from derive.prove.verdict import Verdict

WRITTEN = 3  # variables up to which atoms are written out; above, a table has them
AT_LEAST = (">=", ">")
EXACT = "(exact)"
SHOWN = 260  # characters of a counterexample that a note may have
AsMeasures = Callable[[Mapping[int, Fraction]], Side | None]


# -- the derivation


def derivation(
    d: Diagram, kinds: Sequence[str], verdicts: Sequence[Verdict], signed: Signs, as_measures: AsMeasures
) -> tuple[Line, ...]:
    """The statement, line by line, as sums of atoms; nothing above three variables.

    `as_measures` writes weights of atoms as a sum of non-negative measures, or gives None.
    """
    if len(d.names) > WRITTEN:
        return ()
    if set(kinds) == {"="} and all(v.kind == "proved" for v in verdicts):
        return _regrouped(d)
    return tuple(
        line
        for k, (kind, verdict) in enumerate(zip(kinds, verdicts, strict=True))
        for line in _compared(d, k, kind, verdict, signed, as_measures)
    )


def _regrouped(d: Diagram) -> tuple[Line, ...]:
    """Left = its atoms = the terms of each further side, made of atoms."""
    first = {a: w for a in _atoms(d) if a not in d.zero and (w := d.weight(0, a))}
    pieces = (f"{_side(d.sides[0])} = {_sum(d, first)[0]}", *_sum(d, first)[1:])
    left_out = ", without those that are 0" if d.zero & _counted(d, 0) else ""
    lines = [Line(pieces, f"its atoms{left_out}")]
    for number, side in enumerate(d.sides[1:], start=1):
        if len(side) == 1 and side[0].factor == 1:
            pieces = (f"= {side[0].latex}",)
        else:
            pieces = _as_terms(d, side)
        reason = "regroup" if number == 1 else "once more"
        lines.append(Line(pieces, reason if side else "every atom is 0"))
    return tuple(lines)


def _compared(d: Diagram, k: int, kind: str, verdict: Verdict, signed: Signs, as_measures: AsMeasures) -> list[Line]:
    """The greater side minus the other one, by atoms, and its sign."""
    high, low = (k, k + 1) if kind in AT_LEAST else (k + 1, k)
    if kind in ("=", "!="):
        high, low = k, k + 1
    rest = {a: w for a in _atoms(d) if a not in d.zero and (w := d.weight(high, a) - d.weight(low, a))}
    minus = f" - {_bracketed(d.sides[low])}" if d.sides[low] else ""
    pieces = _sum(d, rest)
    left_out = ", without those that are 0" if d.zero & (_counted(d, high) | _counted(d, low)) else ""
    whole = f"{_side(d.sides[high])}{minus}"
    lines = [Line((f"{whole} = {pieces[0]}", *pieces[1:]), f"its atoms{left_out}")]
    if whole == pieces[0]:  # it is an atom itself
        lines = []
    if verdict.kind == "proved" and kind in ("<=", ">=", "<", ">"):
        reason = "no term here is negative"
        if kind in ("<", ">"):
            reason = verdict.method
        elif not sums_up(rest, signed):
            side, reason = as_measures(rest), verdict.method
            if side is not None:
                lines.append(Line(_as_terms(d, side), "regroup"))
                reason = "no term here is negative"
        sign = r"\ge 0" if kind in ("<=", ">=") else "> 0"
        lines.append(Line((sign if lines else f"{whole} {sign}",), reason))
    return lines


def sums_up(rest: Mapping[int, Fraction], signed: Signs) -> bool:
    """Whether a sum of atoms is non-negative term by term."""
    return all(a in (signed.nonneg if w > 0 else signed.nonpos) for a, w in rest.items() if a not in signed.zero)


def _as_terms(d: Diagram, side: Side) -> tuple[str, ...]:
    """A sum of measures, each with its atoms above a brace."""
    return tuple(f"{'= ' if k == 0 else ''}{_braced(d, t, k == 0)}" for k, t in enumerate(side)) or ("= 0",)


def _braced(d: Diagram, term: Term, first: bool) -> str:
    inside = [a for a in _atoms(d) if a in term.atoms and a not in d.zero]
    body = " + ".join(d.atom_latex(a) for a in inside) or "0"
    if body != term.latex:
        body = rf"{{\underbrace{{{body}}}_{{{term.latex}}}}}"  # as one operand
    return _signed(term.factor, body, first)


def _side(side: Side) -> str:
    return " ".join(_signed(t.factor, t.latex, k == 0) for k, t in enumerate(side)) or "0"


def _bracketed(side: Side) -> str:
    text = _side(side)
    return f"({text})" if len(side) > 1 or any(t.factor < 0 for t in side) else text


def _sum(d: Diagram, weights: Mapping[int, Fraction]) -> tuple[str, ...]:
    return tuple(_signed(w, d.atom_latex(a), k == 0) for k, (a, w) in enumerate(weights.items())) or ("0",)


def _signed(factor: Fraction, latex: str, first: bool) -> str:
    sign = "-" if factor < 0 else "" if first else "+"
    size = "" if abs(factor) == 1 else f"{_number(abs(factor))}"
    space = r" \, " if size else ""
    return f"{sign} {size}{space}{latex}".strip()


def _number(x: Fraction) -> str:
    return str(x) if x.denominator == 1 else rf"\tfrac{{{x.numerator}}}{{{x.denominator}}}"


def _counted(d: Diagram, side: int) -> frozenset[int]:
    return frozenset(a for term in d.sides[side] for a in term.atoms)


def _atoms(d: Diagram) -> tuple[int, ...]:
    return atoms(len(d.names))


# -- notes


def notes(d: Diagram, given: Sequence[str], signed: Signs) -> tuple[str, ...]:
    """What the premises do to the atoms, and which of them may be negative."""
    out = []
    if given:
        premises = ", ".join(rf"\({p}\)" for p in given)
        gone = [a for a in _atoms(d) if a in d.zero]
        out.append(f"Given {premises}{_gone(d, gone)}.")
    out.append(_about_signs(d, signed))
    return tuple(out)


def _gone(d: Diagram, gone: Sequence[int]) -> str:
    if not gone:
        return ": no atom has to vanish"
    if len(gone) == 1:
        return rf": \({d.atom_latex(gone[0])} = 0\)"
    if len(gone) <= 3 and len(d.names) <= WRITTEN:
        return ": " + ", ".join(rf"\({d.atom_latex(a)}\)" for a in gone) + " are 0"
    return f": {len(gone)} of the {len(_atoms(d))} atoms are 0"


def _about_signs(d: Diagram, signed: Signs) -> str:
    both = [a for a in _atoms(d) if a in d.signed and a not in signed.nonpos]
    below = [a for a in _atoms(d) if a in signed.nonpos]
    if not both and not below:
        return "No atom is negative: areas are a measure." if len(d.names) > 1 else "Entropy is not negative."
    if below and not both:
        which = rf"\({d.atom_latex(below[0])}\)" if len(below) == 1 else f"{len(below)} atoms"
        verb = "is" if len(below) == 1 else "are"
        return f"{which} {verb} never positive here: areas are a signed measure."
    if both == [7] and len(d.names) == 3:
        text = rf"Only the centre \({d.atom_latex(7)}\) may be negative: areas are a signed measure."
    elif len(both) == 1:
        text = rf"Only \({d.atom_latex(both[0])}\) may be negative: areas are a signed measure."
    else:
        text = f"{len(both)} of the {len(_atoms(d))} atoms, marked ±, may be negative: areas are a signed measure."
    witness = next((a for a in both if a in signed.negative), None)
    return text + (_witness(d, witness, signed.negative[witness]) if witness else "")


def _witness(d: Diagram, atom: int, code: Code) -> str:
    """Where the atom is negative, if that is easily said: every variable a fair bit, a sum of such, or constant."""
    bits: dict[int, tuple[str, ...]] = {0: ()}
    plain, said = [], []
    for name, basis in zip(d.names, code, strict=True):
        if len(basis) > 1:
            return ""
        vector = basis[0] if basis else 0
        if vector in bits:
            total = r" \oplus ".join(bits[vector]) or "0"
            said.append(rf"\({name} = {total}\)")
            continue
        plain.append(name)
        bits |= {vector ^ old: (*names, name) for old, names in bits.items()}
    of = "It" if len(d.names) == 3 else rf"\({d.atom_latex(atom)}\)"
    return rf" {of} is negative for fair bits \({', '.join(plain)}\) and {', '.join(said)}."


def failures(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """The distribution that refutes, where it is a table short enough to be shown."""
    found = next((v.counterexample for v in verdicts if v.counterexample is not None), None)
    if found is None or not found.at or not all(isinstance(table, dict) for table in found.at.values()):
        return ()
    text = "; ".join(_table(name, table) for name, table in found.at.items())
    return (f"Refuted where {text}.",) if len(text) <= SHOWN else ()


def _table(name: str, table: Mapping[str, object]) -> str:
    """``p(X,Y) is 1/2 at (1,1), (2,2)``: outcomes of one probability together."""
    places: dict[str, list[str]] = {}
    for outcome, probability in table.items():
        places.setdefault(str(probability), []).append(f"({outcome})")
    parts = [f"{probability} at {', '.join(at)}" for probability, at in places.items()]
    return rf"\({math(name)}\) is {' and '.join(parts)}"


# -- the footer


def standing_and_counts(verdicts: Sequence[Verdict]) -> tuple[str, str]:
    """The word for the whole, and how many lines have which verdict; nothing if there are none."""
    found = [v.kind for v in verdicts]
    if not found:
        return "", ""
    worst = next((kind for kind in ("refuted", "undecided") if kind in found), "")
    standing = worst or ("verified" if set(found) == {"proved"} else "checked")
    words = [f"{found.count(kind)} {kind}" for kind in ("refuted", "undecided") if kind in found]
    words.append(f"{_count(found.count('proved'), 'step')} proved")
    words += [f"{found.count(kind)} {kind}" for kind in ("tested", "assumed")]
    return standing, " · ".join(words)


def against(verdicts: Sequence[Verdict]) -> str:
    """The values of both sides where a statement was refuted."""
    for verdict in verdicts:
        if verdict.counterexample is not None:
            left, right = (value(side) for side in (verdict.counterexample.left, verdict.counterexample.right))
            return rf"\({left}\) against \({right}\)"
    return ""


def measured(d: Diagram, kinds: Sequence[str], signed: Signs) -> str:
    """What the atoms alone show about the statement."""
    left = [a for a in _atoms(d) if a not in d.zero]
    which = f"all {len(left)} atoms" if not d.zero else f"all {len(left)} atoms that are not 0"
    if set(kinds) == {"="}:
        unlike = [a for a in left if len({d.weight(k, a) for k in range(len(d.sides))}) > 1]
        return f"unlike on {len(unlike)} of {len(left)} atoms {EXACT}" if unlike else f"equal on {which} {EXACT}"
    if len(kinds) == 1 and kinds[0] in ("<=", ">="):
        high, low = (0, 1) if kinds[0] == ">=" else (1, 0)
        rest = {a: d.weight(high, a) - d.weight(low, a) for a in left}
        rest = {a: w for a, w in rest.items() if w}
        if not rest:
            return f"equal on {which} {EXACT}"
        if sums_up(rest, signed):
            sum_of = "" if len(rest) == 1 else "a sum of "
            what = "non-negative atom" if min(rest.values()) > 0 else "non-negative term"
            return f"the difference is {sum_of}{_count(len(rest), what)} {EXACT}"
    return ""


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"
