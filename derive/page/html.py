"""A derivation as one HTML file: slides that open offline, step by step, and print one slide a page."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template

from derive.page.html_extent import inline
from derive.page.html_slides import Slide, has_claim, heading, slides
from derive.page.model import Calculation, Page, Row, Verdict

ASSETS = files("derive.page") / "assets"
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
HINT = "click, space or → for the next step · ? for keys"

# A font is put into the page when its pattern occurs in the text or the formulas of the page.
BOLD = r"\\(mathbf|bf|textbf|boldsymbol|bm|bold)\b"
GREEK, FURTHER_LATIN = "[\u0370-\u03ff]", "[\u0100-\u024f]"
FONTS = (  # family, weight, style, file under assets/third_party, pattern
    ("Source Sans 3", 400, "normal", "source-sans-3/source-sans-3-latin-400-normal", ""),
    ("Source Sans 3", 600, "normal", "source-sans-3/source-sans-3-latin-600-normal", ""),
    ("Source Sans 3", 700, "normal", "source-sans-3/source-sans-3-latin-700-normal", ""),
    ("Source Sans 3", 400, "italic", "source-sans-3/source-sans-3-latin-400-italic", 'class="reason unconfirmed"'),
    ("Source Sans 3", 400, "normal", "source-sans-3/source-sans-3-greek-400-normal", GREEK),
    ("Source Sans 3", 600, "normal", "source-sans-3/source-sans-3-greek-600-normal", GREEK),
    ("Source Sans 3", 700, "normal", "source-sans-3/source-sans-3-greek-700-normal", GREEK),
    ("Source Sans 3", 400, "normal", "source-sans-3/source-sans-3-latin-ext-400-normal", FURTHER_LATIN),
    ("KaTeX_Main", 400, "normal", "katex/fonts/KaTeX_Main-Regular", ""),
    ("KaTeX_Math", 400, "italic", "katex/fonts/KaTeX_Math-Italic", ""),
    ("KaTeX_AMS", 400, "normal", "katex/fonts/KaTeX_AMS-Regular", ""),
    ("KaTeX_Size1", 400, "normal", "katex/fonts/KaTeX_Size1-Regular", ""),
    ("KaTeX_Size2", 400, "normal", "katex/fonts/KaTeX_Size2-Regular", ""),
    ("KaTeX_Size3", 400, "normal", "katex/fonts/KaTeX_Size3-Regular", ""),
    ("KaTeX_Size4", 400, "normal", "katex/fonts/KaTeX_Size4-Regular", ""),
    ("KaTeX_Main", 700, "normal", "katex/fonts/KaTeX_Main-Bold", BOLD),
    ("KaTeX_Main", 400, "italic", "katex/fonts/KaTeX_Main-Italic", r"\\(mathit|it|textit|emph)\b"),
    ("KaTeX_Main", 700, "italic", "katex/fonts/KaTeX_Main-BoldItalic", r"\\(textit|textbf)\b.*\\(textit|textbf)\b"),
    ("KaTeX_Math", 700, "italic", "katex/fonts/KaTeX_Math-BoldItalic", r"\\(boldsymbol|bm)\b"),
    ("KaTeX_Caligraphic", 400, "normal", "katex/fonts/KaTeX_Caligraphic-Regular", r"\\(mathcal|cal|oldstyle)\b"),
    ("KaTeX_Caligraphic", 700, "normal", "katex/fonts/KaTeX_Caligraphic-Bold", r"\\(boldsymbol|bm)\b.*\\(math)?cal\b"),
    ("KaTeX_Fraktur", 400, "normal", "katex/fonts/KaTeX_Fraktur-Regular", r"\\(mathfrak|frak)\b"),
    ("KaTeX_SansSerif", 400, "normal", "katex/fonts/KaTeX_SansSerif-Regular", r"\\(mathsf|sf|textsf)\b"),
    ("KaTeX_SansSerif", 700, "normal", "katex/fonts/KaTeX_SansSerif-Bold", r"\\(mathsf|textsf)\b.*\\(text|math)bf\b"),
    ("KaTeX_Script", 400, "normal", "katex/fonts/KaTeX_Script-Regular", r"\\mathscr\b"),
    ("KaTeX_Typewriter", 400, "normal", "katex/fonts/KaTeX_Typewriter-Regular", r"\\(mathtt|tt|texttt|verb)\b"),
)

TICK = '<svg aria-hidden="true"><use href="#tick"/></svg><span class="unseen">✓ </span>'

MARKS: dict[Verdict, str] = {
    "proved": "a certificate that was checked again by a small program of its own",
    "tested": "both sides agreed at many points with high precision; this is no proof",
    "definition": "true because the symbols are defined so",
    "assumed": "taken from the cited source or required; not proved here",
    "undecided": "neither a proof nor a counterexample was found",
    "refuted": "a point was found at which the statement fails",
}


def html(page: Page) -> str:
    """The whole page as one document that loads nothing from anywhere; the same page gives the same bytes."""
    cut = slides(page)
    about = [_about(page)] if page.cites or (page.doc and page.given) else []
    number = len(cut) + len(about)
    sections = [_slide(page, slide, f"{place} / {number}" if number > 1 else "") for place, slide in enumerate(cut, 1)]
    sections += [_section(page, f"<h2>{text(page.title)}</h2>", body, f"{number} / {number}") for body in about]
    shown = "\n".join(sections)
    style = f"{_fonts(shown)}{_katex_style()}{_asset('page.css')}"
    script = f"{_asset('third_party/katex/katex.min.js')}\n{_asset('page.js')}"
    return Template(_asset("page.html")).substitute(
        policy=f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; font-src data:; "
        "base-uri 'none'; form-action 'none'",
        description=plain(page.doc or page.plain_title or page.title),
        title=plain(page.plain_title or page.title),
        style=style,
        script=script,
        badges=_asset("badges.svg"),
        slides=shown,
    )


def plain(string: str) -> str:
    """Escaped text; control characters, also those that turn the reading direction, become visible."""
    return escape(UNPRINTABLE.sub("\ufffd", string))


def text(string: str) -> str:
    r"""Escaped text in which ``\(...\)`` becomes a formula."""
    return "".join(tex(piece) if math else plain(piece) for math, piece in inline(string))


def tex(latex: str, marked: str | None = None) -> str:
    """An element with the LaTeX source as its text, which the script replaces by the formula."""
    if not latex:
        return ""
    data = f' data-marked="{plain(marked)}"' if marked and marked != latex else ""
    return f'<span class="tex"{data}>{plain(latex)}</span>'


def _slide(page: Page, slide: Slide, place: str) -> str:
    title, subtitle = heading(page, slide.calculation)
    head = text(title) + (f'<span class="calc">{text(subtitle)}</span>' if subtitle else "")
    if slide.parts > 1:
        head += f' <span class="part">part {slide.part} of {slide.parts}</span>'
    given = '<span class="comma">,</span></span><span>'.join(tex(latex) for latex in page.given)
    lines = [f"<h2>{head}</h2>"]
    if page.given:
        lines.append(f'<p class="given"><span class="label">Given</span><span>{given}</span></p>')
    elif page.doc:
        lines.append(f'<p class="lead">{text(page.doc)}</p>')
    if has_claim(slide.calculation):
        lines.append(f'<p class="claim">{_claim(slide.calculation)}</p>')
    rows = "\n".join(map(_row, slide.rows))
    lines.append(f'<ol class="rows">\n{rows}\n</ol>')
    return _section(page, "\n".join(lines), f'<p class="hint" aria-hidden="true">{HINT}</p>', place, slide.part)


def _claim(calculation: Calculation) -> str:
    match calculation.expected, calculation.standing:
        case "hold", _:
            return "<b>FAILED</b> <span>a line that should hold is refuted</span>"
        case _, "verified":
            return "<b>false statement</b> <span>refuted, as it should be</span>"
        case _, "checked":
            return "<b>expected to be false</b> <span>no counterexample was found</span>"
        case _:
            return "<b>FAILED</b> <span>this statement was expected to be false, and it was not refuted</span>"


def _row(row: Row) -> str:
    bad = " bad" * (row.verdict == "refuted" or row.failed) + " fails" * row.failed
    failed = "<b>FAILED</b> " if row.failed else ""
    changed = f' data-changed="{plain(row.changed)}"' if row.changed else ""
    number = "" if row.number is None else row.number
    why = []
    if row.reason and row.reason_status == "unconfirmed":
        why.append(f'<p class="reason unconfirmed">{failed}{text(row.reason)} <small>(unconfirmed)</small></p>')
    elif row.reason or failed:
        why.append(f'<p class="reason">{failed}{text(row.reason)}</p>')
    why.append(f'<p class="badge {row.verdict}">{_badge(row.verdict)}{text(row.detail)}</p>')
    if row.note:
        why.append(f'<p class="note">{text(row.note)}</p>')
    return (
        f'<li class="row{bad}"{changed}><div class="formula"><span class="number">{number}</span>'
        f'<span class="lhs">{tex(row.lhs)}</span><span class="rel">{tex(row.relation)}</span>'
        f'<span class="rhs">{tex(row.rhs, row.rhs_highlighted)}</span></div><div class="why">{"".join(why)}</div></li>'
    )


def _badge(verdict: Verdict) -> str:
    return f'<svg aria-hidden="true"><use href="#{verdict}"/></svg><b>{verdict}</b> '


def _about(page: Page) -> str:
    parts = [f"<p>{text(paragraph)}</p>" for paragraph in re.split(r"\n\s*\n", page.doc.strip()) if paragraph]
    if page.cites:
        parts.append("<h3>Sources</h3><ul>" + "".join(f"<li>{text(cite)}</li>" for cite in page.cites) + "</ul>")
    used = {row.verdict for calculation in page.calculations for row in calculation.rows}
    marks = "".join(
        f'<dt class="badge {verdict}">{_badge(verdict)}</dt><dd>{meaning}</dd>'
        for verdict, meaning in MARKS.items()
        if verdict in used
    )
    parts.append(f"<h3>Marks</h3><dl>{marks}</dl>")
    return f'<div class="about">{"".join(parts)}</div>'


def _section(page: Page, head: str, body: str, place: str, part: int = 1) -> str:
    continued = " continued" if part > 1 else ""
    return f'<section class="slide{continued}">\n{head}\n{body}\n{_footer(page, place)}\n</section>'


def _footer(page: Page, place: str) -> str:
    word = page.standing
    tick = TICK if word == "verified" else ""
    counts = " · ".join(f'<span class="{kind}">{words}</span>' for kind, words in page.counts)
    source = plain(f"{page.id} · sha {page.digest} · seed {page.seed}")
    counter = f'<p class="place">{place}</p>' if place else ""
    failures = f' <span class="failures">in {text(page.failures)}</span>' if page.failures else ""
    length = len(page.failures) + sum(len(words) + 3 for _, words in page.counts) + len(source)
    return (
        f"<footer{' class=long' if length > 130 else ''}><p>"
        f'<span class="standing {word}">{tick}{word}</span>{failures} '
        f'<span class="counts">{counts}</span></p><p class="source">{source}</p>{counter}</footer>'
    )


def _fonts(shown: str) -> str:
    """Font faces as data, only those that the page needs."""
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
        f'src:url(data:font/woff2;base64,{_base64(f"third_party/{file}.woff2")}) format("woff2")}}\n'
        for family, weight, style, file, pattern in FONTS
        if re.search(pattern, shown)
    )


def _katex_style() -> str:
    return re.sub(r"@font-face\{[^}]*\}", "", _asset("third_party/katex/katex.min.css"))


def _hash(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


@cache
def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8").strip()


@cache
def _base64(name: str) -> str:
    return b64encode((ASSETS / name).read_bytes()).decode()
