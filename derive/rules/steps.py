"""Steps that the engine knows by name: linearity, cases, induction, the chain rule and its adjoints."""

from derive.rules.reason import Step

SUMS = frozenset({"linearity", "delta_sift", "dim_sum", "expectation"})
POWERS = frozenset({"power_sum", "power_sum_count", "power_power", "power_zero"})
EXPONENTIALS = frozenset({"exp_sum", "log_exp", "exp_log", "power_sum", "power_power", "logsumexp"})

definition = Step("definition", "definition", kind="definition")
linearity = Step("linearity", "sums are linear", SUMS)
log_of_product = Step("log_of_product", "logarithm of a product over an index", frozenset({"product_log", "log_exp"}))
marginalisation = Step("marginalisation", "sum out the other variable", SUMS, kind="definition")
rows_sum_to_one = Step("rows_sum_to_one", "one-hot rows sum to 1", frozenset({"rows_sum_to_one"}))
cases = Step("cases", "both cases of a binary variable", kind="cases")
induction = Step("induction", "induction", POWERS | SUMS | {"sum_empty", "sum_last"}, kind="induction")
increasing_map = Step("increasing_map", "an increasing map keeps the minimiser", kind="increasing map")
chain = Step("chain", "chain rule", POWERS, kind="derivative")
adjoint_of_product = Step("adjoint_of_product", "adjoint of a matrix product", kind="derivative")
adjoint_of_broadcast = Step("adjoint_of_broadcast", "adjoint of a broadcast: a sum", kind="derivative")
adjoint_of_map = Step("adjoint_of_map", "adjoint of an entrywise map", frozenset({"slope_relu"}), kind="derivative")
softmax_cross_entropy = Step(
    "softmax_cross_entropy", "cross-entropy after softmax", SUMS | EXPONENTIALS, kind="derivative"
)
