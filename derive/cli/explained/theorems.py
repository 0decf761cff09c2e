"""Rules and laws, explained from what the engine says of them. Asked for by name only, as the engine is loaded."""

from __future__ import annotations

from derive import rules
from derive.cli.explained.explanation import Explanation
from derive.cli.explained.law_text import law_text
from derive.meaning.laws import LAWS
from derive.rules.reason import Rule, Step


def explained(name: str) -> list[Explanation]:
    """The rule or step, and the law, of this name."""
    name = name.removeprefix("r.")
    found: list[Explanation] = []
    reason = getattr(rules, name, None) if name in rules.__all__ else None
    if isinstance(reason, Rule):
        found.append(_rule(reason))
    if isinstance(reason, Step):
        found.append(_step(reason))
    if name in LAWS:
        law = LAWS[name]
        found.append(
            Explanation(
                name,
                f"A trusted law: {law_text(law)}.",
                f"Proofs rest on it; its source is {law.cite}. It is tested with ball arithmetic at edge values.",
            )
        )
    return found


def _rule(rule: Rule) -> Explanation:
    needs = [f"{s.name}: {s.domain.name}" for s in rule.variables if s.domain.name != "real"]
    condition = f", with {'; '.join(needs)}" if needs else ""
    laws = ", ".join(sorted(rule.laws))
    return Explanation(
        rule.name,
        f"A rule, {rule.words}: {rule.left} = {rule.right}{condition}.",
        f"It is a theorem that is proved from the trusted laws {laws}." if laws else "It is a theorem of arithmetic.",
        f"by=r.{rule.name}",
        "Give it as the reason of a line; the line is then proved with these laws alone.",
    )


def _step(step: Step) -> Explanation:
    laws = ", ".join(sorted(step.laws))
    return Explanation(
        step.name,
        f"A step of the engine: {step.words}.",
        f"It grants the trusted laws {laws}." if laws else "",
        f"by=r.{step.name}",
        "Give it as the reason of a line; it is confirmed if the proof takes this step.",
    )
