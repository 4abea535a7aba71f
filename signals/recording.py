"""What rules record ahead of whoever asks: expensive counters, with virtual keys and all else that
grows summed away.

Rates are recorded and nothing made of them: ratios and quantiles are computed from recorded parts,
since an average of ratios is not the ratio. A name is ``level:metric:operation``, as
https://prometheus.io/docs/practices/rules/ has it; the level says what is kept apart, beside
the proxies.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

STACK_LABEL = "litellm_stack"
"""Tells the recorded series of several stacks apart that one Prometheus holds."""

OF_A_PROXY = ("job", "instance")
"""Kept by every recorded series, since dashboards let people choose by them."""

CLOSE = 0.9
"""The share of a budget or limit from which on it is close."""

_RATE, _CLOSE = "rate", "close"


class RuleGroup(StrEnum):
    """Rules that are on or off together, called as in settings."""

    REQUESTS = "requests"
    LATENCY = "latency"
    DEPLOYMENTS = "deployments"
    SPEND = "spend"
    KEYS = "keys"
    LIMITS = "limits"


class Form(NamedTuple):
    """One recorded form of the counter ``series``: its rate, by ``labels``."""

    group: RuleGroup
    level: str
    series: str
    labels: tuple[str, ...]


_TEAM = ("requested_model", "team_alias")
_KEY = (*_TEAM, "api_key_alias", "hashed_api_key")
_FAILURE = ("exception_class", "exception_status")
_TOKENS = ("total", "input", "output", "input_cached", "input_cache_creation", "output_reasoning")
_DEPLOYMENT = ("litellm_model_name", "model_id")


def _of_histogram(level: str, name: str, *labels: str) -> list[Form]:
    return [
        Form(
            RuleGroup.LATENCY,
            level,
            f"{name}_{part}",
            (*labels, "le") if part == "bucket" else labels,
        )
        for part in ("bucket", "sum", "count")
    ]


FORMS = (
    Form(
        RuleGroup.REQUESTS,
        "team",
        "litellm_proxy_total_requests_metric_total",
        (*_TEAM, "status_code"),
    ),
    Form(
        RuleGroup.REQUESTS,
        "team",
        "litellm_proxy_failed_requests_metric_total",
        (*_TEAM, *_FAILURE),
    ),
    *_of_histogram("team", "litellm_request_total_latency_metric", *_TEAM),
    *_of_histogram("team", "litellm_llm_api_time_to_first_token_metric", *_TEAM),
    *_of_histogram("team", "litellm_request_queue_time_seconds", *_TEAM),
    *_of_histogram(
        "deployment",
        "litellm_llm_api_latency_metric",
        *_TEAM,
        "api_provider",
        "model",
        "model_id",
    ),
    *_of_histogram("model", "litellm_overhead_latency_metric", "model_group"),
    *_of_histogram("model", "litellm_overhead_with_guardrails_latency_metric", "model_group"),
    *_of_histogram(
        "deployment",
        "litellm_deployment_latency_per_output_token",
        "model_group",
        "team_alias",
        *_DEPLOYMENT,
    ),
    Form(
        RuleGroup.DEPLOYMENTS,
        "deployment",
        "litellm_deployment_total_requests_total",
        (*_TEAM, *_DEPLOYMENT),
    ),
    Form(
        RuleGroup.DEPLOYMENTS,
        "deployment",
        "litellm_deployment_success_responses_total",
        (*_TEAM, *_DEPLOYMENT),
    ),
    Form(
        RuleGroup.DEPLOYMENTS,
        "deployment",
        "litellm_deployment_failure_responses_total",
        (*_TEAM, *_DEPLOYMENT, "api_provider", *_FAILURE),
    ),
    *(
        Form(RuleGroup.DEPLOYMENTS, "model", counter, (*_TEAM, "fallback_model"))
        for counter in (
            "litellm_deployment_successful_fallbacks_total",
            "litellm_deployment_failed_fallbacks_total",
        )
    ),
    Form(
        RuleGroup.SPEND,
        "team",
        "litellm_spend_metric_total",
        (*_TEAM, "org_alias", "api_provider", "model"),
    ),
    *(
        Form(RuleGroup.SPEND, "team", f"litellm_{tokens}_tokens_metric_total", _TEAM)
        for tokens in _TOKENS
    ),
    Form(
        RuleGroup.KEYS,
        "key",
        "litellm_proxy_total_requests_metric_total",
        (*_KEY, "status_code"),
    ),
    Form(
        RuleGroup.KEYS,
        "key",
        "litellm_proxy_failed_requests_metric_total",
        (*_KEY, *_FAILURE),
    ),
    Form(
        RuleGroup.KEYS,
        "key",
        "litellm_spend_metric_total",
        (*_KEY, "org_alias", "api_provider", "model"),
    ),
    *(
        Form(RuleGroup.KEYS, "key", f"litellm_{tokens}_tokens_metric_total", _KEY)
        for tokens in _TOKENS
    ),
)
"""Every recorded rate; of a counter the form with fewest series comes first."""


@dataclass(frozen=True)
class Recording:
    """What the rules of a stack record, and how often.

    ``interval`` and ``scrape_interval`` are seconds. ``labels`` are those of the scrape that the
    stack's selector looks at, which are kept too.
    """

    stack: str
    interval: int
    scrape_interval: int
    groups: Collection[RuleGroup] = frozenset(RuleGroup)
    labels: tuple[str, ...] = ()

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

    def forms(self) -> list[Form]:
        """The forms that are recorded."""
        return [form for form in FORMS if form.group in self.groups]

    @property
    def counts_close_keys(self) -> bool:
        """Whether it is recorded how many keys are close to a limit."""
        return RuleGroup.LIMITS in self.groups

    def rate(self, series: str, needed: Collection[str]) -> str | None:
        """The name of the recorded rate of ``series`` that has the ``needed`` labels, if any."""
        for form in self.forms():
            if form.series == series and {*self.kept, *form.labels}.issuperset(needed):
                return self.name(form)
        return None

    def name(self, form: Form) -> str:
        """What the recorded series of ``form`` is called."""
        return f"{form.level}:{form.series.removesuffix('_total')}:{_RATE}{self.window}"


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
    return _COUNTERS.get(middle, middle)


def is_recorded(name: str) -> bool:
    """Whether ``name`` is a recorded series: nothing else has a colon in its name."""
    return ":" in name


def is_recorded_rate(name: str) -> bool:
    """Whether ``name`` is a recorded rate, and no count."""
    return is_recorded(name) and name.rpartition(":")[2].startswith(_RATE)


_COUNTERS = {form.series.removesuffix("_total"): form.series for form in FORMS}
