"""What rules record ahead of whoever asks: expensive counters, with virtual keys and all else that
grows summed away.

Rates are recorded and nothing made of them: ratios and quantiles are computed from recorded parts,
since an average of ratios is not the ratio. A name is ``level:metric:operation``, as
https://prometheus.io/docs/practices/rules/ has it; the level says what is kept apart, beside
the proxies.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import NamedTuple

from litellm_monitoring.signals.catalogue.own_labels import OwnLabel, told

STACK_LABEL = "litellm_stack"
"""Tells the recorded series of several stacks apart that one Prometheus holds."""

OF_A_PROXY = ("job", "instance")
"""Kept by every recorded series, since dashboards let people choose by them."""

CLOSE = 0.9
"""The share of a budget or limit from which on it is close."""

HOUR = "1h"
"""What a recorded increase is over, and how often it is recorded; windows of many days are made up
of them.
"""

TOOL = "tool"
"""The label of what is recorded by coding tool, which :mod:`litellm_monitoring.signals.spending.user_agents` makes from another."""

_RATE, _CLOSE, _INCREASE = "rate", "close", "increase"


class RuleGroup(StrEnum):
    """Rules that are on or off together, called as in settings."""

    REQUESTS = "requests"
    LATENCY = "latency"
    DEPLOYMENTS = "deployments"
    SPEND = "spend"
    KEYS = "keys"
    LIMITS = "limits"
    TOOLS = "tools"


class Form(NamedTuple):
    """One recorded form of the counter ``series``: its rate, by ``labels``."""

    group: RuleGroup
    level: str
    series: str
    labels: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """What the names of its recorded series begin with."""
        return f"{self.level}:{self.series.removesuffix('_total')}"

    @property
    def family(self) -> str:
        """The metric family of its series."""
        return self.series if self.series.endswith("_total") else self.series.rpartition("_")[0]

    @property
    def is_asked_for_many_days(self) -> bool:
        """Whether its increase is recorded too."""
        return self.series in _ASKED_FOR_MANY_DAYS


_TEAM = ("requested_model", "team_alias")
_PERSON = ("team_alias", "user")
_KEY = (*_TEAM, "api_key_alias", "hashed_api_key", "user")
_FAILURE = ("exception_class", "exception_status")
_FAILED = (*_FAILURE, "route", "api_provider")
_PRICED = ("org_alias", "org_id", "team", "api_provider", "model")
_TOKENS = tuple(
    f"litellm_{kind}_tokens_metric_total"
    for kind in (
        *("total", "input", "output"),
        *("input_cached", "input_cache_creation", "output_reasoning"),
    )
)
_DEPLOYMENT = ("litellm_model_name", "model_id")


_COUNTERS: Mapping[RuleGroup, Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    RuleGroup.REQUESTS: {
        "team": {
            "litellm_proxy_total_requests_metric_total": (*_TEAM, "status_code"),
            "litellm_proxy_failed_requests_metric_total": (*_TEAM, *_FAILED),
            "litellm_cache_hits_metric_total": ("model", "team_alias"),
            "litellm_cache_misses_metric_total": ("model", "team_alias"),
        }
    },
    RuleGroup.DEPLOYMENTS: {
        "deployment": {
            "litellm_deployment_total_requests_total": (*_TEAM, *_DEPLOYMENT),
            "litellm_deployment_success_responses_total": (*_TEAM, *_DEPLOYMENT),
            "litellm_deployment_failure_responses_total": (
                *_TEAM,
                *_DEPLOYMENT,
                "api_provider",
                *_FAILURE,
            ),
        },
        "model": {
            "litellm_deployment_successful_fallbacks_total": (
                *_TEAM,
                "fallback_model",
                "exception_class",
            ),
            "litellm_deployment_failed_fallbacks_total": (*_TEAM, "fallback_model"),
        },
    },
    RuleGroup.SPEND: {
        "team": {"litellm_spend_metric_total": (*_TEAM, *_PRICED), **dict.fromkeys(_TOKENS, _TEAM)}
    },
    RuleGroup.KEYS: {
        "key": {
            "litellm_proxy_total_requests_metric_total": (*_KEY, "status_code", "route"),
            "litellm_proxy_failed_requests_metric_total": (*_KEY, *_FAILED),
            "litellm_spend_metric_total": (*_KEY, *_PRICED),
            **dict.fromkeys(_TOKENS, _KEY),
        }
    },
    RuleGroup.TOOLS: {
        "tool": {
            "litellm_proxy_total_requests_metric_total": (*_PERSON, TOOL, "status_code"),
            "litellm_spend_metric_total": (*_PERSON, TOOL),
        }
    },
}
"""By group, level and counter, the labels that are kept."""

_HISTOGRAMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "team": {
        "litellm_request_total_latency_metric": (*_TEAM, "api_provider", "service_tier"),
        "litellm_llm_api_time_to_first_token_metric": (*_TEAM, "api_provider"),
        "litellm_request_queue_time_seconds": _TEAM,
    },
    "deployment": {
        "litellm_llm_api_latency_metric": (*_TEAM, "api_provider", "model", "model_id"),
        "litellm_deployment_latency_per_output_token": (
            "model_group",
            "team_alias",
            *_DEPLOYMENT,
        ),
    },
    "model": {
        "litellm_overhead_latency_metric": ("model_group",),
        "litellm_overhead_with_guardrails_latency_metric": ("model_group",),
    },
}
"""By level and histogram, the labels that are kept; all are of the group ``latency``."""


def _forms() -> Iterator[Form]:
    for group, levels in _COUNTERS.items():
        for level, counters in levels.items():
            for counter, labels in counters.items():
                yield Form(group, level, counter, labels)
    for level, histograms in _HISTOGRAMS.items():
        for name, labels in histograms.items():
            yield Form(RuleGroup.LATENCY, level, f"{name}_bucket", (*labels, "le"))
            for part in ("sum", "count"):
                yield Form(RuleGroup.LATENCY, level, f"{name}_{part}", labels)


FORMS = tuple(_forms())
"""Every recorded rate; of a counter the form with fewest series comes first."""

_ASKED_FOR_MANY_DAYS = frozenset(
    {
        "litellm_proxy_total_requests_metric_total",
        "litellm_proxy_failed_requests_metric_total",
        "litellm_spend_metric_total",
        "litellm_input_tokens_metric_total",
        "litellm_input_cached_tokens_metric_total",
        *(
            f"{histogram}_{part}"
            for histogram in (
                "litellm_request_total_latency_metric",
                "litellm_llm_api_time_to_first_token_metric",
            )
            for part in ("bucket", "count")
        ),
    }
)
"""What is counted over many days: objectives' budgets, money, and who uses what."""


