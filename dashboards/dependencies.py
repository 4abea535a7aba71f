"""Rows on what the proxy does and depends on besides passing requests on: its own steps, Redis, the
database, and what works in the background.
"""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.kit import HALF_WIDTH, THIRD_WIDTH, ranking, time_series
from dashboards.layout import Feature, Row
from signals import Scope, asking, services

_SYSTEM = "service_callback: [prometheus_system]"


def rows(scope: Scope) -> list[Row]:
    """A row for each, collapsed: not everybody has them all."""
    return [
        Row(
            f"Redis (it takes one, and {_SYSTEM})",
            _redis(scope),
            collapsed=True,
            feature=Feature.REDIS,
            about="proxy/caching",
        ),
        Row(
            f"The proxy's steps (they take {_SYSTEM})",
            _steps(scope),
            collapsed=True,
            feature=Feature.SERVICES,
            about="proxy/prometheus",
        ),
        Row(
            f"Database (it takes one, and {_SYSTEM})",
            _database(scope),
            collapsed=True,
            feature=Feature.DATABASE,
            about="proxy/db_info",
        ),
        Row(
            f"Queues of spend (they take a database, and {_SYSTEM})",
            _queues(scope),
            collapsed=True,
            feature=Feature.DATABASE,
            about="proxy/db_deadlocks",
        ),
        Row(
            "Admission (it takes max_in_flight_requests_per_worker)",
            _admission(scope),
            collapsed=True,
            feature=Feature.ADMISSION,
            about="proxy/config_settings",
        ),
        Row(
            "Clean-up of spend logs (it takes maximum_spend_logs_retention_period)",
            _cleanup(scope),
            collapsed=True,
            feature=Feature.CLEANUP,
            about="proxy/spend_logs_deletion",
        ),
        Row(
            "Anthropic by identity federation (it takes models reached that way)",
            _federation(scope),
            collapsed=True,
            feature=Feature.FEDERATION,
            about="providers/anthropic",
        ),
        Row(
            "Export to Lens (it takes LITELLM_LENS_URL)",
            _lens(scope),
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
            question="How many calls a second are made?",
            worry="they stop while requests do not",
            width=width,
        ),
        time_series(
            f"{what}: failures",
            *services.failed_calls(scope, *names),
            question="How many calls a second fail?",
            worry="any do",
            empty="no failures",
            width=width,
        ),
    ]
    if latency:
        found.append(
            time_series(
                f"{what}: latency, p95",
                *services.call_latency(scope, 0.95, *names),
                question="How long do 95 of 100 calls take at most?",
                worry="it is far above its usual value: requests wait for it",
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
            question="What fails, and how?",
            worry="any do: limits, budgets and the cache no longer hold across proxies",
            empty="no failures",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Redis: circuit breakers",
            services.redis_circuit_breakers(scope),
            question="How many connections' circuit breakers are closed (Redis is asked) and open "
            "(it is not, for it failed too often)?",
            worry="any is open",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Redis: circuit breakers tripping",
            asking.rate(scope, services.REDIS_BREAKER_FAILURES, "failure_class"),
            asking.rate(scope, services.REDIS_BREAKER_TRANSITIONS, "state"),
            question="How often a second do breakers count a failure, or change to a state?",
            worry="any do: Redis comes and goes",
            empty="none",
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
            question="What fails, and how?",
            worry="any do: keys, budgets and spend depend on it",
            empty="no failures",
        ),
        time_series(
            "Users and teams",
            asking.gauge(scope, "max", services.USERS, name="Users"),
            asking.gauge(scope, "max", services.ACTIVE_USERS, name="Users that are billed"),
            asking.gauge(scope, "max", services.TEAMS, name="Teams"),
            question="How many users and teams are there?",
            worry="they jump: something makes users",
            width=6,
        ),
        ranking(
            "Members of teams",
            services.largest_teams(scope),
            question="How many members have the ten largest teams?",
            worry="one jumps",
            width=6,
        ),
    ]


def _queues(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Updates of spend that wait",
            *services.queue_sizes(scope),
            question="How many updates of spend wait to be written to the database?",
            worry="they keep growing: spend is late, and budgets are overrun",
            width=HALF_WIDTH,
        ),
        time_series(
            "Locks held",
            asking.gauge(scope, "max", services.LOCKS, name="Locks"),
            question="Does a proxy hold the lock under which spend is written?",
            worry="it is 0 for long while updates wait",
            width=HALF_WIDTH,
        ),
        *_calls(scope, "Queues in Redis", services.REDIS_QUEUES),
    ]


def _admission(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Requests admitted and queued",
            asking.gauge(scope, "sum", services.ADMITTED, name="Admitted"),
            asking.gauge(scope, "sum", services.QUEUED, name="Queued"),
            question="How many requests do workers work on, and how many wait?",
            worry="any wait for long: the proxy has too few workers",
        ),
        time_series(
            "Requests turned away",
            asking.rate(scope, services.REJECTED, "reason"),
            question="How many requests a second are turned away because workers are full?",
            worry="any are: the proxy has too few workers",
            empty="none",
        ),
    ]


def _cleanup(scope: Scope) -> list[Panel]:
    interval = "$__interval"
    return [
        time_series(
            "Clean-up runs by outcome",
            asking.increase(scope, services.CLEANUP_RUNS, "outcome", window=interval),
            question="How do runs of the clean-up end?",
            worry="they stop, or do not complete",
            bars="1h",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Rows deleted",
            asking.increase(scope, services.CLEANUP_DELETED, "table", window=interval),
            question="How many old rows are deleted?",
            worry="none are while rows remain",
            bars="1h",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Rows that are still to go",
            asking.gauge(scope, "max", services.CLEANUP_REMAINING, "table"),
            question="How many rows are past their time? It is counted up to a cap only.",
            worry="they do not fall",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Batches that failed",
            asking.rate(scope, services.CLEANUP_FAILURES, "table"),
            question="How often a second does deleting a batch of rows fail?",
            worry="any do",
            empty="no failures",
            width=THIRD_WIDTH,
        ),
        time_series(
            "How long a batch takes, p95",
            services.cleanup_duration(scope, 0.95),
            question="How long does deleting a batch of rows take?",
            worry="it nears a minute: the database is busy with it",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Disk that spend logs hold",
            asking.gauge(scope, "max", services.CLEANUP_STORAGE, "measure"),
            question="How many bytes do spend logs hold, how many of them for live rows, and how "
            "many above the target?",
            worry="it is above the target after a run",
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
            asking.rate(scope, services.LENS_WRITTEN, name="Written"),
            asking.rate(scope, services.LENS_DROPPED, name="Dropped"),
            question="How many records a second reach Lens, and how many are lost?",
            worry="any are dropped",
        )
    ]
