"""What LiteLLM's settings can leave out of its metrics, and what a query needs of them.

What each setting does is read from LiteLLM's ``integrations/prometheus.py`` of the versions from
1.80.5 to 1.110.2; ``SINCE`` are the first of those that have it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import promql_parser
from packaging.version import Version

from litellm_monitoring.signals.asking.promql import Selector, operator_of, parsed, selectors
from litellm_monitoring.signals.catalogue.labels import HEALTH_CHECKS
from litellm_monitoring.signals.catalogue.metrics import Family, MetricType, family_of, is_litellms
from litellm_monitoring.signals.catalogue.recording import is_recorded

OLDEST = "1.80.0"
"""The first LiteLLM whose settings are written."""

SINCE: Mapping[str, str] = {
    "prometheus_latency_buckets": "1.83.7",
    "prometheus_exclude_labels": "1.96.0",
    "prometheus_exclude_metrics": "1.96.0",
    "prometheus_metrics_ttl_seconds": "1.106.0",
    "prometheus_metrics_max_series_per_metric": "1.106.0",
}
"""The LiteLLM that each setting came with. An older one ignores it; all others are older."""

OF_THE_LOGGER = "prometheus"
"""The switch of the families that these settings are about."""

ALIAS = "api_key_alias"

_TOTAL = "_total"
_LISTED_WITH_TOTAL = frozenset(
    {
        "litellm_check_batch_cost_errors_total",
        "litellm_check_batch_cost_jobs_processed_total",
        "litellm_guardrail_errors_total",
        "litellm_guardrail_requests_total",
        "litellm_managed_batch_created_total",
        "litellm_managed_file_created_total",
        "litellm_managed_file_deleted_total",
        "litellm_mcp_tool_calls_total",
        "litellm_zero_cost_requests_total",
    }
)
"""Counters that the settings call by the whole name."""

_LISTABLE_SINCE: Mapping[str, str] = {
    "litellm_callback_logging_failures_metric_total": "1.82.0",
    "litellm_llm_api_failed_requests_metric_total": "1.82.0",
    "litellm_remaining_api_key_requests_for_model": "1.82.0",
    "litellm_remaining_api_key_tokens_for_model": "1.82.0",
}
"""Families that could not be listed at first."""

PROVIDER_BUDGETS = frozenset({"litellm_provider_remaining_budget_metric"})
DATABASE_COUNTS = frozenset({"litellm_active_users", "litellm_teams_count", "litellm_total_users"})
"""What no list can name, and what it is of."""

_WITH_ALL_LABELS = frozenset(
    {
        "litellm_callback_logging_failures_metric_total",
        "litellm_deployment_cooled_down_total",
        "litellm_guardrail_errors_total",
        "litellm_guardrail_latency_seconds",
        "litellm_guardrail_requests_total",
        "litellm_managed_batch_created_total",
        "litellm_managed_batch_duration_seconds",
        "litellm_managed_file_created_total",
        "litellm_managed_file_deleted_total",
        "litellm_check_batch_cost_errors_total",
        "litellm_check_batch_cost_jobs_processed_total",
    }
)
"""Families whose labels LiteLLM has written into its code: ``include_labels`` is rejected, has no
effect, or makes it fail when it counts.
"""

_WITH_ALL_LABELS_BEFORE: Mapping[str, str] = {
    "litellm_llm_api_time_to_first_token_metric": "1.82.0",
}
"""The same in an older LiteLLM."""

_MEASURED_BY: Mapping[str, frozenset[str]] = dict.fromkeys(
    ("litellm_remaining_requests_metric", "litellm_remaining_tokens_metric"),
    frozenset({"model_group", "api_provider", "api_base", "litellm_model_name", "model_id"}),
)
"""Gauges of a deployment, which LiteLLM writes for each key that it answers."""


@dataclass(frozen=True)
class Reading:
    """What a query reads of one family.

    ``labels`` are those that it names, ``others`` the same that the catalogue does not know: the
    scrape has added them, or operators. Without the ``implied`` ones it would say something else.
    By ``only_to_leave_out`` it tells LiteLLM's background health checks from what people ask, and
    nothing else.
    """

    family: Family
    labels: frozenset[str]
    others: frozenset[str] = frozenset()
    implied: frozenset[str] = frozenset()
    only_to_leave_out: frozenset[str] = frozenset()


def readings(expression: str) -> Iterator[Reading]:
    """What ``expression`` reads of LiteLLM's families, as itself or recorded."""
    for selector in selectors(parsed(expression)):
        if selector.metric and is_litellms(family_of(selector.metric).name):
            yield _reading(selector)


def _reading(selector: Selector) -> Reading:
    family = family_of(selector.metric)
    matchers = selector.node.matchers.matchers
    health_checks = {each.name for each in matchers if _leaves_out_health_checks(each)}
    read = selector.grouped | {each.name for each in matchers} - health_checks
    labels, others = read & family.labels, read - family.labels
    # What is recorded has the labels that its rule names.
    is_itself = not is_recorded(selector.metric)
    if is_itself and (family.type is MetricType.GAUGE or not selector.is_summed):
        return Reading(family, labels, others, implied=measuring(family))
    return Reading(
        family, labels, others, only_to_leave_out=frozenset(health_checks) & family.labels - labels
    )


def _leaves_out_health_checks(matcher: promql_parser.Matcher) -> bool:
    return operator_of(matcher) == "!=" and matcher.value == HEALTH_CHECKS


def measuring(family: Family) -> frozenset[str]:
    """The labels that tell apart what ``family`` measures: all of a gauge's, since two of its series
    made one hold what was written last.
    """
    return _MEASURED_BY.get(family.name, family.labels) & family.labels


def listed_as(family: Family) -> str:
    """What ``prometheus_metrics_config`` and ``prometheus_exclude_metrics`` call ``family``."""
    name = family.name
    return name if name in _LISTED_WITH_TOTAL else name.removesuffix(_TOTAL)


def has(family: Family, version: str) -> bool:
    """Whether LiteLLM has ``family`` in that version."""
    return is_since(family.since, version)


def can_list(family: Family, version: str) -> bool:
    """Whether its settings can name ``family`` in that version."""
    since = _LISTABLE_SINCE.get(family.name)
    return family.listable and has(family, version) and is_since(since, version)


def can_choose_labels(family: Family, version: str) -> bool:
    """Whether ``include_labels`` works for ``family`` in that version."""
    fixed = family.name in _WITH_ALL_LABELS
    return not fixed and is_since(_WITH_ALL_LABELS_BEFORE.get(family.name), version)


def labels_in(family: Family, version: str) -> frozenset[str]:
    """The labels that ``family`` has in that version."""
    return frozenset(
        label for label in family.labels if is_since(family.labels_since.get(label), version)
    )


def is_since(since: str | None, version: str) -> bool:
    """Whether LiteLLM has in ``version`` what came with ``since``, None for what it always had."""
    return not since or Version(since) <= Version(version)