@dataclass(frozen=True)
class Recording:
    """What the rules of a stack record, and how often.

    ``interval`` and ``scrape_interval`` are seconds. ``labels`` are those of the scrape that the
    stack's selector looks at, which are kept too, as are those of people's ``own`` where they tell
    something apart.
    """

    stack: str
    interval: int
    scrape_interval: int
    groups: Collection[RuleGroup] = frozenset(RuleGroup)
    labels: tuple[str, ...] = ()
    own: tuple[OwnLabel, ...] = ()

    @property
    def overlap(self) -> int:
        """Seconds by which the window of a rate is longer than what is counted in it: a scrape."""
        return self.scrape_interval

    @property
    def window(self) -> str:
        """The PromQL duration over which rates are taken. Windows overlap by one scrape, so that
        every increase between two samples is counted once, and hold at least four scrapes, so that
        a missed one does no harm.
        """
        return f"{max(self.interval + self.scrape_interval, 4 * self.scrape_interval)}s"

    @property
    def kept(self) -> tuple[str, ...]:
        """The labels of the scrape that every recorded series has."""
        return tuple(dict.fromkeys((*OF_A_PROXY, *self.labels)))

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms that are recorded."""
        return tuple(self._with_own(form) for form in FORMS if form.group in self.groups)

    def _with_own(self, form: Form) -> Form:
        own = (label.name for label in told(self.own, form.family))
        return form._replace(labels=tuple(dict.fromkeys((*form.labels, *own))))

    @property
    def counts_close_keys(self) -> bool:
        """Whether it is recorded how many keys are close to a limit."""
        return RuleGroup.LIMITS in self.groups

    def rate(self, series: str, needed: Collection[str]) -> str | None:
        """The name of the recorded rate of ``series`` that has the ``needed`` labels, if any."""
        for form in self.forms:
            if form.series == series and {*self.kept, *form.labels}.issuperset(needed):
                return self.name(form)
        return None

    def increase(self, series: str, needed: Collection[str]) -> str | None:
        """The name of its recorded increase over an hour, likewise."""
        for form in self.forms:
            has_all = {*self.kept, *form.labels}.issuperset(needed)
            if form.is_asked_for_many_days and form.series == series and has_all:
                return self.increase_name(form)
        return None

    def name(self, form: Form) -> str:
        """What the recorded rate of ``form`` is called."""
        return f"{form.prefix}:{_RATE}{self.window}"

    def increase_name(self, form: Form) -> str:
        """What its recorded increase is called."""
        return f"{form.prefix}:{_INCREASE}{HOUR}"


def close_name(gauge: str) -> str:
    """What the recorded number of keys is called that are close to the limit that ``gauge`` is
    about.
    """
    return f"key:{gauge}:{_CLOSE}"


@cache
def measured(name: str) -> str:
    """The series that the recorded series ``name`` is made from; any other is its own."""
    if not is_recorded(name):
        return name
    middle = name.split(":")[1]
    return _BY_SHORT_NAME.get(middle, middle)


def is_recorded(name: str) -> bool:
    """Whether ``name`` is a recorded series: nothing else has a colon in its name."""
    return ":" in name


def is_recorded_rate(name: str) -> bool:
    """Whether ``name`` is a recorded rate, and no count."""
    return is_recorded(name) and name.rpartition(":")[2].startswith(_RATE)


def is_recorded_increase(name: str) -> bool:
    """Whether ``name`` is a recorded increase over an hour."""
    return is_recorded(name) and name.rpartition(":")[2].startswith(_INCREASE)


_BY_SHORT_NAME = {form.series.removesuffix("_total"): form.series for form in FORMS}
