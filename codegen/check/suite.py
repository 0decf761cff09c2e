"""All checks of a generated module, in order. A check that raises has failed; the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from derive.codegen.check import limits, native, optimizer, reference, transforms, values
from derive.codegen.check.result import CheckResult, attempted
from derive.codegen.check.subject import Subject, is_update

Check = Callable[[Subject], Iterator[CheckResult]]

OF_VALUES: dict[str, Check] = {
    "50 digits": values.against_truth,
    "autograd": values.against_autograd,
    "oracle": reference.against_oracle,
    "gradcheck": transforms.gradcheck,
    "torch.func": transforms.functional,
    "low precision": values.low_precision,
    "extreme inputs": limits.extremes,
    "NaN in, NaN out": limits.nan,
    "reductions": limits.reductions,
    "torch.compile": transforms.compiled,
    "C++": native.cpp,
    "CUDA": native.cuda,
}
OF_UPDATES: dict[str, Check] = {
    "50 digits": optimizer.against_truth,
    "oracle": optimizer.against_oracle,
    "saved and loaded": optimizer.resumed,
    "extreme gradients": optimizer.extremes,
    "defaults": optimizer.defaults,
    "C++": native.cpp,
    "CUDA": native.cuda,
}


def run(subject: Subject) -> Iterator[CheckResult]:
    """The results of every check, as they come."""
    for name, check in (OF_UPDATES if is_update(subject.record) else OF_VALUES).items():
        yield from attempted(name, partial(check, subject))
