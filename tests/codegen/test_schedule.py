"""Schedules: what runs together, what is stored, and that every value is there before it is read."""

import pytest

from derive.catalog.backprop.mlp2 import Mlp2
from derive.catalog.backprop.two_layers import TwoLayers
from derive.catalog.loss.focal import Focal
from derive.catalog.loss.gaussian_nll import GaussianNll
from derive.catalog.update.adam import Adam
from derive.codegen.emit.cpp.operations import cost
from derive.codegen.schedule.build import schedule
from derive.codegen.schedule.programs import Program, programs
from derive.codegen.schedule.stage import Function, Schedule, Stage
from derive.codegen.schedule.uniform import by_value
from derive.entry.record import Record
from derive.expr.build import Prod, Sum, logsumexp, real
from derive.expr.dims import Dim
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr
from derive.expr.operations import exp, tanh

RECORDS = [entry.record for entry in (Focal, GaussianNll, Mlp2, TwoLayers, Adam)]


def scheduled(record: Record, program: str) -> Schedule:
    (found,) = (p for p in programs(record).programs if p.name == program)
    return schedule(found.graph, found.name, cost)


def symbol(name: str, *axes: Dim, role: str = "input") -> Symbol:
    made = real(*axes, role=role)
    made.named(name)
    return made


def a_record(name: str, value: Expr, *symbols: Symbol) -> Record:
    term = Let("value", value)
    return Record(f"test.{name}", name, "", symbols, (term,), (), emits=("value",))


PROGRAMS: list[Program] = [program for record in RECORDS for program in programs(record).programs]


def check_order(function: Function) -> None:
    known = {a.variable for a in function.arguments}
    for step in function.steps:
        assert set(step.operands) <= known, f"{function.name}: {step.variable} comes too early"
        assert step.variable not in known, f"{function.name}: {step.variable} is computed twice"
        known.add(step.variable)
    assert set(function.results) <= known
    assert len(set(function.results)) == len(function.results), f"{function.name} returns a value twice"


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_values_are_there_before_they_are_read(program: Program) -> None:
    found = schedule(program.graph, program.name, cost)
    passed = set(found.coefficients.results) if found.coefficients else set()
    ready = {n.name for n in found.graph if n.kind in ("size", "position") or n.kind == "input"} | passed
    for stage in found.stages:
        totals = {r.node for r in stage.reductions}
        for function, inside in ((stage.inner, set()), (stage.finish, totals)):
            if function is not None:
                check_order(function)
                assert {a.node.name for a in function.arguments} <= ready | inside
        ready |= set(stage.written)
    assert set(found.graph.outputs) <= ready


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_names_of_stages_differ(program: Program) -> None:
    names = [stage.name for stage in schedule(program.graph, program.name, cost).stages]
    assert len(set(names)) == len(names)


def test_a_loss_and_its_gradient_are_one_stage_that_shares_what_both_need() -> None:
    found = scheduled(Focal.record, "focal_total_and_gradients")
    (stage,) = found.stages
    assert {s.node for s in stage.stores} == {"dz"}
    assert [(r.operation, r.node) for r in stage.reductions] == [("sum", "total")]
    operations = [s.node.operation for s in stage.inner.steps]
    assert operations.count("exp") == 1
    assert operations.count("softplus") == 2  # of s and of -s
    assert found.scratch == ()


def test_a_parameter_shared_by_all_examples_has_its_gradient_summed_in_the_same_pass() -> None:
    found = scheduled(GaussianNll.record, "gaussian_nll_gradients")
    (stage,) = found.stages
    assert [r.node for r in stage.reductions] == ["dsigma"]
    assert [s.node for s in stage.stores] == ["dmu"]


def test_an_update_is_one_stage_and_numbers_are_prepared_once() -> None:
    found = scheduled(Adam.record, "adam_step")
    assert len(found.stages) == 1
    assert found.coefficients is not None
    assert set(found.coefficients.results) == {
        "one_minus_beta1", "one_minus_beta2", "one_minus_beta1_to_t", "one_minus_beta2_to_t",
    }  # fmt: skip
    assert all(by_value(a.node) for a in found.coefficients.arguments)


def test_a_network_stores_activations_once_and_matrix_products_stand_alone() -> None:
    found = scheduled(Mlp2.record, "mlp2_value_and_gradients")
    assert {n.name for n in found.scratch} == {"Z1", "A1", "Z2", "logsumexp_Z2", "dZ2", "dZ1"}
    by_result = {name: stage for stage in found.stages for name in stage.written}
    assert by_result["Z1"] is by_result["A1"]  # the bias and the rectifier finish the product
    assert by_result["dZ2"] is by_result["loss"]
    weights: list[Stage] = [by_result["dW1"], by_result["dW2"]]
    assert all(len(stage.written) == 1 and len(stage.reduced) == 1 for stage in weights)
    assert len(found.stages) == 10


def test_what_a_product_reads_many_times_is_stored_and_not_computed_again() -> None:
    B, H, C = Dim("B"), Dim("H"), Dim("C")
    Z, W = symbol("Z", B, H), symbol("W", C, H)
    found = scheduled(a_record("product", Sum(tanh(Z) @ W.T, B, C), Z, W), "product_value")
    assert [s.node.operation for s in found.stages[0].inner.steps] == ["tanh"]
    assert len(found.scratch) >= 1


def test_cheap_values_are_computed_again() -> None:
    N = Dim("N")
    x = symbol("x", N)
    shifted = x + 1
    value = Sum(shifted, N) * Sum(exp(shifted) / Sum(shifted, N), N)
    found = scheduled(a_record("cheap", value, x), "cheap_value")
    assert all(not n.axes for n in found.scratch)


def test_log_sum_exp_runs_alone() -> None:
    N, K = Dim("N"), Dim("K")
    x = symbol("x", N, K)
    found = scheduled(a_record("rows", Sum(logsumexp(x, over=K) + Prod(x, K), N), x), "rows_value")
    for stage in found.stages:
        kinds = {r.operation for r in stage.reductions}
        assert "logsumexp" not in kinds or kinds == {"logsumexp"}
