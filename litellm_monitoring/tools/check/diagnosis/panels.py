"""Why a panel shows nothing."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from litellm_monitoring.signals.asking.promql import (
    Selector,
    is_rate,
    missing,
    parsed,
    selectors,
    series_of,
)
from litellm_monitoring.signals.catalogue.metrics import CatalogueError, family_of, is_litellms
from litellm_monitoring.signals.catalogue.own_labels import OwnLabel
from litellm_monitoring.tools.check.diagnosis.absence import Absence
from litellm_monitoring.tools.check.diagnosis.labels import Labels
from litellm_monitoring.tools.check.diagnosis.proxy import Proxy
from litellm_monitoring.tools.check.evidence.client import QueryError
from litellm_monitoring.tools.check.evidence.finding import Cause, Finding, Status, Why
from litellm_monitoring.tools.check.evidence.panels import PanelQuery
from litellm_monitoring.tools.check.evidence.seen import Evidence

_LOOKBACK = timedelta(minutes=5)
"""For so long Prometheus takes a sample for the present one."""


class Diagnosis:
    """Explains the queries of one stack, whose series are limited by ``selector``, and which has labels
    of its ``own``.
    """

    def __init__(
        self, evidence: Evidence, proxy: Proxy, selector: str, own: Sequence[OwnLabel] = ()
    ) -> None:
        self._evidence = evidence
        self._proxy = proxy
        self._labels = Labels(evidence, proxy, own)
        self._absence = Absence(evidence, proxy, selector, self._labels)

    def of(self, query: PanelQuery) -> Finding:
        """Runs ``query`` and, where it shows nothing or not all, says why."""
        try:
            if not self._evidence.shows(query):
                cause, explanation = self._why_empty(query)
                if cause is Cause.NOTHING_HAPPENED and self._proxy.redis_fails:
                    explanation += "; Redis fails, which may be the cause"
                return Finding(query, Status.EMPTY, cause, explanation)
        except (QueryError, CatalogueError) as error:
            return Finding(query, Status.WRONG, None, str(error))
        for selector in selectors(parsed(query.expression)):
            why = self._labels.why_blind(selector) or self._absence.why_stale(selector.metric)
            if why:
                return Finding(query, Status.PARTIAL, *why)
        return Finding(query, Status.DATA)

    def _why_empty(self, query: PanelQuery) -> Why:
        tree = parsed(query.expression)
        for node in missing(tree, self._evidence.has):
            return self._absence.why(node, {selector.metric for selector in selectors(tree)})
        for selector in selectors(tree):
            if label := self._labels.why_together(selector):
                return label
            if too_few := self._too_few_samples(query, selector):
                return too_few
        return (
            Cause.NOTHING_HAPPENED,
            "its series exist, but did not increase between scrapes in the range" + _takes(tree),
        )

    def _too_few_samples(self, query: PanelQuery, selector: Selector) -> Why | None:
        """Why the samples in the range do not do, of a series that the index has."""
        window = f"{int((selector.window or _LOOKBACK).total_seconds())}s"
        series = series_of(selector.node)
        most = self._evidence.most_samples_in_window(query, series, window)
        if most == 0:
            reasons = self._evidence.unscraped
            cause = Cause.NOT_SCRAPED if reasons else Cause.NOTHING_HAPPENED
            return cause, "; ".join([f"{selector.metric} has no sample in the range", *reasons])
        if most == 1 and is_rate(selector.function):
            return (
                Cause.SCRAPED_TOO_SELDOM,
                f"{selector.metric} has fewer than two samples within {window}: set "
                "prometheus.scrapeInterval to the actual scrape interval, or wait if LiteLLM has "
                "just started",
            )
        return None


def _takes(tree: Any) -> str:
    """What there must be besides of what a LiteLLM exposes whether anything has happened or not."""
    families = [family_of(each.metric) for each in selectors(tree) if is_litellms(each.metric)]
    needs = dict.fromkeys(each.needs for each in families if each.before_first_event and each.needs)
    return "".join(f"; it requires {each}" for each in needs)
