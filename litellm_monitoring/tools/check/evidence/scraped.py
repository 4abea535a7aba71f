"""What a Prometheus server has of LiteLLM."""

import re
from collections.abc import Sequence
from functools import cached_property

import promql_parser

from litellm_monitoring.signals.asking.promql import series_of
from litellm_monitoring.signals.catalogue.metrics import PREFIX, is_litellms, switches
from litellm_monitoring.tools.check.evidence.client import Prometheus
from litellm_monitoring.tools.check.evidence.panels import TimeRange
from litellm_monitoring.tools.check.evidence.seen import (
    OF_ONE_OF_SEVERAL,
    OF_ONE_PROCESS,
    Question,
    announced_names,
)


class ScrapedEvidence:
    """What a Prometheus server has of LiteLLM in a time range; each thing is asked for once."""

    def __init__(self, prometheus: Prometheus, selector: str, times: TimeRange) -> None:
        self._prometheus = prometheus
        self._selector = selector
        self._times = times
        self._labels: dict[str, frozenset[str]] = {}
        self._has: dict[str, bool] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names within the selector."""
        return self._values("__name__", self._litellm(self._selector))

    @cached_property
    def elsewhere(self) -> frozenset[str]:
        """All names."""
        return self._values("__name__", self._litellm("")) if self._selector else self.names

    @cached_property
    def registered(self) -> frozenset[str] | None:
        """From the metadata that a Prometheus server keeps of the targets that it scrapes now."""
        if self.several_workers or (self._selector and not self.names):
            return None
        found = self._prometheus.families(self._targets if self._selector else "")
        return announced_names(found) if found else None

    @cached_property
    def several_workers(self) -> bool:
        """By the labels, and by what only a proxy with one worker exposes."""
        if not self.names:
            return False
        of_one = f'{{__name__="{OF_ONE_PROCESS}", {self._targets[1:]}'
        return OF_ONE_OF_SEVERAL in self.labels or not self._values("__name__", of_one)

    @cached_property
    def labels(self) -> frozenset[str]:
        """The labels of all series within the selector."""
        start, end = self._times.start, self._times.end
        return frozenset(self._prometheus.labels(self._litellm(self._selector), start, end))

    @cached_property
    def unscraped(self) -> Sequence[str]:
        """The targets that fail: those of the selector, or else any of LiteLLM's, or else all."""
        litellm = self._litellm(self._selector if self.names else "")
        known = {label: self._values(label, litellm) for label in ("job", "instance")}
        return [
            f"{target['scrapeUrl']}: {target['lastError']}{_advice(target['lastError'])}"
            for target in self._prometheus.targets() or ()
            if target["health"] == "down"
            and (
                not any(known.values())
                or any(target["labels"][label] in known[label] for label in known)
            )
        ]

    def labels_of(self, name: str) -> frozenset[str]:
        """From the index, so that no sample is read."""
        if name not in self._labels:
            selector = f"{name}{{{self._selector}}}"
            start, end = self._times.start, self._times.end
            self._labels[name] = frozenset(self._prometheus.labels(selector, start, end))
        return self._labels[name]

    def values_of(self, name: str, label: str) -> frozenset[str]:
        """From the index, so that no sample is read."""
        return self._values(label, f"{name}{{{self._selector}}}")

    def values_where(self, selector: str, label: str) -> frozenset[str] | None:
        """From the index, so that no sample is read."""
        return self._values(label, selector)

    def names_with(self, label: str, value: str) -> frozenset[str]:
        """From the index, so that no sample is read."""
        matchers = [f'{label}="{value}"', *([self._selector] if self._selector else [])]
        return self._values("__name__", self._litellm(", ".join(matchers)))

    def has(self, selector: promql_parser.VectorSelector) -> bool:
        """From the index, so that no sample is read."""
        text = series_of(selector)
        if is_litellms(str(selector.name)) and selector.name not in self.names:
            return False
        if text not in self._has:
            self._has[text] = bool(self._values("__name__", text))
        return self._has[text]

    def shows(self, query: Question) -> bool:
        """Whether it returns a number; Grafana draws none for what is not a number."""
        times = query.range
        if query.is_instant:
            found = self._prometheus.query(query.expression, times.end)
        else:
            found = self._prometheus.query_range(
                query.expression, times.start, times.end, times.step
            )
        return any(
            "histograms" in series
            or "histogram" in series
            or any(value != "NaN" for _, value in series.get("values") or [series["value"]])
            for series in found
        )

    def value(self, total: str, minutes_ago: int = 0) -> float:
        """At the end of the range, or before it."""
        found = self._prometheus.query(total, self._times.end - 60 * minutes_ago)
        return float(found[0]["value"][1]) if found else 0.0

    def most_samples_in_window(self, query: Question, selector: str, window: str) -> int | None:
        """Over the whole range of the query."""
        times, counted = query.range, f"max(count_over_time({selector}[{window}]))"
        found = self._prometheus.query_range(counted, times.start, times.end, times.step)
        return max((int(value) for series in found for _, value in series["values"]), default=0)

    @cached_property
    def _targets(self) -> str:
        """The targets within the selector that LiteLLM's series come from."""
        matchers = []
        for label in ("job", "instance"):
            values = self._values(label, self._litellm(self._selector))
            text = "|".join(map(re.escape, sorted(values))).replace("\\", "\\\\")
            matchers.append(f'{label}=~"{text}"')
        return f"{{{','.join(matchers)}}}"

    def _values(self, label: str, selector: str) -> frozenset[str]:
        start, end = self._times.start, self._times.end
        return frozenset(self._prometheus.label_values(label, selector, start, end))

    @staticmethod
    def _litellm(selector: str) -> str:
        return f'{{__name__=~"{PREFIX}.+"{", " if selector else ""}{selector}}}'


def _advice(error: str) -> str:
    """What to do about a scrape that failed, in the server's words: VictoriaMetrics's have the
    address too, whose port may have such digits.
    """
    if re.search(r"\b40[13]\b", error):
        return (
            " (give the scrape a key of the proxy, or set "
            "litellm_settings.require_auth_for_metrics_endpoint: false)"
        )
    if re.search(r"\b404\b", error):
        return f" (LiteLLM has the page only with {switches()['prometheus']})"
    if "deadline exceeded" in error:
        return " (the proxy hangs: look at its Redis and its database first)"
    return ""
