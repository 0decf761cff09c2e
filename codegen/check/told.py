"""What generated files say of their own checks: those that passed, those that did not, and what was never compiled."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from derive.codegen.check.result import CheckResult
from derive.entry.record import Record

NATIVE = ("C++", "CUDA")
WIDTH = 100
CLAIMS = {  # what a file claims if all the checks of these names passed
    "arithmetic of 50 digits": ("50 digits", "value against 50 digits", "gradient against 50 digits"),
    "arithmetic of 50 digits over 25 steps": ("trajectory against 50 digits",),
    "torch.autograd of the plain formula": ("autograd", "gradient against autograd of the plain formula"),
    "": ("oracle",),
    "gradcheck": ("gradcheck",),
}


def checked(record: Record, checks: Iterable[CheckResult], certificate: str) -> str:
    """What the PyTorch module was checked against; empty if none of the checks passed that it would name."""
    results = [c for c in checks if not c.name.startswith(NATIVE)]
    oracle = "" if record.oracle is None else record.oracle.function
    against = []
    for claim, names in CLAIMS.items():
        wanted = (*names, f"oracle {oracle}") if "oracle" in names else names
        found = [c.passed for c in results if c.name in wanted and not c.skipped]
        if found and all(found):
            against.append(claim or oracle)
    return f"against {', '.join(against)}; {certificate} has the errors" if against else ""


def failed(checks: Iterable[CheckResult], target: str = "") -> str:
    """The names of the checks that the files of a target, or the PyTorch module, did not pass."""
    ours = (c for c in checks if (c.name.startswith(target) if target else not c.name.startswith(NATIVE)))
    return "; ".join(c.name for c in ours if c.passed is False)


def remark(checks: Sequence[CheckResult], target: str) -> str:
    """What the files of a compiled target must say of themselves; empty if all their checks passed."""
    if names := failed(checks, target):
        return f"Not passed: {names}."
    if any(c.passed for c in checks if c.name.startswith(target)):
        return ""
    tool = {"C++": "C++ compiler", "CUDA": "CUDA compiler"}[target]
    return f"Not compiled and not checked: no {tool} was found where this was generated."


def remarked(texts: Mapping[str, str], name: str, checks: Sequence[CheckResult]) -> dict[str, str]:
    """The files of C++ and CUDA, with their remarks at the top."""
    out = {}
    for file, text in texts.items():
        shared = f"{name}.cpp" if f"{name}.cpp" in texts else f"{name}.cu"
        target = {f"{name}.cpp": "C++", f"{name}_cpp.py": "C++", f"{name}.cu": "CUDA"}
        target[f"{name}_elements.h"] = target[shared]
        said = remark(checks, target[file]) if file in target else ""
        comment = "# " if file.endswith(".py") else "// "
        lines = textwrap.wrap(said, WIDTH, initial_indent=comment, subsequent_indent=comment)
        out[file] = "\n".join([*lines, "", text]) if lines else text
    return out
