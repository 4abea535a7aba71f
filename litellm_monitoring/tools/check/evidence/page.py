"""LiteLLM's own ``/metrics`` page, for who has no Prometheus yet."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import click
import httpx
import promql_parser
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from litellm_monitoring.signals.asking.promql import missing, parsed, selectors
from litellm_monitoring.signals.catalogue.metrics import families, is_litellms, switches
from litellm_monitoring.tools.check.evidence.matching import matches
from litellm_monitoring.tools.check.evidence.seen import (
    OF_ONE_OF_SEVERAL,
    OF_ONE_PROCESS,
    Question,
    announced_names,
)

_TIMEOUT_SECONDS = 60.0
_OF_THE_SCRAPE = frozenset({"up", "scrape_duration_seconds", "scrape_samples_scraped"})
_ALL_LABELS = frozenset(label for family in families().values() for label in family.labels)
_NO_KEY = (
    "pass a key of the proxy in LITELLM_API_KEY, or set "
    "litellm_settings.require_auth_for_metrics_endpoint: false"
)


class MetricsPage:
    """A ``/metrics`` page: what a Prometheus server would have, had it scraped it for a while."""

    unscraped: Sequence[str] = ()

    def __init__(self, text: str) -> None:
        self._samples: dict[str, list[Sample]] = {}
        self._announced = set()
        self._is_of_one_process = False
        for family in text_string_to_metric_families(text):
            self._is_of_one_process |= family.name == OF_ONE_PROCESS
            if is_litellms(family.name):
                self._announced.add(family.name)
            for sample in family.samples:
                self._samples.setdefault(sample.name, []).append(sample)

    @property
    def names(self) -> frozenset[str]:
        """The names of LiteLLM's on the page."""
        return frozenset(filter(is_litellms, self._samples))

    @property
    def elsewhere(self) -> frozenset[str]:
        """Nothing but the page is looked at."""
        return self.names

    @property
    def registered(self) -> frozenset[str] | None:
        """The families that the page has a type for."""
        return None if self.several_workers else announced_names(self._announced)

    @property
    def several_workers(self) -> bool:
        """By the labels, and by what only a proxy with one worker exposes."""
        return OF_ONE_OF_SEVERAL in self.labels or not self._is_of_one_process

    @cached_property
    def labels(self) -> frozenset[str]:
        """The labels of all series of LiteLLM's."""
        return frozenset(label for name in self.names for label in self.labels_of(name))

    def labels_of(self, name: str) -> frozenset[str]:
        """Those of the series called ``name``."""
        return frozenset(label for sample in self._samples.get(name, ()) for label in sample.labels)

    def values_of(self, name: str, label: str) -> frozenset[str]:
        """Those on the page."""
        labels = (sample.labels for sample in self._samples.get(name, ()))
        return frozenset(each[label] for each in labels if label in each)

    def values_where(self, selector: str, label: str) -> frozenset[str] | None:
        """Nothing is on the page but LiteLLM's."""
        return None

    def names_with(self, label: str, value: str) -> frozenset[str]:
        """Those on the page."""
        return frozenset(name for name in self.names if value in self.values_of(name, label))

    def has(self, selector: promql_parser.VectorSelector) -> bool:
        """Matchers on labels that the scrape would add are taken to match, and so is what it would
        add itself.
        """
        return selector.name in _OF_THE_SCRAPE or any(self._selected(selector))

    def shows(self, query: Question) -> bool:
        """Whether there are series for all that it cannot do without."""
        return not missing(parsed(query.expression), self.has)

    def value(self, total: str, minutes_ago: int = 0) -> float:
        """A page has no past."""
        if minutes_ago:
            return 0.0
        return sum(
            sample.value
            for selector in selectors(parsed(total))
            for sample in self._selected(selector.node)
        )

    def _selected(self, selector: promql_parser.VectorSelector) -> Iterator[Sample]:
        matchers = [
            matcher
            for matcher in selector.matchers.matchers
            if matcher.name in self.labels | _ALL_LABELS
        ]
        for sample in self._samples.get(str(selector.name), ()):
            if all(matches(each, sample.labels.get(each.name, "")) for each in matchers):
                yield sample

    def most_samples_in_window(self, query: Question, selector: str, window: str) -> int | None:
        """A page has no past."""
        return None


def metrics_page(url: str, key: str | None) -> MetricsPage:
    """The page at ``url``, which LiteLLM gives to who has a ``key``.

    Raises:
        click.ClickException: where there is no such page.

    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        response = httpx.get(url, headers=headers, timeout=_TIMEOUT_SECONDS, follow_redirects=True)
    except httpx.TimeoutException:
        raise click.ClickException(f"{url} does not respond in time") from None
    except httpx.HTTPError as error:
        raise click.ClickException(f"{url} cannot be read: {error}") from None
    if response.status_code in (401, 403):
        raise click.ClickException(f"{url} rejects the request ({response.status_code}): {_NO_KEY}")
    try:
        if not response.is_success or "html" in response.headers.get("content-type", ""):
            raise ValueError
        return MetricsPage(response.text)
    except ValueError:
        raise click.ClickException(
            f"{url} answers {response.status_code} with something other than metrics: is this the "
            f"address of LiteLLM's /metrics, and is {switches()['prometheus']} set?"
        ) from None
