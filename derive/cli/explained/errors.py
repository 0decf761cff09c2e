r"""The kinds of errors, by code, with the patterns of their messages; the first that fits is the kind.

E1xx is about a text as such, E2xx about what stands in it, E3xx about LaTeX, E4xx about claims, E5xx about files.
"""

from __future__ import annotations

from derive.cli.explained.explanation import Explanation


def _error(
    code: str, name: str, what: str, *patterns: str, why: str = "", example: str = "", do: str = ""
) -> Explanation:
    return Explanation(name, what, why, example, do, code, patterns)


READING = (
    _error(
        "E101", "character", "A character that no statement has.", r"does not belong here",
        why="Letters are Latin or Greek; letters that only look alike are refused, as they would be two symbols.",
        example="x ! = 1", do="Replace the character under the caret; the message may name what to write.",
    ),
    _error(
        "E102", "bracket", "A bracket without its partner, or with one of another kind.",
        r"is never closed", r"nothing opens this", r"is closed by a", example="(a + b = c", do="Close what is open.",
    ),
    _error(
        "E103", "too large", "A limit is passed: of length, depth, digits, names, or of a constant power.",
        r"longer than .* characters", r"more than .* (characters|digits|names|bits|terms|deep)", r"nested more than",
        why="A statement is read in bounded time and memory, whatever it says.", example="2**(10**9) = 1",
        do="Split the statement, or name parts of it after `; with`.",
    ),
    _error(
        "E104", "brackets needed", "A form that is read in two ways, or not at all, without brackets.",
        r"brackets are needed", example="log 2**2 = 1", do="Write the brackets that are meant.",
    ),
    _error(
        "E105", "not supported yet", "A form of the grammar that this version cannot read or decide.",
        r"not supported yet", do="The message names another form where there is one.",
    ),
    _error(
        "E106", "unknown function", "A name before a bracket that is no function.",
        r"is not a known function", r"looks like a function", r"no function that is known",
        why="Products take a sign, so a name before a bracket can only be a function.", example="sigmod(x) = 1",
        do="Correct the name, declare it, `f: function`, or write the product with *.",
    ),
    _error(
        "E107", "arguments", "A function with too few, too many or unfit arguments.",
        r"\btakes\b", r" given\Z", r"needs an argument", r"has no derivative as a function", r"Max runs over a dim",
        r"the axis of .* is written over=", r"written without over=", r"a range is an index and its two bounds",
        r"expected a symbol, named once", r"has a derivative as a function", r"differs? in the number",
        example="max(x) = 1", do="The message shows the form.",
    ),
    _error(
        "E108", "reserved name", "A name that has a meaning already, or two.",
        r"choose another name", r"is declared twice", r"already has a meaning", r"are both declared",
        r"is written in two ways", r"name that is declared", example="with a = 1; a = 2", do="Rename one of them.",
    ),
    _error(
        "E109", "definition", "A definition that is used before it stands, or below a binder of its own index.",
        r"is used before it is defined", r"is defined with an index",
        do="Order the definitions, or write the formula out.",
    ),
    _error(
        "E110", "recurrence", "A recurrence without its start, its range, or a family on its left.",
        r"recurrence", r"`for` follows one equation",
        example="m[t] = b*m[t-1] for t in [1,T]", do="Write m[0] = ...; m[t] = ... for t in [1,T].",
    ),
    _error(
        "E111", "declaration", "A declaration with an unknown domain, a shape that does not fit, or an unfit range.",
        r"is not a domain", r"needs its shape", r"has no shape and no range", r"stands in a shape", r"takes no range",
        r"the range of a size", r"needs the same size twice", r"a size is a positive integer",
        r"a range with formulas is a premise", r"the ends of a range",
        example="x: reel", do="See the table of domains: docs/statement-language.md.",
    ),
    _error(
        "E112", "shape not known", "How many axes a name has, or how long they are, does not follow from the text.",
        r"cannot be inferred", r"declare what it is", r"declare some of them", r"which of .* is a tensor",
        r"looks like a number and a tensor",
        why="Where two readings remain none of them is guessed.", example="softmax(z*w) = 1",
        do="Declare the name, `z: real[n]`.",
    ),
    _error(
        "E113", "wrong kind of name", "A name in a place where what it stands for cannot stand.",
        r"is a family of sizes", r"has no meaning here", r"is not a random variable", r"is no size",
        r"is a function; write", r"oo can stand only", r"a tuple can stand only", r"takes random variables",
        r"has no axis to run over", r"grad needs a scalar", r"is not a symbol", r"expected the name of a variable",
        r"needs a distribution", r"is no distribution", r"is not the transpose",
        do="The message says what is expected.",
    ),
    _error(
        "E114", "law", "A density or an expectation without its law, its outcomes, or with two laws of one outcome.",
        r"is a density of outcomes", r"a density is written", r"stands twice in", r"has two laws", r"is not a law",
        r"is a law here", r"not as a law", r"needs what is drawn", r"under which law", r"is a random variable here",
        r"which needs no declaration", r"densities are over the same", r"not as a random variable",
        r"has a capital name", r"what is given is written", r"stands before the bar in",
        why="Capital letters are random variables, the small letter is a value: p(x) is the density of X at x.",
        example="p(X) = 1", do="Write p(x), E_p(x)[f], KL(p(x)||q(x)); `--where 'm: law'` declares other laws.",
    ),
    _error(
        "E115", "dependence", "A Markov chain, an independence or an event of random variables that is not complete.",
        r"a Markov chain has", r"one kind of sign in a row", r"this structure is of", r"counts the values",
        r"P\(\.\.\.\) is the probability",
        example="X -> Y", do="Write X -> Y -> Z, X _|_ Y | Z, |X| <= n, P(X != Y).",
    ),
    _error(
        "E199", "something else expected", "The text goes on with what cannot follow here.", r"^expected ",
        why="The caret stands under the first character that does not fit.", example="a + * b = c",
        do="The message says what could stand there.",
    ),
)  # fmt: skip
LATEX = (
    _error(
        "E301", "macro", "A LaTeX macro or environment that is not read.",
        r"is not a macro that is read", r"^\\\w+ is not read", r"the only environment", r"is .*, no name; domains",
        why="Only macros with one meaning in mathematics are read; none is ever carried out.",
        example=r"x = \input{file}", do="Write the formula with the macros of docs/statement-language.md.",
    ),
    _error(
        "E302", "two readings", "LaTeX that lecturers use for two things.",
        r"is read in two ways", r"may be read in two ways", r"may be the binary", r"is unclear",
        r"so this may be a f", r"a number elsewhere",
        r"is declared as a number", r"the base of an exponential elsewhere", r"a factor follows an integral",
        r"follows a factor",
        why="A verdict about the other reading would be worse than none.", example=r"1/2 \pi = x",
        do="Write one of the forms that the message names.",
    ),
    _error(
        "E303", "script", "A subscript or superscript that is no index, no part of a name and no power.",
        r"in a script", r"an index is a subscript", r"is an accent", r"scripts and accents stand outside",
        r"a prime marks a derivative", r"one script below", r"expected an index", r"its size is needed",
        r"braces are needed around", example="x^12 = 1", do="Put braces around all of the script.",
    ),
    _error(
        "E304", "row and column", "Vectors and matrices side by side that have no product.",
        r"a row ", r"a tensor of more than two axes", r"\^T transposes", r"a matrix has the powers",
        why=r"Vectors are columns, x^\top is a row.", example=r"A x^\top = B",
        do=r"Transpose one of them, or write \odot for a product entry by entry.",
    ),
    _error(
        "E305", "operator without range", "A sum, integral, gradient, norm or expectation that lacks what it is about.",
        r"upper end", r"needs both ends", r"one from above", r"the norms that are read",
        r"derivative (of order|has an order)",
        r"are read, the gradient", r"minimise over the same", r"only at the beginning of a side", r"cases have two",
        r"only the last row", r"the last row is", r"nothing says how",
        example=r"\int x\,dx = 1", do="The message shows the form.",
    ),
)  # fmt: skip
MEANING = (
    _error(
        "E201", "shapes do not fit", "Operands whose axes do not go together, by the dims they were declared with.",
        r"neither axes are", r"a dim occurs twice", r"need one shape", r"these shapes do not fit", r"axes",
        r"indices are needed", r"has no transpose", r"is not a scalar", r"must be a scalar", r"single number",
        why="Operands have the same axes, or those of one are an ordered part of the other's.",
        example="derive check 'x + y = y + x' --where 'x: real[n]; y: real[m]'",
        do="Declare the shapes with the same names of sizes, or write the entries with indices.",
    ),
    _error(
        "E202", "not that sort", "A proposition, function, random variable or law where a number stands.",
        r"needs? (numbers|a condition|x to be)", r"is a .*, not a", r"binds", r"runs over (an index|no dim)",
        r"not a function", r"no claim", r"is a definition", r"but \w+ is a", r"distribution", example="X + H(X) = 1",
    ),
    _error(
        "E203", "outside the domain", "A value that cannot stand where it stands.",
        r"positions are 1, 2", r"float", r"empty range", r"integers are the ends", example="x[0] = 1",
        do="Positions begin with 1, numbers are exact.",
    ),
    _error(
        "E204", "no such name", "A name that nothing has, or that may not be used here.",
        r"has no symbol", r"contains its own", r"is not an id", r"no entry", r"did you mean",
        do="`derive list` shows the ids of the catalog.",
    ),
)  # fmt: skip
CLAIMS = (
    _error(
        "E401", "no usable point", "The claim has no meaning at any drawn point, or the premises hold at none.",
        r"no (usable )?draw", r"defined at no", r"contradict", r"no point",
        why="A claim about nothing is not proved, whatever it says.",
        do="Look at the premises: some of them exclude each other, or the domains.",
    ),
    _error(
        "E402", "derivative", "A derivative that is not defined, or that would need a Jacobian.",
        r"jacobian", r"derivative", do="Write jacobian(f, x), or D(Sum(f), x).",
    ),
    _error("E403", "no such claim", "A recorded claim that stands there no more.", r"has no (line|relation)"),
)  # fmt: skip
FILES = (
    _error(
        "E501", "file", "A file or folder that cannot be read or written, or is of another kind.",
        r"cannot be (read|written)", r"is a (folder|file)", r"not a text file", r"not a JSON", r"no statement in it",
        r"neither an id nor", r"the format is one of", r"No such file", r"does not exist", r"is not a file",
    ),
    _error("E502", "certificate", "A record that is incomplete, or about something else.", r"checks?\[?", r"schema"),
)  # fmt: skip
OTHER = Explanation(
    "other error", "Something else is wrong with the command, a file or an entry; the message says what.", code="E599"
)
ERRORS = (*READING, *LATEX, *MEANING, *CLAIMS, *FILES, OTHER)
# LaTeX before the rest: its messages are the most particular. What is merely expected comes last of the reader's.
_ORDER = (*LATEX, *READING[:-1], *MEANING, READING[-1], *CLAIMS, *FILES)


def kind_of(error: Exception) -> Explanation:
    """The kind of an error, by its message without the excerpt of the text."""
    message = getattr(error, "message", None) or str(error).split("\n")[0]
    return next((row for row in _ORDER if row.matches(message)), OTHER)
