"""Verdicts, what is said of the reasons of a line, and exit statuses."""

from __future__ import annotations

from derive.cli.explained.explanation import Explanation

VERDICTS = (
    Explanation(
        "proved",
        "The claim holds at every point of the declared domains at which both sides are defined.",
        "A decider found evidence, and a checker that shares no code with the search went through it again.",
        "derive check 'exp(a + b) = exp(a)*exp(b)'",
        "Read the conditions below it: they say what the claim needs besides the domains. --certificate FILE keeps the "
        "evidence, `derive verify FILE` checks it without searching.",
    ),
    Explanation(
        "tested",
        "Both sides agreed at all drawn points, and nobody proved that they agree elsewhere.",
        "The sizes differ between draws and edge values are planted, so most wrong claims do not get here; it is not a "
        "proof.",
        "a claim that no decider covers yet",
        "State it in smaller steps, declare domains, or exit with 3 on it: --require proved.",
    ),
    Explanation(
        "assumed",
        "A definition, or a theorem that is cited and that nobody here proves.",
        "A calculation may rest on it, and everything that does says so.",
        do="Exit with 3 on it: --require tested or --require proved.",
    ),
    Explanation(
        "refuted",
        "There is a point of the declared domains at which both sides are defined and differ.",
        "The point is exact, and the two values lie in disjoint enclosures; rounding cannot have caused it.",
        "derive check 'log(a + b) = log(a) + log(b)' --where 'a, b: positive'",
        "Run the printed command again, put the values in by hand, and see whether a premise is missing.",
    ),
    Explanation(
        "undecided",
        "Neither proved nor refuted, and too few points were usable to call it tested.",
        "The message says what was lacking. Budgets count steps, so another machine says the same.",
        do="State it in smaller steps, add a premise, or declare narrower domains.",
    ),
    Explanation(
        "error",
        "The text is no claim, or one that means nothing; only in JSON, where it stands in the place of a verdict.",
        do="The message points at the character; `derive explain` with its code says more.",
    ),
)
REASONS = (
    Explanation(
        "confirmed",
        "The reasons given for a line are those that its proof uses.",
        "A reason grants trusted laws, and the laws that were granted prove the line.",
    ),
    Explanation(
        "unconfirmed",
        "The line may hold, but not for the reasons that are given.",
        "The laws that the reasons grant do not prove the line by themselves.",
        do="Give another reason, or none: then the engine names its own. --strict exits with 3 on it.",
    ),
)
STATUSES = (
    Explanation("exit 0", "Every claim holds, as far as is asked: proved, tested or assumed."),
    Explanation(
        "exit 1", "A claim was refuted, or a check of generated code or of recorded evidence failed.",
        do="Read the counterexample.",
    ),
    Explanation(
        "exit 2", "The command, a statement, a premise or a file is wrong.",
        do="The message has a code; `derive explain` with it says more.",
    ),
    Explanation(
        "exit 3", "A claim is undecided, or weaker than --require or --strict asks.",
        do="See `derive explain undecided`.",
    ),
    Explanation(
        "exit 4", "A program or package is missing.", do="Run the command in the message; `derive doctor` lists all."
    ),
)  # fmt: skip
