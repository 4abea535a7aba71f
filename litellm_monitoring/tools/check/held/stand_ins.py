"""Grafana's variables out of a query, so that it is PromQL.

What a variable stands for is not known, only where it stands: in a range it is a duration, in
``by`` a label. Where it may be a number or a series, either is tried.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product

ANY = "grafana__variable"
"""What a variable's value is called, in a label's name, a label's value or a metric's name."""

_VARIABLE = r"\$\{[^}]*\}|\$\w+|\[\[\w+(?::\w+)?\]\]"
_IN_TEXT = re.compile(_VARIABLE)
_TOKEN = re.compile(
    rf"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)
    |(?P<comment>\#[^\n]*)
    |(?P<variable>{_VARIABLE})
    |(?P<open>[\[({{])|(?P<close>[\])}}])
    |(?P<word>[A-Za-z_:][\w:]*)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_OF_TERRAFORM = re.compile(r"\$\$\{")
"""How Terraform writes a ``${`` that is not its own."""

_LISTS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_UNIT = re.compile(r"(?:ms|[smhdwy])(?!\w)")
_NUMBERS = frozenset({"__range_s", "__range_ms", "__interval_ms", "__from", "__to"})
_NAME = re.compile(r"\w+")
_MOST_TRIED = 4
_QUOTED = frozenset({"doublequote", "singlequote", "sqlstring"})


def filled(query: str) -> list[str]:
    """The PromQL that ``query`` may be once its variables have values; the first that can be
    parsed is meant.
    """
    pieces = list(_pieces(_OF_TERRAFORM.sub("${", query)))
    unclear = [len(piece) for piece in pieces if len(piece) > 1]
    if len(unclear) <= _MOST_TRIED:
        return ["".join(chosen) for chosen in product(*pieces)]
    return ["".join(piece[choice % len(piece)] for piece in pieces) for choice in (0, 1)]


def _pieces(query: str) -> Iterator[Sequence[str]]:
    """The query in pieces, with all that each may be."""
    around: list[str] = []
    before, word, word_before_list = "", "", ""
    for token in _TOKEN.finditer(query):
        text, end = token[0], token.end()
        match token.lastgroup:
            case "text":
                yield (_IN_TEXT.sub(ANY, text),)
            case "variable":
                place = around[-1] if around else ""
                yield _instead_of(text, place, word, before, query[end:])
            case "open":
                is_list = text == "(" and word_before_list in _LISTS
                around.append("list" if is_list else text)
                yield (text,)
            case "close":
                around = around[:-1]
                yield (text,)
            case _:
                yield (text,)
        if not text.isspace() and token.lastgroup != "comment":
            word_before_list = text
            if token.lastgroup in ("word", "variable") or text not in "-+":
                word = text
        before = text


def _instead_of(variable: str, around: str, word: str, before: str, after: str) -> Sequence[str]:
    """What may stand where a variable does: ``around`` it is that bracket or a list of labels,
    ``word`` is the last one before it.
    """
    name = _NAME.search(variable)
    follows = after.lstrip()
    is_glued = bool(re.match(r"\w", after) or re.search(r"\w$", before))
    match around:
        case "[":
            return (_duration(before, after),)
        case "list":
            return (ANY,)
        case "{":
            return (_matcher(variable, word, is_glued, follows),)
    if word == "offset":
        return (_duration(before, after),)
    if name and name[0] in _NUMBERS:
        return ("60",)
    if follows[:1] in ("{", "[") or is_glued:
        return (ANY,)
    if follows.startswith("(") or re.match(r"(?:by|without)\b", follows):
        return ("sum",)
    return ("1", ANY)


def _duration(before: str, after: str) -> str:
    if _UNIT.match(after):
        return "5"
    return "m" if before.isdigit() else "5m"


def _matcher(variable: str, word: str, is_glued: bool, follows: str) -> str:
    """Of a selector's braces it may be a label, a value that Grafana quotes, or a whole matcher."""
    if word in ("=", "~") or variable.rstrip("}").rpartition(":")[2] in _QUOTED:
        return f'"{ANY}"'
    if is_glued or follows[:1] in ("=", "!"):
        return ANY
    return f'{ANY}=~".*"'


def is_unclear(query: str) -> bool:
    """Whether a variable in it may stand for anything."""
    return len(filled(query)) > 1
