"""Rows on what the proxy does and depends on besides passing requests on: its own steps, Redis, the
database, and what works in the background.
"""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import HALF_WIDTH, THIRD_WIDTH
from litellm_monitoring.dashboards.kit.layout import Feature, Row
from litellm_monitoring.dashboards.kit.visualizations import ranking, time_series
from litellm_monitoring.dashboards.rows import ledger
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.running import services

_SYSTEM = "service_callback: [prometheus_system]"


def rows(scope: Scope) -> list[Row]:
    """A row for each, collapsed: not everybody has them all."""
    return [
        Row(
            f"Redis (requires Redis and {_SYSTEM})",
            _redis(scope),
            key=f"Redis (it takes one, and {_SYSTEM})",
            collapsed=True,
            feature=Feature.REDIS,
            about="proxy/caching",
        ),
        Row(
            f"Request processing steps (requires {_SYSTEM})",
            _steps(scope),
            key=f"The proxy's steps (they take {_SYSTEM})",
            collapsed=True,
            feature=Feature.SERVICES,
            about="proxy/prometheus",
        ),
        Row(
            f"Database (requires a database and {_SYSTEM})",
            _database(scope),
            key=f"Database (it takes one, and {_SYSTEM})",
            collapsed=True,
            feature=Feature.DATABASE,
            about="proxy/db_info",
        ),
        ledger.row(scope),
        Row(
            f"Spend update queues (requires a database and {_SYSTEM})",
            _queues(scope),
            key=f"Queues of spend (they take a database, and {_SYSTEM})",
            collapsed=True,
            feature=Feature.DATABASE,
            about="proxy/db_deadlocks",
        ),
        Row(
            "Admission control (requires max_in_flight_requests_per_worker)",
            _admission(scope),
            key="Admission (it takes max_in_flight_requests_per_worker)",
            collapsed=True,
            feature=Feature.ADMISSION,
            about="proxy/config_settings",
        ),
        Row(
            "Spend log cleanup (requires maximum_spend_logs_retention_period)",
            _cleanup(scope),
            key="Clean-up of spend logs (it takes maximum_spend_logs_retention_period)",
            collapsed=True,
            feature=Feature.CLEANUP,
            about="proxy/spend_logs_deletion",
        ),
        Row(
            "Anthropic workload identity federation (requires models that use it)",
            _federation(scope),
            key="Anthropic by identity federation (it takes models reached that way)",
            collapsed=True,
            feature=Feature.FEDERATION,
            about="providers/anthropic",
        ),
        Row(
            "Lens export (requires LITELLM_LENS_URL)",
            _lens(scope),
            key="Export to Lens (it takes LITELLM_LENS_URL)",
            collapsed=True,
            feature=Feature.LENS,
            about="proxy/prometheus",
        ),
    ]


def _calls(
    scope: Scope, what: str, names: tuple[str, ...], latency: bool = True, width: int = THIRD_WIDTH
) -> list[Panel]:
    """The three things that LiteLLM measures of each service."""
    found = [
        time_series(
            f"{what}: calls",
            *services.calls(scope, *names),
            shows="Calls per second.",
            worry="they stop while requests do not",
            act="Check that the service is configured, and the proxy's log.",
            width=width,
        ),
        time_series(
            f"{what}: failures",
            *services.failed_calls(scope, *names),
            shows="Failed calls per second.",
            worry="there are any",
            act="Check the service and the proxy's log for the error.",
            empty="no failures",
            width=width,
        ),
    ]
    if latency:
        found.append(
            time_series(
                f"{what}: latency, p95",
                *services.call_latency(scope, 0.95, *names),
                shows="Duration of calls: 95% took less.",
                worry="it is far above its usual value: requests wait for it",
                act="Check the load and the slow operations of the service.",
                width=width,
            )
        )
    return found


def _redis(scope: Scope) -> list[Panel]:
    return [
        *_calls(scope, "Redis", ("redis",)),
        time_series(
            "Redis: failures by error and function",
            services.failed_calls_by_error(scope, "redis"),
            shows="Failed calls to Redis per second, by error and function.",
            worry="there are any: rate limits, budgets and the cache are no longer shared by the "
            "proxies",
            act="Connection errors: check the network and that Redis is up. Out of memory: raise "
            "its limit.",
            empty="no failures",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Redis: circuit breakers",
            services.redis_circuit_breakers(scope),
            shows="Circuit breakers that are closed (LiteLLM calls Redis) and open (it does not, "
            "after too many failures).",
            worry="any is open",
            act="Check that Redis is up and reachable from every proxy.",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Redis: circuit breaker events",
            forms.rate(scope, services.REDIS_BREAKER_FAILURES, "failure_class", unit="errors/s"),
            forms.rate(scope, services.REDIS_BREAKER_TRANSITIONS, "state"),
            shows="Failures counted and state changes of circuit breakers, per second.",
            worry="there are any: Redis is not reliably reachable",
            act="Look at *Redis: failures by error and function*.",
            key="Redis: circuit breakers tripping",
            empty="no events",
            width=THIRD_WIDTH,
        ),
    ]


def _steps(scope: Scope) -> list[Panel]:
    return _calls(scope, "Steps", services.STEPS)


