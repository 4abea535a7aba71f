"""What the proxy depends on besides the providers, and its own steps: LiteLLM's service metrics."""

from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.matchers import Operator
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope

REDIS_FAILURES = "litellm_redis_failed_requests_total"
REDIS_CIRCUIT_BREAKERS = "litellm_redis_circuit_breaker_state"
REDIS_BREAKER_FAILURES = "litellm_redis_circuit_breaker_failures_total"
REDIS_BREAKER_TRANSITIONS = "litellm_redis_circuit_breaker_transitions_total"

STEPS = ("auth", "proxy_pre_call", "router", "self")
DATABASE = ("postgres", "batch_write_to_db", "reset_budget_job")
REDIS_QUEUES = (
    "redis_daily_org_spend_update_queue",
    "redis_daily_tag_spend_update_queue",
    "redis_daily_team_spend_update_queue",
    "redis_window_spend_update_queue",
)
QUEUE_SIZES = {
    "in this worker": "litellm_in_memory_spend_update_queue_size",
    "daily, in this worker": "litellm_in_memory_daily_spend_update_queue_size",
    "in Redis": "litellm_redis_spend_update_queue_size",
    "daily, in Redis": "litellm_redis_daily_spend_update_queue_size",
    "daily by agent, in Redis": "litellm_redis_daily_agent_spend_update_queue_size",
    "daily by end user, in Redis": "litellm_redis_daily_end_user_spend_update_queue_size",
}
LOCKS = "litellm_pod_lock_manager_size"
FEDERATION = "anthropic_wif"
FEDERATION_CACHE = "anthropic_wif_cache"

ADMITTED = "litellm_admission_admitted_requests"
QUEUED = "litellm_admission_queued_requests"
REJECTED = "litellm_admission_rejected_requests_total"
CALLBACK_FAILURES = "litellm_callback_logging_failures_metric_total"
LENS_WRITTEN = "litellm_lens_export_rows_written_total"
LENS_DROPPED = "litellm_lens_export_rows_dropped_total"
USERS, ACTIVE_USERS, TEAMS = "litellm_total_users", "litellm_active_users", "litellm_teams_count"
TEAM_MEMBERS = "litellm_team_members_metric"

CLEANUP_RUNS = "litellm_spend_log_cleanup_runs_total"
CLEANUP_DELETED = "litellm_spend_log_cleanup_rows_deleted_total"
CLEANUP_REMAINING = "litellm_spend_log_cleanup_rows_remaining"
CLEANUP_FAILURES = "litellm_spend_log_cleanup_batch_failures_total"
CLEANUP_DURATION = "litellm_spend_log_cleanup_batch_duration_seconds"
CLEANUP_STORAGE = "litellm_spend_log_storage_bytes"

_NAMES = {
    "auth": "authentication",
    "proxy_pre_call": "before the call",
    "self": "bookkeeping",
    "postgres": "Postgres",
    "batch_write_to_db": "writing spend",
    "reset_budget_job": "resetting budgets",
    "redis": "Redis",
    "redis_daily_org_spend_update_queue": "daily by organization",
    "redis_daily_tag_spend_update_queue": "daily by tag",
    "redis_daily_team_spend_update_queue": "daily by team",
    "redis_window_spend_update_queue": "by window",
    FEDERATION: "federation",
    FEDERATION_CACHE: "cache",
}


def calls(scope: Scope, *services: str) -> list[Query]:
    """How often a second each of ``services`` is asked."""
    return [
        forms.rate(scope, f"litellm_{each}_total_requests_total", name=_name(each), unit="reqps")
        for each in services
    ]


def failed_calls(scope: Scope, *services: str) -> list[Query]:
    """How often a second asking each of ``services`` fails."""
    return [
        forms.rate(scope, f"litellm_{each}_failed_requests_total", name=_name(each), unit="reqps")
        for each in services
    ]


