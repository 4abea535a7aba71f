"""Proxy internals: the proxies as processes, their own steps, and what they depend on."""

from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.kit import (
    FULL_WIDTH,
    HALF_WIDTH,
    THIRD_WIDTH,
    above,
    ranking,
    stat,
    states,
    time_series,
)
from dashboards.layout import Dashboard, Feature, Row
from signals import Query, Scope, services, targets
from signals import traffic as asked

_UP = {0: ("down", "red"), 1: ("up", "green")}
_SYSTEM = "service_callback: [prometheus_system]"


def internals(scope: Scope) -> Dashboard:
    """Each proxy, then its steps, Redis, the database and what works in the background."""
    return Dashboard(
        "LiteLLM Proxy internals",
        [
            Row("Right now", _now(scope), about="proxy/prod"),
            Row("Proxies", _proxies(scope), about="proxy/prod"),
            Row("Redis", _redis(scope), feature=Feature.REDIS, about="proxy/caching"),
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
        ],
        description="The proxies themselves, and what they depend on besides the providers.",
    )


def _now(scope: Scope) -> list[Panel]:
    return [
        stat(
            "Proxies down",
            targets.down(scope),
            question="How many proxies cannot be scraped that could within the last day?",
            worry="it is not 0: the proxy is down, hangs, or refuses the scrape",
            limits=above(1, 1),
        ),
        stat(
            "Proxies up",
            targets.count(scope),
            question="How many proxies are scraped?",
            worry="it is fewer than were deployed",
            empty="none",
        ),
        stat(
            "In flight",
            asked.in_flight(scope),
            question="How many requests are the proxies working on?",
            worry="it climbs while requests do not: something hangs",
            empty="not exposed",
        ),
        stat(
            "Redis and Postgres failing",
            services.dependency_failures(scope),
            question="How many calls a second to Redis and Postgres fail? Seen only with "
            '`litellm_settings.service_callback: ["prometheus_system"]`.',
            worry="it is not 0: limits, budgets and the cache no longer hold across proxies",
            limits=above(0.001, 1),
        ),
        stat(
            "Logging callbacks failing",
            services.counted(scope, services.CALLBACK_FAILURES, name="Failures"),
            question="How often a second does a logging callback fail?",
            worry="it is not 0: logs, and what is computed from them, are incomplete",
            empty="none",
            limits=above(0.001, 1),
        ),
        stat(
            "Slowest scrape",
            targets.slowest_scrape(scope),
            question="How long does scraping the slowest proxy take?",
            worry="it nears Prometheus's scrape_timeout, 10 s unless set: the proxy then counts "
            "as down",
            empty="no scrape",
            limits=above(5, 9),
        ),
    ]


def _proxies(scope: Scope) -> list[Panel]:
    process = [
        time_series(
            title,
            query,
            question=question,
            worry=worry,
            empty="several workers: not exposed",
            width=THIRD_WIDTH,
        )
        for title, query, question, worry in (
            (
                "Memory",
                targets.memory(scope),
                "How much memory does each proxy hold?",
                "it rises for days: the process will be killed",
            ),
            (
                "Processors",
                targets.cpu(scope),
                "How many processors' time does each proxy take?",
                "it stays near 1, all that a worker can use",
            ),
            (
                "Open files and connections",
                targets.open_files_share(scope),
                "What share of the file handles that it may have does each proxy have open?",
                "it nears 100 %: connections are then refused",
            ),
            (
                "Age",
                targets.age(scope),
                "How long ago was each proxy started?",
                "it falls back to 0 again and again",
            ),
        )
    ]
    return [
        states(
            "Scraped proxies",
            targets.up(scope),
            question="When could which proxy be scraped?",
            worry="one is red: it is down, hangs (look at Redis and the database), or refuses "
            "the scrape",
            empty="no proxy is scraped",
            meanings=_UP,
            width=FULL_WIDTH,
            height=6,
        ),
        time_series(
            "Requests in flight by proxy",
            asked.in_flight(scope, "instance"),
            question="How is the work spread over the proxies?",
            worry="one climbs alone: it hangs",
            empty="not exposed",
            width=THIRD_WIDTH,
        ),
        *process,
        time_series(
            "Samples in a scrape",
            targets.samples(scope),
            question="How many samples does each proxy expose? Each key, user, address and user "
            "agent adds some, in every family that tells them apart.",
            worry="it keeps growing: leave labels out with prometheus_exclude_labels",
            empty="no scrape",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Time that a scrape takes",
            targets.scrape_seconds(scope),
            question="How long does Prometheus wait for each proxy's metrics?",
            worry="it nears Prometheus's scrape_timeout, 10 s unless set",
            empty="no scrape",
        ),
        time_series(
            "Failures of logging callbacks",
            services.counted(scope, services.CALLBACK_FAILURES, "callback_name"),
            question="Which logging callbacks fail how often a second?",
            worry="any do: logs, and what is computed from them, are incomplete",
            empty="no failures",
        ),
    ]


def _calls(
    scope: Scope, what: str, names: tuple[str, ...], latency: bool = True, width: int = THIRD_WIDTH
) -> list[Panel]:
    """The three things that LiteLLM measures of each service."""
    latency_of: list[Query] = services.call_latency(scope, 0.95, *names) if latency else []
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
    if latency_of:
        found.append(
            time_series(
                f"{what}: latency, p95",
                *latency_of,
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
            services.counted(scope, services.REDIS_BREAKER_FAILURES, "failure_class"),
            services.counted(scope, services.REDIS_BREAKER_TRANSITIONS, "state"),
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
            services.amount(scope, "max", services.USERS, name="Users"),
            services.amount(scope, "max", services.ACTIVE_USERS, name="Users that are billed"),
            services.amount(scope, "max", services.TEAMS, name="Teams"),
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
            services.amount(scope, "max", services.LOCKS, name="Locks"),
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
            services.amount(scope, "sum", services.ADMITTED, name="Admitted"),
            services.amount(scope, "sum", services.QUEUED, name="Queued"),
            question="How many requests do workers work on, and how many wait?",
            worry="any wait for long: the proxy has too few workers",
        ),
        time_series(
            "Requests turned away",
            services.counted(scope, services.REJECTED, "reason"),
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
            services.counted_in(scope, interval, services.CLEANUP_RUNS, "outcome"),
            question="How do runs of the clean-up end?",
            worry="they stop, or do not complete",
            bars="1h",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Rows deleted",
            services.counted_in(scope, interval, services.CLEANUP_DELETED, "table"),
            question="How many old rows are deleted?",
            worry="none are while rows remain",
            bars="1h",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Rows that are still to go",
            services.amount(scope, "max", services.CLEANUP_REMAINING, "table"),
            question="How many rows are past their time? It is counted up to a cap only.",
            worry="they do not fall",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Batches that failed",
            services.counted(scope, services.CLEANUP_FAILURES, "table"),
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
            services.amount(scope, "max", services.CLEANUP_STORAGE, "measure"),
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
            services.counted(scope, services.LENS_WRITTEN, name="Written"),
            services.counted(scope, services.LENS_DROPPED, name="Dropped"),
            question="How many records a second reach Lens, and how many are lost?",
            worry="any are dropped",
        )
    ]
