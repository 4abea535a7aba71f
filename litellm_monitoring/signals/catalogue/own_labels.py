"""Labels of one's own: what operators have LiteLLM add to its metrics, from the metadata and tags of
requests, and the labels that it adds only where somebody asks for them.

LiteLLM gives the names of metadata and tags to all of its metrics of requests, but knows the values
only where it logs a request that was answered; of a request that failed it knows the tags. Where it
does not know, a label says nothing, and nothing is asked by it: of each label, ``told_by`` is what
says something (``async_log_success_event`` and ``async_post_call_failure_hook`` of LiteLLM 1.109 in
``integrations/prometheus.py``, and ``get_labels`` in ``types/integrations/prometheus.py``).
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

METADATA = "litellm_settings.custom_prometheus_metadata_labels"
TAGS = "litellm_settings.custom_prometheus_tags"

PREFIXES = ("metadata_", "tag_")
"""What the names of most of them begin with."""

NO_VALUE = "no value"
"""What people read where LiteLLM has no value for a label."""

REQUESTS = "litellm_proxy_total_requests_metric_total"
FAILURES = "litellm_proxy_failed_requests_metric_total"
TOKENS = "litellm_total_tokens_metric_total"
LATENCY = "litellm_request_total_latency_metric"

_ANSWERED = frozenset(
    {
        REQUESTS,
        TOKENS,
        LATENCY,
        "litellm_spend_metric_total",
        "litellm_cache_hits_metric_total",
        "litellm_cache_misses_metric_total",
        "litellm_images_generated_metric_total",
        "litellm_video_duration_seconds_metric_total",
        *(
            f"litellm_{kind}_tokens_metric_total"
            for kind in (
                *("input", "input_cached", "input_cache_creation", "input_audio"),
                *("output", "output_reasoning", "output_audio"),
            )
        ),
        "litellm_llm_api_latency_metric",
        "litellm_llm_api_time_to_first_token_metric",
        "litellm_request_queue_time_seconds",
        "litellm_overhead_latency_metric",
        "litellm_overhead_with_guardrails_latency_metric",
        "litellm_deployment_latency_per_output_token",
    }
)
"""What is counted of each answered request."""

_FEW_SERIES = (REQUESTS, FAILURES, f"{LATENCY}_count")


class OptIn(StrEnum):
    """The labels that LiteLLM adds only where somebody asks for them, by name."""

    STREAM = "stream"
    INPUT_SEQUENCE_LENGTH = "input_sequence_length"
    RATE_LIMIT_CATEGORY = "rate_limit_category"
    RATE_LIMIT_TYPE = "rate_limit_type"


@dataclass(frozen=True)
class _OptedIn:
    setting: str
    told_by: frozenset[str]


_RATE_LIMITED = _OptedIn(
    "litellm_settings.prometheus_emit_rate_limit_labels", frozenset({FAILURES})
)
_OPTED_IN: Mapping[OptIn, _OptedIn] = MappingProxyType(
    {
        OptIn.STREAM: _OptedIn(
            "litellm_settings.prometheus_emit_stream_label", frozenset({REQUESTS})
        ),
        OptIn.INPUT_SEQUENCE_LENGTH: _OptedIn(
            "litellm_settings.prometheus_emit_input_sequence_length_label",
            frozenset(
                {
                    LATENCY,
                    "litellm_llm_api_latency_metric",
                    "litellm_llm_api_time_to_first_token_metric",
                }
            ),
        ),
        OptIn.RATE_LIMIT_CATEGORY: _RATE_LIMITED,
        OptIn.RATE_LIMIT_TYPE: _RATE_LIMITED,
    }
)


@dataclass(frozen=True)
class OwnLabel:
    """A label with the ``name`` that it has in Prometheus, and the ``title`` that people read.

    LiteLLM exposes it with ``setting``. ``told_by`` are the families of which it tells something
    apart. Alerts that can be told apart by it carry it where it is ``in_alerts``.
    """

    name: str
    title: str
    setting: str
    told_by: frozenset[str]
    in_alerts: bool = False

    @property
    def where_listed(self) -> str:
        """Series that have all its values, and are few."""
        return next(each for each in _FEW_SERIES if self.is_told_by(each.removesuffix("_count")))

    @property
    def is_of_answers_alone(self) -> bool:
        """Whether LiteLLM leaves failed requests without a value, though it has the label."""
        return self.setting.startswith(METADATA)

    def is_told_by(self, *families: str) -> bool:
        """Whether it tells apart what all of ``families`` count."""
        return self.told_by.issuperset(families)


def of_metadata(entry: str, title: str = "", *, in_alerts: bool = False) -> OwnLabel:
    """The label that LiteLLM makes from an ``entry`` of :data:`METADATA`."""
    name = _sanitized(entry)
    shown = title or _readable(name.removeprefix(PREFIXES[0]))
    return OwnLabel(name, shown, _entry(METADATA, entry), _ANSWERED, in_alerts)


def of_tag(entry: str, title: str = "", *, in_alerts: bool = False) -> OwnLabel:
    """The label that it makes from an ``entry`` of :data:`TAGS`: ``true`` of requests with such a
    tag, ``false`` of all others.
    """
    told_by = _ANSWERED | {FAILURES}
    name = _sanitized(f"tag_{entry}")
    return OwnLabel(name, title or f"Tag {entry}", _entry(TAGS, entry), told_by, in_alerts)


def opted_in(label: OptIn, title: str = "", *, in_alerts: bool = False) -> OwnLabel:
    """One of the labels that LiteLLM itself has."""
    found = _OPTED_IN[label]
    shown = title or _readable(label.value)
    return OwnLabel(label.value, shown, f"{found.setting}: true", found.told_by, in_alerts)


def setting_of_opt_in(label: str, family: str) -> str | None:
    """The setting that adds ``label`` to ``family``, if it is one that LiteLLM leaves out otherwise."""
    if label in ("user_email", "user_alias") and family in _BUDGETS_OF_USERS:
        return "litellm_settings.prometheus_user_budget_label_include_email_alias: true"
    found = next((each for name, each in _OPTED_IN.items() if name == label), None)
    return f"{found.setting}: true" if found and family in found.told_by else None


_BUDGETS_OF_USERS = frozenset(
    {
        "litellm_remaining_user_budget_metric",
        "litellm_user_max_budget_metric",
        "litellm_user_budget_remaining_hours_metric",
    }
)


def told(labels: Iterable[OwnLabel], *families: str) -> tuple[OwnLabel, ...]:
    """Those of ``labels`` that tell apart what all of ``families`` count."""
    return tuple(label for label in labels if label.is_told_by(*families))


def _entry(setting: str, entry: str) -> str:
    return f"{setting}: [{json.dumps(entry, ensure_ascii=False)}]"


def _sanitized(name: str) -> str:
    """As LiteLLM makes a label's name of anything."""
    found = re.sub(r"[^a-zA-Z0-9_]", "_", name)
    return f"_{found}" if found[:1].isdigit() else found


def _readable(name: str) -> str:
    words = name.replace("_", " ").strip() or name
    return f"{words[0].upper()}{words[1:]}"
