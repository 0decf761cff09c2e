"""Hard variants: sigmoid, tanh and swish out of straight lines."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Limit,
    Rational,
    Variable,
    calc,
    call,
    eq,
    ge,
    le,
    maximum,
    minimum,
    oo,
    real,
    refute,
    relu,
    where,
)

N = Dim("N", index="i", doc="units")


class Hard(Entry):
    """Piecewise linear stand-ins: exact at 0 and far out, cheap in between."""

    title = "Hard sigmoid, hard tanh, hard swish, ReLU6"
    states = ("P2",)
    z = real(N, role="input", doc="before the activation")

    relu6 = minimum(maximum(z, 0), 6)
    hard_tanh = maximum(-1, minimum(1, z))
    hard_sigmoid = minimum(maximum(z + 3, 0), 6) / 6
    hard_swish = z * hard_sigmoid
    reduction = "none"

    tanh_by_cases = calc(hard_tanh, eq(where(z > 1, 1, where(z < -1, -1, z))))
    tanh_by_relu = calc(hard_tanh, eq(relu(z + 1) - relu(z - 1) - 1))
    sigmoid_by_relu = calc(hard_sigmoid, eq((relu(z + 3) - relu(z - 3)) / 6))
    sigmoid_by_tanh = calc(
        hard_sigmoid, eq((1 + maximum(-1, minimum(1, z / 3))) / 2), note="as σ(z) = (1 + tanh(z/2))/2"
    )
    swish_by_cases = calc(hard_swish, eq(where(z > 3, z, where(z < -3, 0, z * (z + 3) / 6))))
    tanh_slope = calc(D(hard_tanh, z), eq(where(abs(z) < 1, 1, 0)))
    sigmoid_slope = calc(D(hard_sigmoid, z), eq(where(abs(z) < 3, Rational(1, 6), 0)))
    relu6_slope = calc(D(relu6, z), eq(where(abs(z - 3) < 3, 1, 0)))
    tanh_most = calc(hard_tanh, le(1))
    tanh_least = calc(hard_tanh, ge(-1))
    sigmoid_least = calc(hard_sigmoid, ge(0))
    sigmoid_most = calc(hard_sigmoid, le(1))
    swish_least = calc(hard_swish, ge(-Rational(3, 8)))

    x = Variable()
    right = calc(Limit(minimum(maximum(x + 3, 0), 6) / 6, x, oo), eq(1))
    left = calc(Limit(minimum(maximum(x + 3, 0), 6) / 6, x, -oo), eq(0))

    lower_swish = refute(hard_swish, ge(-Rational(37, 100)))

    oracle = call("torch.nn.functional.hardswish", z)
    cites = ("Howard et al. 2019, Searching for MobileNetV3, arXiv:1905.02244",)
    emits = ("hard_swish",)
