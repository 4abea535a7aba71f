"""With which versions of LiteLLM an alert can fire, as the catalogue tells."""

from collections.abc import Iterator
from functools import cache

import promql_parser
from packaging.version import Version

from litellm_monitoring.signals.asking.promql import missing, parsed
from litellm_monitoring.signals.catalogue.metrics import (
    Family,
    families,
    family_of,
    former_families,
    supported,
)
from litellm_monitoring.tools.check.evidence.matching import matches


def versions_in_words(expression: str) -> str:
    """The supported versions of LiteLLM in which ``expression`` can have a result; nothing where
    all are.
    """
    known = _versions()
    able = [version for version in known if _can_have_a_result(expression, version)]
    if able == list(known):
        return ""
    if not able:
        return "none"
    first, last = able[0], able[-1]
    if last == known[-1]:
        return f"{first} or newer"
    return f"up to {last}" if first == known[0] else f"{first} to {last}"


def _can_have_a_result(expression: str, version: str) -> bool:
    return not missing(parsed(expression), lambda node: _is_there(node, Version(version)))


def _is_there(node: promql_parser.VectorSelector, version: Version) -> bool:
    """Whether a LiteLLM of ``version`` has the series and the labels that ``node`` selects."""
    name = str(node.name)
    family, until = _called(name)
    labels = [each.name for each in node.matchers.matchers if not matches(each, "")]
    since = [family.since, *(family.labels_since.get(label) for label in labels)]
    return all(Version(each) <= version for each in since if each) and (
        until is None or version <= Version(until)
    )


def _called(name: str) -> tuple[Family, str | None]:
    """The family that has the series ``name``, by that very name, and the last version that does."""
    for family, until in former_families().values():
        if name in family.series_of(family.name):
            return family, until
    return family_of(name), None


@cache
def _versions() -> tuple[str, ...]:
    """Those in which something came or went, and the ends of the range, the oldest first."""
    return tuple(sorted({*supported(), *_changes()}, key=Version))


def _changes() -> Iterator[str]:
    gone = [family for family, _ in former_families().values()]
    for family in (*families().values(), *gone):
        yield from filter(None, (family.since, *family.labels_since.values()))
    for _, until in former_families().values():
        yield until
