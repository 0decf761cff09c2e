"""The main job: five statements, proved, typeset, generated; then a network trained with what was generated.

A two-layer perceptron learns the 1,797 handwritten digits of scikit-learn twice, side by side in float64: with the
generated loss, its generated backward pass and the generated Adam; and with torch's own autograd and Adam. Both curves
must be the same to 1e-12. Exit status 0 if everything is as it should be, else 1.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
LARGEST_DIFFERENCE = 1e-12
LEAST_ACCURACY = 0.97
HIDDEN, EPOCHS, BATCH, STEP_SIZE = 96, 60, 128, 3e-3


class Bar:
    """A progress bar on a terminal; one line per finished part elsewhere."""

    def __init__(self, what: str, total: int, stream: TextIO = sys.stderr) -> None:
        self.what, self.total, self.done, self.stream = what, total, 0, stream
        self.started = time.perf_counter()

    def step(self, note: str = "") -> None:
        self.done += 1
        seconds = time.perf_counter() - self.started
        terminal = self.stream.isatty()
        if terminal:
            filled = 30 * self.done // self.total
            bar = "█" * filled + "·" * (30 - filled)
            self.stream.write(f"\r{self.what:<9} {bar} {self.done}/{self.total} {seconds:5.1f} s {note:<24}")
        if self.done == self.total:
            clear = "\r\x1b[K" if terminal else ""
            self.stream.write(f"{clear}{self.what:<9} {self.total} done in {seconds:.1f} s\n")
        self.stream.flush()


def verify_all(out: Path) -> list[str]:
    """Decide every line of the catalog and render it; returns what is not as it should be."""
    from derive import library
    from derive.files import write_whole
    from derive.page.derivation import page_of
    from derive.page.html import html
    from derive.page.tex import tex

    wrong, lines, ids = [], [], library.ids()
    bar = Bar("verify", len(ids))
    for name in ids:
        page = page_of(library.entry(name))
        write_whole(out / "pages" / f"{name}.html", html(page))
        write_whole(out / "pages" / f"{name}.tex", tex(page))
        if page.standing == "FAILED":
            wrong.append(f"{name} does not hold")
        lines.append(f"  {name:<24} {page.standing}: {', '.join(words for _, words in page.counts)}")
        bar.step(name)
    print("\n".join(lines), flush=True)
    return wrong


def generate_all(out: Path) -> list[str]:
    """Generate and check every entry that emits something; returns what failed."""
    from derive import library
    from derive.codegen.check.generate import generate

    wrong, lines = [], []
    names = [name for name in library.ids() if library.entry(name).emits]
    bar = Bar("generate", len(names))
    for name in names:
        made = generate(library.entry(name), out / "generated" / name)
        wrong += [f"{name}: {failure}" for failure in made.failures]
        lines.append(f"  {name:<24} {made.summary}")
        bar.step(name)
    print("\n".join(lines), flush=True)
    return wrong


def load(folder: Path, name: str) -> ModuleType:
    """A generated module, from its file alone."""
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def train(out: Path) -> list[str]:
    """Train twice, side by side; returns what is not as it should be."""
    import torch
    from sklearn.datasets import load_digits

    mlp2 = load(out / "generated" / "backprop.mlp2", "mlp2")
    adam = load(out / "generated" / "update.adam", "adam")
    pixels, labels = load_digits(return_X_y=True)
    X = torch.tensor(pixels / 16, dtype=torch.float64)
    y = torch.tensor(labels)
    T = torch.nn.functional.one_hot(y, 10).to(torch.float64)
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(0))
    learn, test = order[:1437], order[1437:]

    def start() -> list[torch.Tensor]:
        g = torch.Generator().manual_seed(1)
        W1 = torch.randn(HIDDEN, 64, generator=g, dtype=torch.float64) * (2 / 64) ** 0.5
        W2 = torch.randn(10, HIDDEN, generator=g, dtype=torch.float64) * (1 / HIDDEN) ** 0.5
        zeros = [torch.zeros(n, dtype=torch.float64) for n in (HIDDEN, 10)]
        return [p.requires_grad_() for p in (W1, zeros[0], W2, zeros[1])]

    def logits(x: torch.Tensor, p: list[torch.Tensor]) -> torch.Tensor:
        return torch.relu(x @ p[0].T + p[1]) @ p[2].T + p[3]

    ours, theirs = start(), start()
    our_step = adam.Adam(ours, alpha=STEP_SIZE)
    their_step = torch.optim.Adam(theirs, lr=STEP_SIZE)
    curve: list[tuple[float, float]] = []
    bar = Bar("train", EPOCHS)
    for _ in range(EPOCHS):
        for rows in learn.split(BATCH):
            loss = mlp2.mlp2(X[rows], T[rows], *ours)
            our_step.zero_grad()
            loss.backward()
            our_step.step()
            reference = torch.nn.functional.cross_entropy(logits(X[rows], theirs), y[rows])
            their_step.zero_grad()
            reference.backward()
            their_step.step()
            curve.append((loss.item(), reference.item()))
        bar.step(f"loss {curve[-1][0]:.4f}")
    difference = max(abs(a - b) for a, b in curve)
    with torch.no_grad():
        accuracy = (logits(X[test], ours).argmax(1) == y[test]).double().mean().item()
    print(f"  loss {curve[0][0]:.4f} → {curve[-1][0]:.4f} in {len(curve)} steps")
    print(f"  largest difference of the two loss curves {difference:.1e} (at most {LARGEST_DIFFERENCE:.0e})")
    print(f"  accuracy on {len(test)} digits not trained on {accuracy:.1%} (at least {LEAST_ACCURACY:.0%})")
    wrong = []
    if not difference <= LARGEST_DIFFERENCE:
        wrong.append(f"the loss curves differ by {difference:.1e}")
    if not accuracy >= LEAST_ACCURACY:
        wrong.append(f"accuracy {accuracy:.1%}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", dest="out", type=Path, default=ROOT / "out", help="where to write (default: out/)")
    out: Path = parser.parse_args().out
    started = time.perf_counter()
    wrong = verify_all(out) + generate_all(out)
    if shutil.which("g++") is None:
        print("  C++ kernels skipped: g++ is missing; fix: apt-get install g++")
    wrong += train(out)
    seconds = time.perf_counter() - started
    for line in wrong:
        print(f"WRONG: {line}", file=sys.stderr)
    shown = out.relative_to(Path.cwd()) if out.is_relative_to(Path.cwd()) else out
    print(f"{'FAILED' if wrong else 'done'} in {seconds:.0f} s: pages in {shown}/pages, modules in {shown}/generated")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
