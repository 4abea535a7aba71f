"""Why labels that a query reads are not there."""

from collections.abc import Sequence

import promql_parser

from litellm_monitoring.signals.asking.promql import Selector
from litellm_monitoring.signals.catalogue.metrics import Family, family_of, names_of
from litellm_monitoring.signals.catalogue.own_labels import OwnLabel
from litellm_monitoring.signals.catalogue.recording import measured
from litellm_monitoring.tools.check.diagnosis.proxy import (
    CALLER_IDENTITY,
    METRICS_CONFIG,
    SERIES_CAP,
    Proxy,
)
from litellm_monitoring.tools.check.evidence.finding import Cause, Why
from litellm_monitoring.tools.check.evidence.matching import matches, tells_apart
from litellm_monitoring.tools.check.evidence.seen import Evidence

_WHOSE, _WHO = "api_key_alias", "user_email"
"""What LiteLLM tells a caller by, and what it has in its place where settings say so."""


_EXCLUDED = "litellm_settings.prometheus_exclude_labels"


def not_exposed(label: OwnLabel) -> str:
    """What to do about a label of a person's own that LiteLLM does not have."""
    return (
        f"LiteLLM does not expose the label {label.name}: set {label.setting}, and leave it out of "
        f"{_EXCLUDED}"
    )


class Labels:
    """Explains the labels of one stack's series, among them its ``own``."""

    def __init__(self, evidence: Evidence, proxy: Proxy, own: Sequence[OwnLabel] = ()) -> None:
        self._evidence = evidence
        self._proxy = proxy
        self._own = {label.name: label for label in own}

    def of(self, name: str) -> frozenset[str] | None:
        """The labels of the series called ``name``, or of those that they are recorded from; None
        where there are none.
        """
        there = self._evidence.names.intersection(names_of(measured(name)))
        if not there:
            return None
        return frozenset(label for each in there for label in self._evidence.labels_of(each))

    def why_without(self, name: str, label: str) -> Why | None:
        """Why the series called ``name``, which are there, lack ``label``; None where they have it,
        or may have it once it has a value.
        """
        family, there = family_of(name), self.of(name)
        if there is None or label in there:
            return None
        if (own := self._own.get(label)) and own.is_told_by(family.name):
            return self._why_without_own(own)
        if label not in family.labels:
            return None
        since = family.labels_since.get(label)
        if self._proxy.is_older_than(since):
            return (
                Cause.OTHER_VERSION,
                f"its label {label} was added in LiteLLM {since}; this one is "
                f"{self._proxy.version}",
            )
        setting = self._what_leaves_out(family, label, there)
        return (
            (Cause.LABEL_EXCLUDED, f"its label {label} is excluded by {setting}")
            if setting
            else None
        )

    def why_unmatched(self, node: promql_parser.VectorSelector) -> Why | None:
        """Why a matcher of ``node`` can take none of the series: the label that it needs is not
        there.
        """
        for matcher in node.matchers.matchers:
            if not matches(matcher, "") and (why := self.why_without(str(node.name), matcher.name)):
                return why
        return None

    def why_together(self, selector: Selector) -> Why | None:
        """Why series are not told apart by a label that the query groups by."""
        for label in sorted(selector.grouped):
            if why := self.why_without(selector.metric, label):
                return why
        return None

    def why_blind(self, selector: Selector) -> Why | None:
        """Why the query does not tell its series apart as it is meant to, though it has some."""
        if why := self.why_together(selector):
            return why
        for matcher in selector.node.matchers.matchers:
            if tells_apart(matcher) and (why := self.why_without(selector.metric, matcher.name)):
                cause, explanation = why
                return cause, f"cannot be determined: {explanation}"
        return self._why_capped(selector)

    def _why_without_own(self, label: OwnLabel) -> Why:
        """LiteLLM writes ``None`` where it knows no value, so that a label that is on is seen."""
        if label.name in self._evidence.labels and self._proxy.filter == METRICS_CONFIG:
            return (
                Cause.LABEL_EXCLUDED,
                f"its label {label.name} is excluded by include_labels of {METRICS_CONFIG}",
            )
        return Cause.NOT_EXPOSED, not_exposed(label)

    def _what_leaves_out(self, family: Family, label: str, there: frozenset[str]) -> str | None:
        """None where nothing does: a label whose values are all empty is not to be seen."""
        if label not in self._evidence.labels:
            return _EXCLUDED
        if label == _WHOSE and _WHO in there - family.labels:
            return f"{CALLER_IDENTITY}, which has {_WHO} in its place"
        return (
            f"include_labels of {METRICS_CONFIG}" if self._proxy.filter == METRICS_CONFIG else None
        )

    def _why_capped(self, selector: Selector) -> Why | None:
        family = family_of(selector.metric)
        if family.name not in self._proxy.capped:
            return None
        matched = {each.name for each in selector.node.matchers.matchers if tells_apart(each)}
        labels = sorted((selector.grouped | matched) & family.labels)
        if not labels:
            return None
        return (
            Cause.SERIES_CAP,
            f"{family.name} has reached {SERIES_CAP}: what came later has "
            f'{labels[0]}="other", whatever it is',
        )
