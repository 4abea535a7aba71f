"""Why there is no series for a selector."""

from collections.abc import Collection

import promql_parser

from litellm_monitoring.signals.asking.promql import parsed, selectors
from litellm_monitoring.signals.catalogue.metrics import (
    NEEDS_NO_LICENCE_SINCE,
    Family,
    family_of,
    is_litellms,
    names_of,
    switches,
)
from litellm_monitoring.signals.catalogue.recording import (
    STACK_LABEL,
    is_recorded,
    is_recorded_increase,
    measured,
)
from litellm_monitoring.signals.serving import buckets
from litellm_monitoring.tools.check.diagnosis.labels import Labels
from litellm_monitoring.tools.check.diagnosis.pods import PodAbsence
from litellm_monitoring.tools.check.diagnosis.proxy import (
    METRICS_CONFIG,
    SERIES_CAP,
    Proxy,
    names_there,
)
from litellm_monitoring.tools.check.evidence.finding import Cause, Why
from litellm_monitoring.tools.check.evidence.matching import (
    leaves_out_health_checks,
    matches,
    text_of,
)
from litellm_monitoring.tools.check.evidence.seen import Evidence
from litellm_monitoring.tools.project import COMMAND

_BOUND = "le"


class Absence:
    """Explains what is missing of one stack's series, which are limited by ``selector``."""

    def __init__(self, evidence: Evidence, proxy: Proxy, selector: str, labels: Labels) -> None:
        self._evidence = evidence
        self._proxy = proxy
        self._selector = selector
        self._labels = labels
        self._pods = PodAbsence(evidence)
        self._is_stale: dict[str, bool] = {}

    def why(self, node: promql_parser.VectorSelector, asked: Collection[str]) -> Why:
        """Why there is no series for a selector of a query that asks for the names ``asked``."""
        name = str(node.name)
        source = measured(name)
        if family_of(name).exporter:
            return self._pods.why(node)
        if is_recorded(name) and self._evidence.names.intersection(names_of(source)):
            return self._why_not_recorded(node)
        if name in self._evidence.names or not is_litellms(source):
            return self._why_unmatched(node)
        if not (self._proxy.is_seen or self._evidence.elsewhere):
            reasons = ["there are no LiteLLM metrics at all", *self._evidence.unscraped]
            return Cause.NOT_SCRAPED, "; ".join(reasons)
        if not self._proxy.is_seen:
            return Cause.OUTSIDE_SELECTOR, f"no LiteLLM has series with {self._selector}"
        return self._why_absent(family_of(name), source, {*map(measured, asked)})

    def why_stale(self, name: str) -> Why | None:
        """Why a recorded series ends before what it is recorded from does."""
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
        return Cause.NOT_RECORDED, f"{name} is no longer recorded; {_RECORD}"

    def _why_not_recorded(self, node: promql_parser.VectorSelector) -> Why:
        name = str(node.name)
        of_stack = ", ".join(
            text_of(each) for each in node.matchers.matchers if each.name == STACK_LABEL
        )
        (of_this_stack,) = (each.node for each in selectors(parsed(f"{name}{{{of_stack}}}")))
        if self._evidence.has(of_this_stack):
            return (
                self._labels.why_unmatched(node)
                or self._why_no_bucket(node)
                or (
                    Cause.NOTHING_HAPPENED,
                    f"no series of {name} matches the selection in the range",
                )
            )
        return (
            Cause.NOT_RECORDED,
            f"{name} is not recorded, although {measured(name)} exists; {_RECORD}",
        )

    def _why_unmatched(self, node: promql_parser.VectorSelector) -> Why:
        name = str(node.name)
        family = family_of(name)
        if why := self._labels.why_unmatched(node) or self._why_no_bucket(node):
            return why
        wanted = ", ".join(
            text_of(each)
            for each in node.matchers.matchers
            if each.name in family.labels and not leaves_out_health_checks(each)
        )
        if wanted:
            lacking = f"no series of {name} has {wanted} in the range"
            if family.name in self._proxy.capped:
                return Cause.SERIES_CAP, f"{lacking}; it has reached {SERIES_CAP}"
            return Cause.NOTHING_HAPPENED, lacking
        needs = None if is_litellms(name) else family.needs
        takes = f"; it requires {needs}" if needs else ""
        is_off = bool(needs) and self._proxy.is_seen and self._proxy.several_workers
        return (
            Cause.NOT_EXPOSED if is_off else Cause.NOTHING_HAPPENED,
            f"no series of {name} has the selected job and instance{takes}",
        )

    def _why_no_bucket(self, node: promql_parser.VectorSelector) -> Why | None:
        """Why no bucket ends where ``node`` looks; a bound is one however it is written."""
        name = str(node.name)
        bounds = sorted(self._evidence.values_of(measured(name), _BOUND), key=float)
        for matcher in node.matchers.matchers:
            if matcher.name != _BOUND or any(matches(matcher, bound) for bound in bounds):
                continue
            for bound in bounds:
                if any(matches(matcher, written) for written in buckets.spellings(float(bound))):
                    return (
                        Cause.NO_BUCKET,
                        f"no series of {name} has {text_of(matcher)}: the bound is written {bound}",
                    )
            if bounds:
                return (
                    Cause.NO_BUCKET,
                    f"no series of {name} has {text_of(matcher)}: the proxy has other buckets "
                    f"({buckets.SETTING}), which end at {', '.join(bounds)}",
                )
        return None

    def _why_absent(self, family: Family, name: str, asked: Collection[str]) -> Why:
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
        takes = family.needs or "requests (successful ones for latency, tokens and spend)"
        return Cause.NOTHING_HAPPENED, f"nothing was recorded in the range; it requires {takes}"

    def _why_not_exposed(self, family: Family) -> Why | None:
        """Why the proxies do not have a family; None where they may, without a series so far."""
        if self._proxy.needs_licence:
            return Cause.NOT_EXPOSED, _NEEDS_LICENCE
        needs = f"; it requires {family.needs}" if family.needs else ""
        if self._proxy.is_older_than(family.since):
            return (
                Cause.OTHER_VERSION,
                f"it was added in LiteLLM {family.since}; this one is {self._proxy.version}{needs}",
            )
        if family.switch not in self._proxy.switches:
            return Cause.NOT_EXPOSED, f"it is enabled by {switches()[family.switch]}{needs}"
        if left_out := self._why_left_out(family):
            return Cause.NOT_EXPOSED, left_out
        return None

    def _why_left_out(self, family: Family) -> str | None:
        """What setting leaves a family out that is on."""
        setting = self._proxy.filter
        if not setting or family.switch != "prometheus":
            return None
        if setting != METRICS_CONFIG:
            # Who excludes metrics excludes few: what may just not have happened is not one of them.
            is_seen = self._evidence.registered is not None or family.before_first_event
            return f"{setting} excludes it" if is_seen else None
        if not family.listable:
            return f"{setting} is set, and it cannot list this one"
        # Who lists metrics leaves most out, so that is said first where it cannot be told apart.
        is_known = self._evidence.registered is not None or family.needs is None
        or_not_yet = (
            "" if is_known else f", or nothing was recorded so far: it requires {family.needs}"
        )
        return f"{setting} does not list it{or_not_yet}"


_RECORD = f"load the rules that `{COMMAND} render` writes, or set recordingRules: off"

_NEEDS_LICENCE = (
    f"this LiteLLM exposes metrics only with an enterprise licence; {NEEDS_NO_LICENCE_SINCE} and "
    "newer do not need one"
)
