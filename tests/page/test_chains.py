"""What pages and the terminal say about gradients that share a prefix; and that layers are not derived line by line."""

from __future__ import annotations

import pytest

from derive.cli import main
from derive.entry.found import found_lines
from derive.library import entry
from derive.page.chains import shared_products
from derive.page.derivation import page_of


def test_the_terminal_shows_the_shared_prefix_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "backprop.mlp2"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "∂ℒ/∂Z₁ = ∂ℒ/∂Z₂ · ∂Z₂/∂A₁ · ∂A₁/∂Z₁  shared by W₁, b₁" in lines
    assert "∂ℒ/∂W₁ = ∂ℒ/∂Z₁ · ∂Z₁/∂W₁" in lines


def test_the_page_says_what_need_not_be_computed_again() -> None:
    notes = [row.note for c in page_of(entry("backprop.two_layers")).calculations for row in c.rows if row.note]
    assert any("shared prefix of" in note and "computed once" in note for note in notes)
    assert sum("no need to recompute the first factor" in note for note in notes) == 3


def test_layers_stand_among_the_definitions() -> None:
    page = page_of(entry("backprop.deep_mlp"))
    definitions = page.calculations[0]
    assert [row.lhs for row in definitions.rows][:3] == ["h^{[0]}", "f^{[k]}", "h^{[k]}"]
    assert not any(r"\dots" in given for given in page.given)


@pytest.mark.parametrize("name", ["backprop.deep_mlp", "backprop.sweep"])
def test_a_derivative_through_layers_is_not_derived_as_if_they_were_constants(name: str) -> None:
    record = entry(name)
    assert all(found_lines(record, calc) is None for calc in record.calcs)
    assert shared_products(record) == ()
