"""Undefined functions, cases, derivatives, evaluations, relations, recurrences and divergences of tables."""

from __future__ import annotations

from derive.expr.divergence import Divergence
from derive.expr.families import FAMILIES
from derive.expr.layers import Layers, member
from derive.expr.leaves import Let, Symbol
from derive.expr.propositions import Recurrence, Relation
from derive.expr.structure import Call, Derivative, Evaluated, Indexed, Member, Where
from derive.page.layout.algebra import partial
from derive.page.layout.box import Box, Level
from derive.page.layout.printer import Printer
from derive.page.layout.scope import Scope

PRIMES = 3  # f''' but f^(4)


def call(p: Printer, node: Call, scope: Scope) -> Box:
    """f(x), f'(x); the size d[l] of a family of dims is d with a subscript."""
    name = p.dialect.name(node.function.name, node.function.tex)
    if node.function in FAMILIES:
        return p.dialect.indexed(name, [p.text(a, scope.in_line()) for a in node.args])
    if node.order > PRIMES:
        name = p.dialect.raised(name, f"({node.order})")
    primes = p.dialect.signs["'"] * node.order if node.order <= PRIMES else ""
    return p.call(p.dialect.text(name) + primes, *(p.text(a, scope) for a in node.args))


def where(p: Printer, node: Where, scope: Scope) -> Box:
    """A value by cases; upright cases have no closing brace, so that they take brackets beside anything else."""
    rows, rest = [], node
    while isinstance(rest, Where) and (rest is node or p.plain(rest)):  # cases of what is left are further rows
        condition, then, otherwise = rest.args
        rows.append((p.text(then, scope), p.text(condition, scope)))
        rest = otherwise
    level = Level.SUM if p.dialect.built_up else Level.FRACTION
    return Box(p.dialect.cases(rows, p.text(rest, scope)), level=level, wide=True)


def derivative(p: Printer, node: Derivative, scope: Scope) -> Box:
    """∂f/∂x of a name; the operator ∂/∂x before anything longer."""
    below = p.text(node.x, scope)
    if isinstance(node.f, Symbol | Let | Indexed | Member | Call):
        above = p.box(node.f, scope)
        if above.level == Level.ATOM:
            return partial(p, p.dialect.text(above), below, scope)
    operator = partial(p, "", below, scope)
    text = p.dialect.text(operator) + " " + p.text(node.f, scope, Level.FRACTION)
    return Box(text, level=Level.FRACTION, open=True)


def evaluated(p: Printer, node: Evaluated, scope: Scope) -> Box:
    """An expression at given values of its symbols, behind a bar."""
    equals = p.dialect.signs["="]
    pairs = (
        p.dialect.text(p.dialect.name(s.name, s.tex)) + equals.strip() + p.text(value, scope.whole().in_line())
        for s, value in node.replaced.items()
    )
    body = p.text(node.body, scope, Level.FRACTION)
    return Box(p.dialect.evaluated(body, p.dialect.signs[","].join(pairs)), wide=True)


def sides(p: Printer, node: Relation, scope: Scope) -> tuple[str, str, str]:
    """Left side, sign and right side; equality of minimisers is an equation of two arg min."""
    left, right = (p.text(e, scope, Level.SUM) for e in (node.left, node.right))
    variables = p.dialect.signs[","].join(p.text(w, scope) for w in node.wrt)
    sign = p.dialect.signs[node.kind if node.kind != "same_argmin" else "="]
    if node.kind == "same_argmin":
        least = p.dialect.lowered(p.dialect.signs["argmin"], variables) if variables else p.dialect.signs["argmin"]
        of = least + p.dialect.signs["of"]
        left, right = (f"{of} {p.text(e, scope, Level.HADAMARD)}" for e in (node.left, node.right))
    elif variables:
        sign = p.dialect.lowered(sign, variables)
    return left, sign, right


def relation(p: Printer, node: Relation, scope: Scope) -> Box:
    """Both sides and the sign between."""
    return Box(" ".join(part.strip() for part in sides(p, node, scope)), level=Level.RELATION)


def recurrence(p: Printer, node: Recurrence, scope: Scope) -> Box:
    """The start and the step of a family, as two equations."""
    inner = scope if node.index in scope.indices else scope.binding(node.index)
    family = node.family
    scalar = not family.axes
    name = p.dialect.name(family.name, family.tex)
    at = p.dialect.indexed if scalar else p.dialect.member
    equals = f" {p.dialect.signs['='].strip()} "
    first = p.dialect.text(at(name, ["0"])) + equals + p.text(node.start, scope)
    then = p.dialect.text(at(name, [p.dialect.letter(inner.indices[node.index])])) + equals + p.text(node.step, inner)
    return Box(first + p.dialect.signs[";"] + then, level=Level.RELATION)


def layers(p: Printer, node: Layers, scope: Scope) -> Box:
    """A forward or backward pass: the starts, the steps, and the layers they run through."""
    inner = scope if node.index in scope.indices else scope.binding(node.index)
    signs = p.dialect.signs
    equals = f" {signs['='].strip()} "
    texts = []
    for family, e in node.start.items():
        texts.append(p.text(member(family, node.rule(family).first), scope) + equals + p.text(e, scope))
    for family, e in node.steps.items():
        at = member(family, node.index - node.shift(family))
        texts.append(p.text(at, inner) + equals + p.text(e, inner))
    ends = [p.text(node.last, scope), "1"] if node.backward else ["1", p.text(node.last, scope)]
    span = p.text(node.index, inner) + equals + signs[","].join([ends[0], signs["…"], ends[1]])
    return Box(signs[";"].join([*texts, span]), level=Level.RELATION)


def divergence(p: Printer, node: Divergence, scope: Scope) -> Box:
    """H(p), H(p, q), KL(p ‖ q), with the tables as wholes."""
    name = "H" if node.kind in ("entropy", "cross_entropy") else node.kind
    apart = p.dialect.signs["‖"] if name in ("KL", "chi2") else p.dialect.signs[","]
    inner = scope if node.kind == "h" else scope.whole()
    tables = apart.join(p.text(a, inner) for a in node.args)
    return Box(p.dialect.called(name if name == "H" else p.dialect.divergence(name), tables), wide=True)
