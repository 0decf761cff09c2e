"""A page as a LaTeX document that compiles with a minimal installation: article, amsmath, xcolor."""

from __future__ import annotations

import re

from derive.page.model import Calculation, Page, Row

PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[a4paper,landscape,margin=20mm]{geometry}
\usepackage{amsmath,amssymb,xcolor,array}
\pagestyle{empty}\setlength{\parindent}{0pt}
\definecolor{proved}{HTML}{00745A}\definecolor{tested}{HTML}{0063A8}\definecolor{refuted}{HTML}{B91C1C}
\definecolor{assumed}{HTML}{B45309}\definecolor{undecided}{HTML}{B45309}\definecolor{definition}{HTML}{6B7280}
\newcommand{\verdict}[2]{\textcolor{#1}{\textsf{\small\textbf{#1}} \textsf{\footnotesize #2}}}
\begin{document}
"""
SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
SPECIAL |= {c: "\\" + c for c in "&%$#_{}"}
INLINE = re.compile(r"(\\\(.*?\\\))")
SIGNS = {
    "γ": r"$\gamma$",
    "σ": r"$\sigma$",
    "↦": r"$\mapsto$",
    "·": r"$\cdot$",
    "±": r"$\pm$",
    "≠": r"$\ne$",
    "≥": r"$\ge$",
}


def tex(page: Page) -> str:
    """The document; deterministic."""
    title = rf"{{\LARGE\textsf{{\textbf{{{_text(page.title)}}}}}}}\par\medskip"
    parts = [PREAMBLE, title, _text(page.doc) + r"\par\medskip"]
    if page.given:
        parts.append(r"\textsf{\small GIVEN}\quad $" + r",\quad ".join(page.given) + r"$\par\bigskip")
    parts += [_calculation(c) for c in page.calculations]
    counts = r" $\cdot$ ".join(_text(words) for _, words in page.counts)
    parts.append(rf"\bigskip\hrule\smallskip\textsf{{\small \textbf{{{page.standing}}}\quad {counts}\hfill")
    parts.append(rf"{_text(page.id)} $\cdot$ sha {page.digest} $\cdot$ seed {page.seed}}}")
    parts += [r"\par\smallskip\textsf{\footnotesize " + _text(c) + "}" for c in page.cites]
    return "\n".join([*parts, r"\end{document}", ""])


def _calculation(calc: Calculation) -> str:
    false = r" \textcolor{refuted}{(a falsehood, refuted)}" if calc.expected == "refuted" else ""
    rows = "\n".join(_row(row) for row in calc.rows)
    return (
        rf"\textsf{{\textbf{{{_text(calc.title)}}}}}{false}\par\smallskip" + "\n"
        r"\begin{tabular}{@{}>{\footnotesize}r@{\quad}>{$\displaystyle}r<{$}@{\;}>{$}c<{$}@{\;}"
        r">{$\displaystyle}l<{$}@{\qquad}>{\raggedright\arraybackslash\small}p{62mm}@{}}" + f"\n{rows}\n"
        r"\end{tabular}\par\medskip"
    )


def _row(row: Row) -> str:
    reason = _text(row.reason) + (f"; {_text(row.note)}" if row.note else "")
    number = "" if row.number is None else str(row.number)
    verdict = rf"\verdict{{{row.verdict}}}{{{_text(row.detail)}}}"
    return rf"{number} & {row.lhs} & {row.relation} & {row.rhs} & {reason} {verdict}\\[2ex]"


def _text(text: str) -> str:
    """Prose with inline formulas, escaped for LaTeX."""
    pieces = INLINE.split(text)
    return "".join(p if INLINE.match(p) else "".join(SIGNS.get(c) or SPECIAL.get(c, c) for c in p) for p in pieces)
