"""What LiteLLM does besides passing requests on: cache, guardrails, MCP, files and batches."""

from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.matchers import Operator
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope

CACHE_HITS = "litellm_cache_hits_metric_total"
CACHE_MISSES = "litellm_cache_misses_metric_total"
CACHED_TOKENS = "litellm_cached_tokens_metric_total"
PROMPT_CACHE_READ = "litellm_provider_cache_read_input_tokens_metric_total"
PROMPT_CACHE_WRITTEN = "litellm_provider_cache_creation_input_tokens_metric_total"
GUARDRAIL_REQUESTS = "litellm_guardrail_requests_total"
GUARDRAIL_ERRORS = "litellm_guardrail_errors_total"
GUARDRAIL_LATENCY = "litellm_guardrail_latency_seconds"
MCP_CALLS = "litellm_mcp_tool_calls_total"
MCP_SPEND = "litellm_mcp_tool_call_spend_metric_total"
FILES_CREATED = "litellm_managed_file_created_total"
FILES_DELETED = "litellm_managed_file_deleted_total"
FILE_SIZE = "litellm_managed_file_size_bytes"
BATCHES_CREATED = "litellm_managed_batch_created_total"
BATCH_DURATION = "litellm_managed_batch_duration_seconds"
BATCHES_WAITING = "litellm_check_batch_cost_jobs_polled"
BATCHES_COSTED = "litellm_check_batch_cost_jobs_processed_total"
BATCH_COST_ERRORS = "litellm_check_batch_cost_errors_total"
BATCH_COST_LAST_RUN = "litellm_check_batch_cost_last_run_timestamp"


def cache_hit_ratio(scope: Scope, *by: str) -> Query:
    """The share of requests to the cache in a quarter of an hour that it answered."""
    hits, misses = (scope.compared(each, "15m", *by) for each in (CACHE_HITS, CACHE_MISSES))
    hit = forms.share_of_two(hits, misses, scope.present(CACHE_HITS, *by))
    expression = f"{hit} or 0 * {scope.present(CACHE_MISSES, *by)}"
    return Query(expression, scope.legend(*by) or "Hit ratio", "percentunit")


def most_calls(scope: Scope) -> Query:
    """Which keys called most tools over the time range, and how often."""
    return forms.ranking(scope, MCP_CALLS, "api_key_alias")


def most_tool_spend(scope: Scope) -> Query:
    """Which tools cost most over the time range, and how many dollars."""
    return forms.ranking(scope, MCP_SPEND, "mcp_server_name", "mcp_tool_name")


def guardrail_share(scope: Scope, status: str) -> Query:
    """The share of each guardrail's runs in a quarter of an hour that ended with ``status``."""
    name = "guardrail_name"
    these = scope.where("status", Operator.EQUAL, status).compared(GUARDRAIL_REQUESTS, "15m", name)
    all_ = scope.compared(GUARDRAIL_REQUESTS, "15m", name)
    share = forms.share(these, all_, scope.present(GUARDRAIL_REQUESTS, name))
    return Query(share, scope.legend(name), "percentunit")


def guardrail_error_share(scope: Scope, window: str, at_least: float) -> Query:
    """The share of each guardrail's runs over ``window`` that ended in an error, where ``at_least``
    so many did.
    """
    errors, runs = (
        scope.compared(each, window, "guardrail_name")
        for each in (GUARDRAIL_ERRORS, GUARDRAIL_REQUESTS)
    )
    share = forms.share_of_many(errors, runs, at_least)
    return Query(share, "{{guardrail_name}}", "percentunit")


def guardrail_latency(scope: Scope, q: float) -> Query:
    """How long each guardrail takes."""
    return forms.quantile(scope, q, GUARDRAIL_LATENCY, "guardrail_name")


def file_size(scope: Scope) -> Query:
    """Bytes of the newest file of each purpose and model."""
    return forms.gauge(scope, "max", FILE_SIZE, "purpose", "model", name="Size")


def batch_duration(scope: Scope, q: float) -> Query:
    """How long managed batches take."""
    return forms.quantile(scope, q, BATCH_DURATION, "model")


def batches_waiting(scope: Scope) -> Query:
    """Batches whose cost is not known yet, at the last look."""
    return forms.gauge(scope, "max", BATCHES_WAITING, name="Waiting")


def since_batch_cost_run(scope: Scope) -> Query:
    """Seconds since the costs of batches were last looked for."""
    return Query(f"time() - {scope.gauge('max', BATCH_COST_LAST_RUN)}", "Last run", "s")