def failed_calls_by_error(scope: Scope, service: str) -> Query:
    """The same for one service, by what failed and how."""
    counter = f"litellm_{service}_failed_requests_total"
    return forms.rate(scope, counter, "error_class", "function_name", unit="reqps")


def call_latency(scope: Scope, q: float, *services: str) -> list[Query]:
    """A quantile of how long each of ``services`` takes."""
    return [
        Query(forms.quantile(scope, q, f"litellm_{each}_latency").expr, _name(each), "s")
        for each in services
    ]


def dependency_failures(scope: Scope) -> list[Query]:
    """How often a second asking Redis, and Postgres, fails; 0 while nothing fails, and nothing where
    LiteLLM does not measure it.
    """
    found = []
    for service in ("redis", "postgres"):
        failed = scope.rate(f"litellm_{service}_failed_requests_total")
        measured = scope.present(f"litellm_{service}_total_requests_total")
        found.append(Query(f"{failed} or 0 * {measured}", _name(service), "reqps"))
    return found


def failed_call_share(scope: Scope, service: str, window: str, at_least: float) -> Query:
    """The share of the calls of ``service`` over ``window`` that failed, where ``at_least`` so many
    did.
    """
    failed, all_ = (
        scope.compared(f"litellm_{service}_{each}_requests_total", window)
        for each in ("failed", "total")
    )
    return Query(forms.share_of_many(failed, all_, at_least), _name(service), "percentunit")


def growing_queues(scope: Scope) -> Query:
    """How many updates of spend wait in each queue that has grown over the last 15 minutes."""
    sizes = []
    for name, metric in QUEUE_SIZES.items():
        how = "sum" if "worker" in name else "max"
        growth = scope.aggregated(how, f"deriv({scope.series(metric)}[15m])")
        size = f"{scope.gauge(how, metric)} and {growth} > 0"
        sizes.append(f'label_replace({size}, "queue", "{name}", "", "")')
    return Query(" or ".join(sizes), "{{queue}}", "short")


def rows_that_stay(scope: Scope) -> Query:
    """Rows of each table that wait for the clean-up, and have not become fewer in 6 hours."""
    growth = scope.aggregated("max", f"deriv({scope.series(CLEANUP_REMAINING)}[6h])", "table")
    expression = f"{scope.gauge('max', CLEANUP_REMAINING, 'table')} and {growth} >= 0"
    return Query(expression, "{{table}}", "short")


def redis_failures(scope: Scope) -> Query:
    """How many requests to Redis have failed since the proxies were started."""
    return Query(f"sum({scope.series(REDIS_FAILURES)})", "Failed requests to Redis", "short")


def redis_circuit_breakers(scope: Scope) -> Query:
    """How many circuit breakers, one for each connection, are in each state."""
    return forms.gauge(scope, "sum", REDIS_CIRCUIT_BREAKERS, "state", name="Circuit breakers")


def open_redis_circuit_breakers(scope: Scope) -> Query:
    """How many circuit breakers keep Redis from being asked."""
    is_open = scope.where("state", Operator.EQUAL, "open")
    return Query(f"sum({is_open.series(REDIS_CIRCUIT_BREAKERS)})", "Open", "short")


def queue_sizes(scope: Scope) -> list[Query]:
    """How many updates wait in each of the queues of spend."""
    return [
        Query(scope.gauge("sum" if "worker" in name else "max", metric), name, "short")
        for name, metric in QUEUE_SIZES.items()
    ]


def largest_teams(scope: Scope) -> Query:
    """The teams with most members, and how many."""
    expression = f"topk(10, {scope.gauge('max', TEAM_MEMBERS, 'team_alias')})"
    return Query(expression, scope.legend("team_alias"), "short")


def cleanup_duration(scope: Scope, q: float) -> Query:
    """How long deleting one batch of old rows takes."""
    return forms.quantile(scope, q, CLEANUP_DURATION, "table")


def _name(service: str) -> str:
    return _NAMES.get(service, service)
