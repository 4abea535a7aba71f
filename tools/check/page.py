"""LiteLLM's own ``/metrics`` page, for who has no Prometheus yet."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

import click
import httpx
import promql_parser
from prometheus_client.parser import text_string_to_metric_families

from signals.catalogue import PREFIX, families, switches
from signals.promql import missing, operator_of, parsed
from tools.check.evidence import announced_names
from tools.check.panels import PanelQuery

_TIMEOUT_SECONDS = 60.0
_ALL_LABELS = frozenset(label for family in families().values() for label in family.labels)
_NO_KEY = (
    "pass a key of the proxy in LITELLM_API_KEY, or set "
    "litellm_settings.require_auth_for_metrics_endpoint: false"
)


class MetricsPage:
    """A ``/metrics`` page: what a Prometheus server would have, had it scraped it for a while."""

    unscraped: Sequence[str] = ()

    def __init__(self, text: str) -> None:
        self._series: dict[str, list[Mapping[str, str]]] = {}
        self._announced = set()
        for family in text_string_to_metric_families(text):
            if family.name.startswith(PREFIX):
                self._announced.add(family.name)
                for sample in family.samples:
                    self._series.setdefault(sample.name, []).append(sample.labels)

    @property
    def names(self) -> frozenset[str]:
        """The names on the page."""
        return frozenset(self._series)

    @property
    def elsewhere(self) -> frozenset[str]:
        """Nothing but the page is looked at."""
        return self.names

    @property
    def registered(self) -> frozenset[str] | None:
        """The families that the page has a type for; with several workers, only those that have
        a series.
        """
        return None if "pid" in self.labels else announced_names(self._announced)

    @cached_property
    def labels(self) -> frozenset[str]:
        """The labels of all series."""
        return frozenset(label for name in self._series for label in self.labels_of(name))

    def labels_of(self, name: str) -> frozenset[str]:
        """Those of the series called ``name``."""
        return frozenset(label for labels in self._series.get(name, ()) for label in labels)

    def has(self, selector: promql_parser.VectorSelector) -> bool:
        """Matchers on labels that the scrape would add are taken to match."""
        matchers = [
            matcher
            for matcher in selector.matchers.matchers
            if matcher.name in self.labels | _ALL_LABELS
        ]
        return any(
            all(_matches(matcher, labels.get(matcher.name, "")) for matcher in matchers)
            for labels in self._series.get(str(selector.name), ())
        )

    def shows(self, query: PanelQuery) -> bool:
        """As far as series can tell, without their past."""
        return self.is_now(query.expression)

    def is_now(self, condition: str) -> bool:
        """Whether there are series for all that it cannot do without."""
        return not missing(parsed(condition), self.has)

    def most_samples_in_window(self, query: PanelQuery, selector: str, window: str) -> int | None:
        """A page has no past."""
        return None


def _matches(matcher: promql_parser.Matcher, value: str) -> bool:
    operator = operator_of(matcher)
    if operator in ("=", "!="):
        return bool((value == matcher.value) == (operator == "="))
    return bool(re.fullmatch(matcher.value, value)) == (operator == "=~")


def metrics_page(url: str, key: str | None) -> MetricsPage:
    """The page at ``url``, which LiteLLM gives to who has a ``key``.

    Raises:
        click.ClickException: where there is no such page.

    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        response = httpx.get(url, headers=headers, timeout=_TIMEOUT_SECONDS, follow_redirects=True)
    except httpx.TimeoutException:
        raise click.ClickException(f"{url} does not answer in time") from None
    except httpx.HTTPError as error:
        raise click.ClickException(f"{url} cannot be read: {error}") from None
    if response.status_code in (401, 403):
        raise click.ClickException(f"{url} refuses ({response.status_code}): {_NO_KEY}")
    try:
        if not response.is_success or "html" in response.headers.get("content-type", ""):
            raise ValueError
        return MetricsPage(response.text)
    except ValueError:
        raise click.ClickException(
            f"{url} answers {response.status_code} with something else than metrics: "
            "is it the address of LiteLLM's /metrics, and is "
            f"{switches()['prometheus']} set?"
        ) from None
