"""A page as a LaTeX document that compiles with a minimal installation: article, amsmath, xcolor, graphicx."""

from __future__ import annotations

import re

from derive.page.model import Calculation, Page, Row

PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[a4paper,landscape,margin=20mm]{geometry}
\usepackage{amsmath,amssymb,xcolor,array,graphicx}
\pagestyle{empty}\setlength{\parindent}{0pt}
\definecolor{proved}{HTML}{00745A}\definecolor{tested}{HTML}{0063A8}\definecolor{refuted}{HTML}{B91C1C}
\definecolor{assumed}{HTML}{B45309}\definecolor{undecided}{HTML}{B45309}\definecolor{definition}{HTML}{6B7280}
\newcommand{\verdict}[2]{\textcolor{#1}{\textsf{\small\textbf{#1}} \textsf{\footnotesize #2}}}
\newcommand{\fit}[2]{\sbox0{$\displaystyle #2$}\ifdim\wd0>#1\sbox0{\resizebox{#1}{!}{\usebox0}}\fi
\raisebox{0pt}[\dimexpr\ht0+1ex][\dimexpr\dp0+1ex]{\usebox0}}
\raggedright
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
    "✓": r"$\checkmark$",
    "✗": r"$\times$",
}


def tex(page: Page) -> str:
    """The document; deterministic."""
    title = rf"{{\LARGE\textsf{{\textbf{{{prose(page.title)}}}}}}}\par\medskip"
    parts = [PREAMBLE, title, prose(page.doc) + r"\par\medskip"]
    if page.given:
        parts.append(r"\textsf{\small GIVEN}\quad $" + r"$,\quad $".join(page.given) + r"$\par\bigskip")
    parts += [_calculation(c) for c in page.calculations]
    counts = r" $\cdot$ ".join(prose(words) for _, words in page.counts)
    failures = f" in {prose(page.failures)}" if page.failures else ""
    parts.append(rf"\bigskip\hrule\smallskip\textsf{{\small \textbf{{{page.standing}}}{failures}\quad {counts} \hfill")
    parts.append(rf"\mbox{{{prose(page.id)} $\cdot$ sha {page.digest} $\cdot$ seed {page.seed}}}}}")
    parts += [r"\par\smallskip\textsf{\footnotesize " + prose(c) + "}" for c in page.cites]
    return "\n".join([*parts, r"\end{document}", ""])


def _calculation(calc: Calculation) -> str:
    said = "a falsehood, refuted" if calc.standing == "verified" else "declared false, not refuted"
    false = rf" \textcolor{{refuted}}{{({said})}}" if calc.expected == "refuted" else ""
    rows = "\n".join(_row(row) for row in calc.rows)
    return (
        rf"\textsf{{\textbf{{{prose(calc.title)}}}}}{false}\par\smallskip" + "\n"
        r"\begin{tabular*}{\textwidth}{@{}>{\footnotesize}r@{\quad}r@{\;}>{$}c<{$}@{\;}l@{\quad\extracolsep{\fill}}"
        r">{\raggedright\arraybackslash\small}p{78mm}@{}}" + f"\n{rows}\n"
        r"\end{tabular*}\par\medskip"
    )


def _row(row: Row) -> str:
    reason = prose(row.reason) + (f"; {prose(row.note)}" if row.note else "")
    number = "" if row.number is None else str(row.number)
    verdict = rf"\verdict{{{row.verdict}}}{{{prose(row.detail)}}}"
    failed = r"\textcolor{refuted}{\textbf{FAILED}} " if row.failed else ""
    sides = rf"{_fit(row.lhs, 45)} & {row.relation} & {_fit(row.rhs, 112)}"
    return rf"{number} & {sides} & {failed}{reason} {verdict}\\[1ex]"


def _fit(formula: str, width: int) -> str:
    """The formula, made smaller where it is wider than so many millimetres."""
    return rf"\fit{{{width}mm}}{{{formula}}}" if formula else ""


def prose(text: str) -> str:
    """Prose with inline formulas, escaped for LaTeX."""
    pieces = INLINE.split(text)
    return "".join(p if INLINE.match(p) else "".join(SIGNS.get(c) or SPECIAL.get(c, c) for c in p) for p in pieces)