def _database(scope: Scope) -> list[Panel]:
    return [
        *_calls(scope, "Database", services.DATABASE),
        time_series(
            "Postgres: failures by error and function",
            services.failed_calls_by_error(scope, "postgres"),
            shows="Failed calls to Postgres per second, by error and function.",
            worry="there are any: keys, budgets and spend depend on it",
            act="Check that Postgres is up and has free connections.",
            empty="no failures",
        ),
        time_series(
            "Users and teams",
            forms.gauge(scope, "max", services.USERS, name="Users"),
            forms.gauge(scope, "max", services.ACTIVE_USERS, name="Billable users"),
            forms.gauge(scope, "max", services.TEAMS, name="Teams"),
            shows="Users and teams in LiteLLM's database.",
            worry="they jump: something creates users",
            act="Check who creates them: single sign-on, a script, the API.",
            width=6,
        ),
        ranking(
            "Largest teams by members",
            services.largest_teams(scope),
            shows="The ten teams with the most members.",
            worry="one jumps",
            act="Check who added the members.",
            key="Members of teams",
            width=6,
        ),
    ]


def _queues(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Pending spend updates",
            *services.queue_sizes(scope),
            shows="Spend updates waiting to be written to the database. With the spend ledger of "
            "LiteLLM 1.110 and newer they stay near 0: spend waits in *Pending and parked "
            "deliveries*.",
            worry="they keep growing: spend is late, and budgets can be exceeded",
            act="Look at *Database: failures* and *Database: latency, p95*.",
            key="Updates of spend that wait",
            width=HALF_WIDTH,
        ),
        time_series(
            "Locks held",
            forms.gauge(scope, "max", services.LOCKS, name="Locks"),
            shows="Whether a proxy holds the lock for writing spend.",
            worry="it stays at 0 while updates are pending",
            act="Check that Redis is up, and the log of each proxy.",
            width=HALF_WIDTH,
        ),
        *_calls(scope, "Queues in Redis", services.REDIS_QUEUES),
    ]


def _admission(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Requests admitted and queued",
            forms.gauge(scope, "sum", services.ADMITTED, name="Admitted"),
            forms.gauge(scope, "sum", services.QUEUED, name="Queued"),
            shows="Requests that workers process (admitted) and that wait for a worker (queued).",
            worry="requests stay queued: the proxy has too few workers",
            act="Add workers or proxies, or find the slow part on Latency.",
        ),
        time_series(
            "Requests rejected by full workers",
            forms.rate(scope, services.REJECTED, "reason", unit="reqps"),
            shows="Requests per second that were rejected because all workers are full, by reason.",
            worry="there are any: the proxy has too few workers",
            act="Add workers or proxies, or find the slow part on Latency.",
            key="Requests turned away",
            empty="none",
        ),
    ]


def _cleanup(scope: Scope) -> list[Panel]:
    interval = "$__interval"
    return [
        time_series(
            "Cleanup runs by outcome",
            forms.increase(scope, services.CLEANUP_RUNS, "outcome", window=interval),
            shows="Runs of the spend log cleanup, by outcome.",
            worry="they stop, or do not complete",
            act="Check the proxy's log at the time of the run.",
            key="Clean-up runs by outcome",
            bars="1h",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Rows deleted",
            forms.increase(scope, services.CLEANUP_DELETED, "table", window=interval),
            shows="Old rows that the cleanup deleted, by table.",
            worry="none are deleted while rows remain",
            act="Look at *Cleanup runs by outcome*.",
            bars="1h",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Rows pending deletion",
            forms.gauge(scope, "max", services.CLEANUP_REMAINING, "table"),
            shows="Rows past their retention period, by table, counted up to a cap.",
            worry="they do not fall",
            act="Run the cleanup more often, or raise its batch size.",
            key="Rows that are still to go",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Failed deletion batches",
            forms.rate(scope, services.CLEANUP_FAILURES, "table", unit="errors/s"),
            shows="Batches of rows per second that could not be deleted, by table.",
            worry="there are any",
            act="Check the proxy's log for locks and timeouts of the database.",
            key="Batches that failed",
            empty="no failures",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Deletion batch duration, p95",
            services.cleanup_duration(scope, 0.95),
            shows="Duration of deleting one batch of rows: 95% took less.",
            worry="it approaches a minute: the cleanup keeps the database busy",
            act="Make batches smaller, or run the cleanup when traffic is low.",
            key="How long a batch takes, p95",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Spend log disk usage",
            forms.gauge(scope, "max", services.CLEANUP_STORAGE, "measure"),
            shows="Disk space of spend logs in total, of live rows, and above the target.",
            worry="it is above the target after a run",
            act="Have Postgres vacuum the table, or shorten the retention period.",
            key="Disk that spend logs hold",
            width=THIRD_WIDTH,
        ),
    ]


def _federation(scope: Scope) -> list[Panel]:
    federation, cache = services.FEDERATION, services.FEDERATION_CACHE
    return [
        *_calls(scope, "Federation", (federation,)),
        *_calls(scope, "Federation's cache", (cache,), latency=False, width=HALF_WIDTH),
    ]


def _lens(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Records exported to Lens",
            forms.rate(scope, services.LENS_WRITTEN, name="Written"),
            forms.rate(scope, services.LENS_DROPPED, name="Dropped"),
            shows="Records per second written to Lens, and dropped.",
            worry="any are dropped",
            act="Check that `LITELLM_LENS_URL` is reachable from the proxies.",
        )
    ]
