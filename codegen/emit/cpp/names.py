"""C++ names for the names of an entry: one to one, and never a word that means something else there."""

from __future__ import annotations

import re
from collections.abc import Iterable

LANGUAGE = """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl concept const
    consteval constexpr constinit const_cast continue co_await co_return co_yield decltype default delete do
    double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable
    namespace new noexcept not not_eq nullptr operator or or_eq private protected public register
    reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch template
    this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t
    while xor xor_eq"""
LIBRARY = """
    NAN INFINITY NULL EOF BUFSIZ RAND_MAX I assert errno main memcpy std stdin stdout stderr linux unix
    threadIdx blockIdx blockDim gridDim warpSize dim3 half cudaError_t cudaStream_t"""
OURS = """
    Real Total Format ReducedExp bits_of from_bits rounder power_of_two times_power_of_two reduced_exp exp expm1
    log log1p softplus sigmoid tanh relu step sign maximum minimum square integer_power weighted normal_cdf
    normal_pdf digamma trigamma tetragamma BLOCK STRIP THREADS MOST_BLOCKS PARTIALS Sum Product Maximum
    over_block blocks_for launch stream error block_begin block_end largest_yet log_shift partials part_index
    part_count thread_index thread_count"""
RESERVED = frozenset((*LANGUAGE.split(), *LIBRARY.split(), *OURS.split()))


LIKE_A_CODE = re.compile(r"_u+(?=[0-9a-f]+_)")


def identifier(name: str) -> str:
    """The C++ name: ASCII, not reserved, and different for different names.

    A letter that is not ASCII is written as its code, μ as _u3bc_; what already looks so gets another u. A reserved
    word gets an underscore, and so does that word with underscores.
    """
    spelled = LIKE_A_CODE.sub(lambda found: found[0] + "u", name)
    spelled = "".join(c if c.isascii() else f"_u{ord(c):x}_" for c in spelled)
    return f"{spelled}_" if spelled.rstrip("_") in RESERVED else spelled


class Scope:
    """The names of one C++ scope; a name that is taken gets a number."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)

    def take(self, wish: str) -> str:
        name, n = identifier(wish), 1
        while name in self.taken:
            n += 1
            name = f"{identifier(wish)}_{n}"
        self.taken.add(name)
        return name
