"""The server's address as a setting of its own: what ``pulumi new`` asks for is no part of another."""

from collections.abc import Iterator, Mapping

from litellm_monitoring.infra.settings.combinations.mistakes import Mistake, Values, section

SHORT = "prometheusUrl"
_LONG = ("prometheus", "url")


def with_url(values: Values) -> Values:
    """``values`` with ``prometheusUrl`` in the place of ``prometheus.url``, unless both are set."""
    prometheus = values.get("prometheus", {})
    if SHORT not in values or not isinstance(prometheus, Mapping) or "url" in prometheus:
        return values
    return {**values, "prometheus": {**prometheus, "url": values[SHORT]}}


def mistakes_in_url(values: Values) -> Iterator[Mistake]:
    """Says so where it is set twice."""
    if SHORT in values and "url" in section(values, "prometheus"):
        yield Mistake((SHORT,), "remove it; prometheus.url is set too")


def as_set(mistake: Mistake, values: Values) -> Mistake:
    """``mistake`` about the key that was set in ``values``."""
    is_short = SHORT in values and "url" not in section(values, "prometheus")
    return mistake._replace(path=(SHORT,)) if is_short and mistake.path == _LONG else mistake
