r"""The macros that are read, by what they stand for. Every other macro is an error that names it."""

from __future__ import annotations

from derive.text.lexer import GREEK

# Signs, in the spelling of the plain grammar where it has them.
SIGNS = {
    "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=",
    "lt": "<", "gt": ">", "cdot": r"\cdot", "times": r"\cdot", "ast": r"\cdot", "odot": "⊙", "circ": "⊙", "div": "/",
    "mid": "|", "vert": "|", "|": "||", "Vert": "||", "parallel": "||", "lvert": "lvert", "rvert": "rvert",
    "lVert": "lVert", "rVert": "rVert", "langle": "langle", "rangle": "rangle", "{": "lbrace", "}": "rbrace",
    "lbrace": "lbrace", "rbrace": "rbrace", "lbrack": "[", "rbrack": "]", "to": "->", "rightarrow": "->",
    "longrightarrow": "->", "sim": "~", "top": "⊤", "intercal": "⊤", "star": "star", "prime": "'", "infty": "oo",
    "ldotp": ".", "perp": "_|_", "indep": "_|_", "leftrightarrow": "->", "\\": "newline",
}  # fmt: skip

CHARACTERS = {
    "+": "+", "-": "-", "−": "-", "*": r"\cdot", "·": r"\cdot", "⋅": r"\cdot", "×": r"\cdot", "⊙": "⊙", "∘": "⊙",
    "/": "/", "=": "=", "<": "<", ">": ">", "≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", "≠": "!=", "(": "(", ")": ")",
    "[": "[", "]": "]", "{": "{", "}": "}", "^": "^", "_": "_", "|": "|", "‖": "||", ",": ",", ";": ";", ":": ":",
    "'": "'", "′": "'", "!": "!", "&": "&", "⊤": "⊤", "∞": "oo", "→": "->", "⊥": "_|_", "⫫": "_|_",
}  # fmt: skip

# Macros that only move or size what stands beside them.
SPACES = {
    ",", ":", ";", "!", " ", ">", "quad", "qquad", "enspace", "thinspace", "medspace", "thickspace", "displaystyle",
    "textstyle", "scriptstyle", "limits", "nolimits", "allowbreak", "nobreak", "mathstrut", "/",
}  # fmt: skip
SIZES = {"left", "right", "middle"} | {f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in " lrm"}
SIZES = {size.strip() for size in SIZES}

LETTERS = {word: word for word in GREEK.values() if word != "omicron"} | {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma", "ell": "ell",
}  # fmt: skip

# Macros whose argument is a name in another face; the face is told apart, the name is the same.
FACES = {
    "mathrm": "roman", "text": "roman", "textrm": "roman", "operatorname": "roman", "operatorname*": "roman",
    "mathit": "roman", "mathop": "roman", "mathsf": "roman", "mathtt": "roman", "textit": "roman", "mbox": "roman",
    "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "textbf": "bold", "pmb": "bold", "symbf": "bold",
    "mathbb": "double", "mathds": "double", "mathcal": "script", "mathscr": "script", "mathfrak": "script",
}  # fmt: skip
ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
    "dot": "dot", "ddot": "ddot",
}  # fmt: skip

# Functions of one number that LaTeX has a macro or a letter for.
FUNCTIONS = {
    "log": "log", "ln": "log", "exp": "exp", "tanh": "tanh", "sin": "sin", "cos": "cos", "sinh": "sinh",
    "cosh": "cosh", "arccos": "acos", "det": "det",
}  # fmt: skip
TEXTBOOK = {"log", "exp", "sin", "cos", "sinh", "cosh", "tanh", "acos"}  # written without brackets: log x
CALLED = {"sigma": "sigmoid", "Phi": "Phi", "phi": "phi", "Gamma": "gamma", "psi": "digamma"}  # letter before a bracket
BIG = {"sum": "sum", "prod": "prod"}

REFUSED = {
    "approx": "a claim is exact; write = or \\le",
    "simeq": "a claim is exact; write = or \\le",
    "propto": "write = with the factor",
    "equiv": "write =",
    "in": "domains are declared beside the statement, `x: real[n]`",
    "forall": "what is not declared is any real number",
    "exists": "a statement holds for all values",
    "implies": "premises stand beside the statement, in given",
    "Rightarrow": "premises stand beside the statement, in given",
    "pm": "write one sign",
    "mp": "write one sign",
    "def": "macros cannot be defined",
    "newcommand": "macros cannot be defined",
    "renewcommand": "macros cannot be defined",
    "let": "macros cannot be defined",
    "input": "a statement is one text",
    "include": "a statement is one text",
    "dots": "write \\sum or \\prod with its range",
    "ldots": "write \\sum or \\prod with its range",
    "cdots": "write \\sum or \\prod with its range",
    "tan": "write \\frac{\\sin x}{\\cos x}",
    "binom": "write it with \\Gamma",
    "iint": "write one \\int in the other",
    "lfloor": "there is no floor",
    "lceil": "there is no ceiling",
}
