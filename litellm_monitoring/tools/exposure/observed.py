"""What a Prometheus tells of the LiteLLM that runs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from rich.console import Console

from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.tools.check.diagnosis.proxy import Proxy, proxy_seen_in
from litellm_monitoring.tools.check.evidence.client import Prometheus, connected
from litellm_monitoring.tools.check.evidence.panels import TimeRange
from litellm_monitoring.tools.check.evidence.scraped import ScrapedEvidence
from litellm_monitoring.tools.check.source import source_of
from litellm_monitoring.tools.exposure.series import Series

_HOURS, _STEP = 6, 60


@dataclass(frozen=True)
class Observed:
    """Its series, and what they say of it."""

    series: Series
    proxy: Proxy

    @property
    def version(self) -> str:
        """The oldest that it may be."""
        return self.proxy.since

    @property
    def version_in_words(self) -> str:
        """Between which versions it is."""
        return self.proxy.version

    @property
    def added_labels(self) -> frozenset[str]:
        """The labels that its operators have added."""
        return self.proxy.added_labels


@contextmanager
def observed(
    stack: str, settings: Settings, url: str | None, at_once: int, err: Console
) -> Iterator[Observed | None]:
    """What the stack's Prometheus tells, or the one at ``url``. None where nobody has named one and
    the stack's cannot be asked, which is said.
    """
    try:
        source = source_of(settings, stack, url, err)
        with connected(source, at_once) as prometheus:
            yield _seen_through(prometheus, settings, at_once, err)
            return
    except click.ClickException as error:
        if url:
            raise
        err.print(f"Without Prometheus: {error.message}.")
    yield None


def _seen_through(
    prometheus: Prometheus, settings: Settings, at_once: int, err: Console
) -> Observed | None:
    now = int(time.time())
    selector = ", ".join(map(str, settings.selector))
    series = Series(prometheus, selector, now, at_once)
    if not series.total:
        err.print(
            f"{prometheus.address} has no series of LiteLLM{' with ' if selector else ''}{selector}."
        )
        return None
    evidence = ScrapedEvidence(prometheus, selector, TimeRange(now - _HOURS * 3600, now, _STEP))
    return Observed(series, proxy_seen_in(evidence, settings.selector))
