"""Why a panel shows nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import promql_parser

from signals.catalogue import (
    NEEDS_NO_LICENCE_SINCE,
    CatalogueError,
    Family,
    family_of,
    is_litellms,
    names_of,
    switches,
)
from signals.promql import Selector, is_rate, missing, operator_of, parsed, selectors, series_of
from signals.recording import STACK_LABEL, is_recorded, is_recorded_increase, measured
from tools.check.client import QueryError
from tools.check.evidence import Evidence
from tools.check.panels import PanelQuery
from tools.check.proxy import METRICS_CONFIG, Proxy, names_there

_LOOKBACK = timedelta(minutes=5)
"""For so long Prometheus takes a sample for the present one."""


class Status(StrEnum):
    """What a person sees of a query; partial is everything on one line, for want of a label."""

    DATA = "data"
    PARTIAL = "partial"
    EMPTY = "empty"
    WRONG = "wrong"


class Cause(StrEnum):
    """Why it is not all there."""

    NOT_SCRAPED = "not-scraped"
    OUTSIDE_SELECTOR = "outside-selector"
    NOT_EXPOSED = "not-exposed"
    OTHER_VERSION = "other-version"
    LABEL_EXCLUDED = "label-excluded"
    SCRAPED_TOO_SELDOM = "scraped-too-seldom"
    NOT_RECORDED = "not-recorded"
    NOTHING_HAPPENED = "nothing-happened"


@dataclass(frozen=True)
class Finding:
    """What became of one query; without a ``cause`` there is nothing to explain."""

    query: PanelQuery
    status: Status
    cause: Cause | None = None
    explanation: str = ""


class Diagnosis:
    """Explains the queries of one stack, whose series are limited by ``selector``."""

    def __init__(self, evidence: Evidence, proxy: Proxy, selector: str) -> None:
        self._evidence = evidence
        self._proxy = proxy
        self._selector = selector
        self._is_stale: dict[str, bool] = {}

    def of(self, query: PanelQuery) -> Finding:
        """Runs ``query`` and, where it shows nothing or not all, says why."""
        try:
            if not self._evidence.shows(query):
                cause, explanation = self._why_empty(query)
                if cause is Cause.NOTHING_HAPPENED and self._proxy.redis_fails:
                    explanation += "; Redis fails, which may be why"
                return Finding(query, Status.EMPTY, cause, explanation)
        except (QueryError, CatalogueError) as error:
            return Finding(query, Status.WRONG, None, str(error))
        for selector in selectors(parsed(query.expression)):
            if why := self._missing_label(selector) or self._stale(selector):
                return Finding(query, Status.PARTIAL, *why)
        return Finding(query, Status.DATA)

    def _why_empty(self, query: PanelQuery) -> tuple[Cause, str]:
        tree = parsed(query.expression)
        for node in missing(tree, self._evidence.has):
            return self._why_missing(node, {selector.metric for selector in selectors(tree)})
        for selector in selectors(tree):
            if label := self._missing_label(selector):
                return label
            if too_few := self._too_few_samples(query, selector):
                return too_few
        return (
            Cause.NOTHING_HAPPENED,
            "its series are there, but nothing was counted between scrapes in the range",
        )

    def _why_missing(
        self, node: promql_parser.VectorSelector, asked: Collection[str]
    ) -> tuple[Cause, str]:
        """Why there is no series for a selector of a query that asks for the names ``asked``."""
        name = str(node.name)
        source = measured(name)
        if is_recorded(name) and self._evidence.names.intersection(names_of(source)):
            return self._why_not_recorded(node)
        if name in self._evidence.names or not is_litellms(source):
            return self._why_unmatched(node)
        if not (self._proxy.is_seen or self._evidence.elsewhere):
            reasons = ["there is no metric of LiteLLM's at all", *self._evidence.unscraped]
            return Cause.NOT_SCRAPED, "; ".join(reasons)
        if not self._proxy.is_seen:
            return Cause.OUTSIDE_SELECTOR, f"no LiteLLM has series with {self._selector}"
        return self._why_absent(family_of(name), source, {*map(measured, asked)})

    def _why_not_recorded(self, node: promql_parser.VectorSelector) -> tuple[Cause, str]:
        name = str(node.name)
        of_stack = ", ".join(
            f'{each.name}="{each.value}"'
            for each in node.matchers.matchers
            if each.name == STACK_LABEL
        )
        (of_this_stack,) = (each.node for each in selectors(parsed(f"{name}{{{of_stack}}}")))
        if self._evidence.has(of_this_stack):
            return Cause.NOTHING_HAPPENED, f"no series of {name} is as chosen in the range"
        return (
            Cause.NOT_RECORDED,
            f"{name} is not recorded, though {measured(name)} is there; {_RECORD}",
        )

    def _stale(self, selector: Selector) -> tuple[Cause, str] | None:
        """Why a recorded series ends before what it is recorded from does."""
        name = selector.metric
        if not is_recorded(name):
            return None
        if name not in self._is_stale:
            recorded = f"{name}{{{self._selector}}}"
            if is_recorded_increase(name):
                recorded = f"last_over_time({recorded}[2h])"
            now, source = (
                self._evidence.value(f"count({each})")
                for each in (recorded, f"{measured(name)}{{{self._selector}}}")
            )
            self._is_stale[name] = source > 0 and now == 0
        if not self._is_stale[name]:
            return None
        return Cause.NOT_RECORDED, f"{name} is not recorded any more; {_RECORD}"

    def _why_unmatched(self, node: promql_parser.VectorSelector) -> tuple[Cause, str]:
        name = str(node.name)
        matchers = [
            matcher for matcher in node.matchers.matchers if matcher.name in family_of(name).labels
        ]
        for matcher in matchers:
            if matcher.name not in self._evidence.labels_of(name):
                return self._without_label(family_of(name), matcher.name)
        wanted = ", ".join(
            f'{matcher.name}{operator_of(matcher)}"{matcher.value}"' for matcher in matchers
        )
        if matchers:
            return Cause.NOTHING_HAPPENED, f"no series of {name} has {wanted} in the range"
        needs = None if is_litellms(name) else family_of(name).needs
        takes = f"; it takes {needs}" if needs else ""
        return (
            Cause.NOTHING_HAPPENED,
            f"no series of {name} is in the chosen job and instance{takes}",
        )

    def _why_absent(self, family: Family, name: str, asked: Collection[str]) -> tuple[Cause, str]:
        """Why a family has no series called ``name``."""
        there = names_there(family, self._evidence)
        series = {each for other in there for each in family.series_of(other)}
        if series and series.isdisjoint(asked):
            return (
                Cause.OTHER_VERSION,
                f"this LiteLLM ({self._proxy.version}) calls it {there[0]}, not {name}",
            )
        if not there and (reason := self._why_not_exposed(family)):
            return reason
        takes = family.needs or "requests, which for latency, tokens and spend must succeed"
        return Cause.NOTHING_HAPPENED, f"nothing was recorded in the range; it takes {takes}"

    def _why_not_exposed(self, family: Family) -> tuple[Cause, str] | None:
        """Why the proxies do not have a family; None where they may, without a series so far."""
        if self._proxy.needs_licence:
            return Cause.NOT_EXPOSED, _NEEDS_LICENCE
        needs = f"; it takes {family.needs}" if family.needs else ""
        if self._proxy.is_older_than(family.since):
            return (
                Cause.OTHER_VERSION,
                f"it came with LiteLLM {family.since}; this one is {self._proxy.version}{needs}",
            )
        if family.switch not in self._proxy.switches:
            return Cause.NOT_EXPOSED, f"it is turned on by {switches()[family.switch]}{needs}"
        if left_out := self._why_left_out(family):
            return Cause.NOT_EXPOSED, left_out
        return None

    def _why_left_out(self, family: Family) -> str | None:
        """What setting leaves a family out that is on."""
        setting = self._proxy.filter
        if not setting or family.switch != "prometheus":
            return None
        if setting != METRICS_CONFIG:
            return f"{setting} leaves it out"
        if not family.listable:
            return f"{setting} is set, and it cannot list this one"
        # Who lists metrics leaves most out, so that is said first where it cannot be told apart.
        is_known = self._evidence.registered is not None or family.needs is None
        or_not_yet = (
            "" if is_known else f", or nothing was recorded so far: it takes {family.needs}"
        )
        return f"{setting} does not list it{or_not_yet}"

    def _missing_label(self, selector: Selector) -> tuple[Cause, str] | None:
        """Why series are not told apart by a label that the query groups by."""
        family = family_of(selector.metric)
        for label in sorted(selector.grouped & family.labels):
            if selector.metric in self._evidence.names and (
                label not in self._evidence.labels_of(selector.metric)
            ):
                return self._without_label(family, label)
        return None

    def _without_label(self, family: Family, label: str) -> tuple[Cause, str]:
        since = family.labels_since.get(label)
        if self._proxy.is_older_than(since):
            return (
                Cause.OTHER_VERSION,
                f"its label {label} came with LiteLLM {since}; this one is {self._proxy.version}",
            )
        setting = (
            f"include_labels of {METRICS_CONFIG}"
            if label in self._evidence.labels
            else "litellm_settings.prometheus_exclude_labels"
        )
        return Cause.LABEL_EXCLUDED, f"its label {label} is left out by {setting}"

    def _too_few_samples(self, query: PanelQuery, selector: Selector) -> tuple[Cause, str] | None:
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
                f"{selector.metric} has no two samples within {window}: set "
                "prometheus.scrapeInterval to how often LiteLLM is scraped, or wait if it has "
                "just been started",
            )
        return None


_RECORD = (
    "have the rules evaluated that `python -m tools render` writes, or set recordingRules: off"
)

_NEEDS_LICENCE = (
    "this LiteLLM exposes metrics only with an enterprise licence; "
    f"{NEEDS_NO_LICENCE_SINCE} and newer need none"
)
