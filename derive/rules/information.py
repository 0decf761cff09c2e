"""Steps about entropies and divergences: which inequalities and premises a line may use besides linear algebra.

That entropies obey the chain rule, and densities p(x,y) = p(x) p(y|x), is linear algebra of the coordinates; it is
granted to every line. The laws of these steps are the names under which `derive.prove.information` reports what a
certificate uses.
"""

from derive.meaning.entropy.laws import DIVERGENCE, ENTROPY, INFORMATION, LEMMA, PREMISE
from derive.rules.reason import Step

KIND = "measures"

entropy_chain_rule = Step("entropy_chain_rule", "chain rule", kind=KIND)
density_chain_rule = Step("density_chain_rule", "p(x,y) = p(x) p(y | x)", kind=KIND)
multiply_and_divide = Step("multiply_and_divide", "multiply and divide by the same density", kind=KIND)
measure_definition = Step("measure_definition", "by definition", kind=KIND)
information_is_nonnegative = Step("information_is_nonnegative", "I ≥ 0", frozenset({INFORMATION}), KIND)
conditioning = Step("conditioning", "conditioning reduces entropy", frozenset({INFORMATION}), KIND)
submodularity = Step("submodularity", "entropy is submodular", frozenset({INFORMATION}), KIND)
entropy_is_nonnegative = Step("entropy_is_nonnegative", "H ≥ 0", frozenset({ENTROPY}), KIND)
drop_divergence = Step("drop_divergence", "KL ≥ 0 (Gibbs)", frozenset({DIVERGENCE}), KIND)
markov_property = Step("markov_property", "Markov property", frozenset({PREMISE}), KIND)
independence = Step("independence", "independence", frozenset({PREMISE}), KIND)
premise = Step("premise", "by the premise", frozenset({PREMISE}), KIND)
data_processing = Step("data_processing", "data processing", frozenset({INFORMATION, LEMMA, PREMISE}), KIND)
jensen = Step("jensen", "Jensen's inequality", frozenset({LEMMA}), KIND)
tangent = Step("tangent", "log z ≤ z − 1", frozenset({LEMMA}), KIND)
