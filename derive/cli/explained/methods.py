"""The methods by which verdicts are reached, by the words that stand in brackets behind a claim."""

from __future__ import annotations

from derive.cli.explained.explanation import Explanation

METHODS = (
    Explanation(
        "normal form",
        "Both sides have one normal form: a sum of products of entries with bound indices.",
        "Each step of the way there is an identity of commutative rings or a trusted law, and a small checker goes "
        "through the steps again.",
        "derive check '(a + b)**2 = a**2 + 2*a*b + b**2'",
    ),
    Explanation(
        "denominators cleared",
        "The normal forms agree after both sides are multiplied by their denominators.",
        "Where a denominator could be 0 by its domains, that it is not is a condition of the verdict.",
        "derive check '1/(a + b) + 1/(a - b) = 2*a/(a**2 - b**2)'",
    ),
    Explanation(
        "definitions unfolded",
        "The normal forms agree after sigmoid, tanh and their like are replaced by what they abbreviate.",
        example="derive check 'tanh(x) = 2*sigmoid(2*x) - 1'",
    ),
    Explanation(
        "cases",
        "The claim holds in each of the cases into which signs, comparisons or binary variables divide it.",
        "The cases cover all points; each is proved by itself.",
        "derive check 'max(x, max(y, z)) = max(max(x, y), z)'",
    ),
    Explanation(
        "induction",
        "The claim holds at the first index, and at the next whenever it holds at one.",
        "A recurrence among the premises defines the family; base and step are proved as claims of their own.",
        "derive check 'm[t] = t*g' --given 'm[0] = 0; m[t] = m[t-1] + g for t in [1,T]'",
    ),
    Explanation(
        "inverse relations",
        "The claim follows from equations that say that one matrix is the inverse of another.",
    ),
    Explanation(
        "joint-entropy coordinates",
        "Both sides are the same combination of joint entropies, also by means of the premises.",
        "Every entropy and mutual information is such a combination; a premise adds a combination that is 0. Mean "
        "logarithms of densities are coordinates too.",
        "derive check 'I(X;Y) = H(X) + H(Y) - H(X,Y)'",
    ),
    Explanation(
        "entropy cone",
        "The difference of the sides is a sum of entropies, mutual informations and premises, with factors >= 0.",
        "A linear program proposes the sum, rational arithmetic decides, and a small checker adds it up again.",
        "derive check 'I(X;Z) <= I(X;Y)' --given 'X -> Y -> Z'",
    ),
    Explanation(
        "entropy and cross-entropy cone",
        "The same, with divergences KL(p||q) >= 0 of a law p from reference laws q in the sum.",
        "Where a reference is 0 and the law is not, a side may be infinite; the conditions say so.",
        "derive check 'log p(x) >= E_q(z|x)[log(p(x,z)/q(z|x))]'",
    ),
    Explanation(
        "copy lemma",
        "The same, with one or two auxiliary variables, each a copy of another over some of the rest.",
        "This proves inequalities that are no Shannon inequalities, such as that of Zhang and Yeung.",
        "derive check '2 I(C;D) <= I(A;B) + I(A;C,D) + 3 I(C;D|A) + I(C;D|B)'",
    ),
    Explanation(
        "exact distribution",
        "A joint distribution with rational probabilities, at which all premises hold and the claim fails.",
        "Entropies of such a distribution are combinations of logarithms of integers, whose sign integers decide.",
        "derive check 'I(X;Y|Z) <= I(X;Y)'",
    ),
    Explanation(
        "interval of the difference",
        "The interval in which the difference of both sides lies, by the domains alone, has one sign.",
        example="derive check 'exp(x) > 0'",
    ),
    Explanation(
        "subdivision",
        "The domain is covered with pieces, on each of which an enclosure or a slope settles the inequality.",
        "The pieces are the evidence; checking them takes no search.",
        "derive check 'sin(x) <= x' --where 'x: nonneg'",
    ),
    Explanation(
        "theorems",
        "The difference of both sides is a combination of named inequalities with non-negative coefficients.",
        "The evidence lists the instances; the checker tests what each of them needs and adds them up.",
        "derive check 'E(p, log(p/q)) >= 0' --where 'p, q: simplex[n]'",
    ),
    Explanation(
        "sum of squares",
        "The difference of both sides is a sum of squares with coefficients of one sign.",
        "The squares are the evidence, and the checker multiplies them out.",
        "derive check 'a**2 + b**2 + c**2 >= a*b + b*c + c*a'",
    ),
    Explanation(
        "roots of a polynomial",
        "The difference of both sides is a polynomial in one variable, whose roots are counted exactly.",
        "Between two roots the sign does not change.",
        "derive check 'x**4 - 3*x + 3 > 0'",
    ),
    Explanation(
        "reduction",
        "The inequality follows from simpler ones: of the terms of a sum, of the ends of a segment, of mean values.",
        "The simpler ones are proved by a method of their own, which stands behind the word.",
    ),
    Explanation(
        "z3",
        "The solver z3 finds that no point contradicts the claim.",
        "The question and its answer are recorded; only a second run of the solver can check them again.",
        "derive check 'max(a, b) >= a'",
    ),
    Explanation(
        "increasing map",
        "One side is an increasing function of the other up to a constant, so both have the same minimisers.",
    ),
    Explanation(
        "asymptotic expansion",
        "A limit in the claim is the first term of an expansion whose remainder is bounded.",
    ),
    Explanation("infinite sum by law", "An infinite sum in the claim has a known closed form where it converges."),
    Explanation(
        "growth of the terms",
        "A sum in the claim diverges since its terms are too large, or a product vanishes since they are small.",
        "Comparison with the harmonic series, or with a geometric one.",
        "derive check 'Prod(b**k, k, 1, oo) = 0' --where 'b: unit'",
    ),
    Explanation(
        "telescoper",
        "A sum in the claim is the difference of a function at its ends, which a checker confirms term by term.",
    ),
    Explanation(
        "antiderivative",
        "An integral in the claim is the difference of a function at its ends, whose derivative is checked.",
    ),
    Explanation(
        "integral laws",
        "The terms of an integrand are instances of cited integrals: Gaussian moments, Euler's integrals and the like.",
        "They converge where the needs of the law are met; `derive doctor --trusted` lists them.",
        "derive check 'Integral(x**2*phi(x), x, -oo, oo) = 1'",
    ),
    Explanation("substitution", "An integral in the claim was taken in another variable, with the slope as a factor."),
    Explanation("split range", "An integral in the claim was split at the points where its integrand has kinks."),
    Explanation("odd integrand", "An integral in the claim is 0 by symmetry, and converges absolutely."),
    Explanation(
        "step by step",
        "The lines of a derivation that was found prove the claim together.",
    ),
    Explanation(
        "steps checked",
        "The steps of a recorded proof were gone through again; the number says how many there are.",
    ),
    Explanation(
        "disjoint balls at an exact point",
        "At an exact point the values of both sides lie in enclosures without a common number.",
        "Ball arithmetic rounds outwards, so two values that could be equal would overlap.",
        "derive check 'a*b = a + b'",
    ),
    Explanation(
        "draws",
        "So many drawn points were usable, and both sides agreed at all of them, exactly or to so many digits.",
        "See `derive explain tested`.",
    ),
)
