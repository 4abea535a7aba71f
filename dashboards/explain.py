"""What panels say in words, beside what they show: from the catalogue, so that it is said once."""

from collections.abc import Iterable, Sequence

from packaging.version import Version

from signals import Query
from signals.catalogue import Family, supported, switches


def description(question: str, worry: str, queries: Sequence[Query]) -> str:
    """A panel's description: the question that it answers, when to worry and what turns it on."""
    parts = [question, f"Worry when {worry}." if worry else "", _what_turns_on(_needed(queries))]
    return "\n\n".join(filter(None, parts))


def without_data(queries: Sequence[Query]) -> str:
    """What stands in a panel's place where there is nothing to show."""
    needs = _needs(_needed(queries))
    return f"Nothing so far: it takes {needs[0]}" if needs else "No requests in this time range"


def _needed(queries: Sequence[Query]) -> list[Family]:
    """The families without which the queries show nothing."""
    needed = {family.name: family for query in queries for family in query.needed}
    return list(needed.values())


def _what_turns_on(needed: Iterable[Family]) -> str:
    families = list(needed)
    settings = _unique(
        f"`{switches()[each.switch]}`" for each in families if each.switch != "always"
    )
    parts = []
    if settings:
        parts.append(f"Turned on by {' and '.join(settings)}.")
    if needs := _needs(families):
        parts.append(f"Takes {'; '.join(needs)}.")
    oldest, _ = supported()
    since = [each.since for each in families if each.since and each.since != oldest]
    if since and not any(each.former_name for each in families):
        parts.append(f"Takes LiteLLM {max(since, key=Version)} or newer.")
    return " ".join(parts)


def _needs(families: Iterable[Family]) -> list[str]:
    return _unique(each.needs for each in families if each.needs)


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
