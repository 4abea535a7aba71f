"""What panels say in words, beside what they show: from the catalogue, so that it is said once."""

from collections.abc import Iterable, Sequence

from packaging.version import Version

from litellm_monitoring.signals import Query
from litellm_monitoring.signals.catalogue.metrics import Family, supported, switches


def description(shows: str, worry: str, act: str, queries: Sequence[Query]) -> str:
    """A panel's description: what it ``shows``, when to ``worry``, how to ``act`` then, and what
    enables it.
    """
    advice = f"Worry when {worry}. {act}".strip() if worry else ""
    parts = [shows, advice, _requirements(_needed(queries))]
    return "\n\n".join(filter(None, parts))


def without_data(queries: Sequence[Query]) -> str:
    """What stands in a panel's place where there is nothing to show."""
    needs = _needs(_needed(queries))
    return f"No data yet: requires {needs[0]}" if needs else "No requests in this time range"


def _needed(queries: Sequence[Query]) -> list[Family]:
    """The families without which the queries show nothing."""
    needed = {family.name: family for query in queries for family in query.needed}
    return list(needed.values())


def _requirements(needed: Iterable[Family]) -> str:
    families = list(needed)
    settings = _unique(
        f"`{switches()[each.switch]}`" for each in families if each.switch != "always"
    )
    parts = []
    if settings:
        parts.append(f"Enabled by {' and '.join(settings)}.")
    if needs := _needs(families):
        parts.append(f"Requires {'; '.join(needs)}.")
    oldest, _ = supported()
    since = [each.since for each in families if each.since and each.since != oldest]
    if since and not any(each.former_name for each in families):
        parts.append(f"Requires LiteLLM {max(since, key=Version)} or newer.")
    return " ".join(parts)


def _needs(families: Iterable[Family]) -> list[str]:
    """Of what others than LiteLLM expose, who that is: what it says of which pods, panels say."""
    needs = (each.exporter or each.needs for each in families)
    return _unique(each for each in needs if each)


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
