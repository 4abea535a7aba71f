"""How much of several lists of lines fits into a text of limited length."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate


def fitting(bodies: Sequence[Sequence[str]], fits: Callable[[list[int]], bool]) -> list[int]:
    """How many lines to keep of each of ``bodies``, so that the text with them ``fits``: the longest
    are cut first. None of any where even that does not fit.
    """
    sizes = [[*accumulate(map(len, body))] for body in bodies]

    def kept(size: int) -> list[int]:
        return [bisect_right(known, size) for known in sizes]

    most = max((known[-1] for known in sizes if known), default=0)
    return kept(largest(most, lambda size: fits(kept(size))))


def largest(most: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to ``most`` that ``fits``, as do all below it; -1 where none does."""
    low, high = -1, most
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low
