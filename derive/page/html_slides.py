"""Cut the calculations of a page into slides, by the estimated height of their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from derive.page.html_extent import TEXT, extent, inline
from derive.page.model import Calculation, Page, Row

# All lengths are pixels of the 1280 x 720 stage; page.css has the same numbers.
MATH, SMALLEST = 27, 0.8  # formula size, and how far it may shrink to fit
STAGE, MARGIN, REASON, COLUMNS = 1280, 56, 340, 116  # columns: number, relation and the gaps
ROOM, TITLE_LINE, GIVEN_LINE, GAP, PADDING, SHORTEST = 621, 46, 32, 5, 19, 67
LHS_LIMIT = 360  # a left side wider than this gets a line of its own


@dataclass(frozen=True)
class Slide:
    """Some consecutive rows of a calculation; the first of them is a repetition when `part` > 1."""

    calculation: Calculation
    rows: tuple[Row, ...]
    part: int
    parts: int


def slides(page: Page) -> tuple[Slide, ...]:
    found: list[Slide] = []
    for calculation in page.calculations:
        room = ROOM - header_height(page, calculation)
        cuts = paginate([height + GAP for height in row_heights(calculation.rows)], room + GAP)
        for part, (start, end) in enumerate(cuts, 1):
            found.append(Slide(calculation, calculation.rows[start:end], part, len(cuts)))
    return tuple(found)


def paginate(heights: Sequence[float], room: float) -> tuple[tuple[int, int], ...]:
    """Ranges of rows, each at most `room` high where two rows fit; each repeats the last row of the one before.

    As few ranges as possible, and among those the most even ones.
    """
    best = _greedy(heights, room)
    for share in range(95, 45, -5):
        tighter = _greedy(heights, room * share / 100)
        if len(tighter) > len(best):
            break
        best = tighter
    return best


def _greedy(heights: Sequence[float], room: float) -> tuple[tuple[int, int], ...]:
    cuts: list[tuple[int, int]] = []
    start, end = 0, 0
    while end < len(heights) or not cuts:
        end = min(start + (2 if cuts else 1), len(heights))
        while end < len(heights) and sum(heights[start : end + 1]) <= room:
            end += 1
        cuts.append((start, end))
        start = end - 1
    return tuple(cuts)


def header_height(page: Page, calculation: Calculation) -> float:
    width = STAGE - 2 * MARGIN
    title = heading(page, calculation)
    lines = ceil(text_width(" ".join(title), 38) / width)
    given = sum(extent(latex, TEXT).width * 24 + 28 for latex in page.given) + 60
    height = TITLE_LINE * lines + (GIVEN_LINE * ceil(given / width) if page.given else 0)
    return height + (GIVEN_LINE if has_claim(calculation) else 0) + 19


def has_claim(calculation: Calculation) -> bool:
    """Whether the slide says in words how the whole calculation stands."""
    return calculation.expected == "refuted" or calculation.standing == "FAILED"


def heading(page: Page, calculation: Calculation) -> tuple[str, str]:
    """The title of the page and what the calculation adds to it."""
    return page.title, "" if calculation.title in ("", page.title) else calculation.title


def row_heights(rows: Sequence[Row]) -> list[float]:
    lhs_widths = [extent(row.lhs).width * MATH for row in rows]
    column = max((width for width in lhs_widths if width <= LHS_LIMIT), default=0)
    return [_row_height(row, width, column) for row, width in zip(rows, lhs_widths, strict=True)]


def _row_height(row: Row, lhs_width: float, column: float) -> float:
    formula = extent(row.rhs)
    width = formula.width * MATH
    beside = STAGE - 2 * MARGIN - REASON - COLUMNS - column
    height = max(formula.height, extent(row.lhs).height, 0.9) * MATH
    reason = reason_height(row, REASON)
    if lhs_width > LHS_LIMIT:
        height = (formula.height + extent(row.lhs).height) * MATH + GAP
    if width * SMALLEST > beside:  # the reason goes below, and the formula may break into lines
        lines = ceil(width * SMALLEST / (beside + REASON))
        height = height * lines if lines > 1 else height
        return max(SHORTEST, height + reason_height(row, REASON + beside) + PADDING + GAP)
    return max(SHORTEST, max(height, reason) + PADDING)


def reason_height(row: Row, width: float) -> float:
    badge = text_width(f"     {row.verdict} {row.detail}", 15.5)
    reason = f"{row.reason} (unconfirmed)" if row.reason_status == "unconfirmed" else row.reason
    lines = [(reason, text_width(reason, 20), 26), ("badge", badge, 24), (row.note, text_width(row.note, 16), 21)]
    return sum(ceil(length / (width - 18)) * line for text, length, line in lines if text)


def text_width(text: str, size: float) -> float:
    """Estimated width of text with inline mathematics in it."""
    return size * sum(extent(piece, TEXT).width if math else 0.45 * len(piece) for math, piece in inline(text))
