"""What the proxy depends on and does in the background."""

from alerts.alert import Alert, Component, Link, Severity, Threshold
from signals import asking, features, services

_MOST = Threshold(0.1, "percentunit", "retries make up for fewer", most=1)
_FEW = Threshold(5, "short", "fewer in five minutes are a hiccup", least=1)

ALERTS = (
    Alert(
        name="LiteLLMRedisFailing",
        question="Do calls to Redis fail?",
        ask=lambda scope, numbers: services.failed_call_share(
            scope, "redis", "5m", numbers["least"]
        ),
        thresholds={"share": _MOST, "least": _FEW},
        severity=Severity.CRITICAL,
        component=Component.INTERNALS,
        pending="2m",
        summary="{value} of LiteLLM's calls to Redis fail",
        description="{value} of the calls to Redis failed over five minutes. Budgets and limits are "
        "then kept by each proxy on its own, the cache does not answer, and requests become slow.",
        shown_on=Link("internals", "Redis: failures"),
        meaning="Redis is what proxies share: counters of budgets and limits, cooldowns, the cache.",
        look=(
            "Whether Redis is up, and can be reached from the proxies.",
            "*Redis: failures by error and function* on Proxy internals: refused, timed out, or out "
            "of memory?",
            "*Redis: latency, p95*: was it slow before?",
        ),
    ),
    Alert(
        name="LiteLLMPostgresFailing",
        question="Do calls to the database fail?",
        ask=lambda scope, numbers: services.failed_call_share(
            scope, "postgres", "5m", numbers["least"]
        ),
        thresholds={"share": _MOST, "least": _FEW},
        severity=Severity.CRITICAL,
        component=Component.INTERNALS,
        pending="2m",
        summary="{value} of LiteLLM's calls to its database fail",
        description="{value} of the calls to Postgres failed over five minutes. Keys that are not in "
        "the cache cannot be checked, and spend is not written.",
        shown_on=Link("internals", "Database: failures"),
        meaning="The database holds keys, teams, budgets and spend.",
        look=(
            "Whether Postgres is up, and has connections left.",
            "*Postgres: failures by error and function* on Proxy internals.",
            "*Database: latency, p95*: was it slow before?",
        ),
    ),
    Alert(
        name="LiteLLMRedisCircuitOpen",
        question="Has LiteLLM stopped asking Redis?",
        ask=lambda scope, _: services.open_redis_circuit_breakers(scope),
        thresholds={"breakers": Threshold(0, "short", "one is one too many")},
        severity=Severity.CRITICAL,
        component=Component.INTERNALS,
        pending="2m",
        summary="LiteLLM does not ask Redis any more: {value} circuit breakers are open",
        description="{value} circuit breakers keep Redis from being asked, after too many failures in "
        "a row.",
        shown_on=Link("internals", "Redis: circuit breakers"),
        meaning="After several failures LiteLLM leaves Redis alone for a while. Until then budgets and "
        "limits are kept by each proxy on its own.",
        look=(
            "Whether Redis is up, and can be reached from the proxies.",
            "*Redis: failures by error and function* on Proxy internals.",
            "*Redis: circuit breakers tripping*: does it open again and again?",
        ),
    ),
    Alert(
        name="LiteLLMSpendQueueGrowing",
        question="Is spend written more slowly than it comes?",
        ask=lambda scope, _: services.growing_queues(scope),
        thresholds={
            "updates": Threshold(
                1000, "short", "LiteLLM writes at least once a minute; more than that piles up"
            )
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="15m",
        summary="{value} updates of spend wait ({queue})",
        description="{value} updates of spend wait to be written ({queue}), and they become more. "
        "Budgets are checked against what is written; a restart loses what is in a worker.",
        shown_on=Link("internals", "Updates of spend that wait"),
        meaning="Spend is gathered and written to the database in batches.",
        look=(
            "*Database: failures* and *Database: latency, p95* on Proxy internals.",
            "*Locks held*: one proxy writes for all, and may have died with the lock.",
            "Whether there is far more traffic than usual.",
        ),
    ),
    Alert(
        name="LiteLLMCallbacksFailing",
        question="Are logs or traces lost?",
        ask=lambda scope, _: asking.increase(
            scope, services.CALLBACK_FAILURES, "callback_name", window="15m"
        ),
        thresholds={
            "failures": Threshold(5, "short", "fewer in a quarter of an hour are a hiccup")
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="5m",
        summary="LiteLLM's callback {callback_name} fails",
        description="The callback {callback_name} failed {value} times within a quarter of an hour: "
        "those requests are not logged there.",
        shown_on=Link("internals", "Failures of logging callbacks"),
        meaning="LiteLLM tells each request to the callbacks in `litellm_settings.callbacks`. Callers "
        "do not notice that one fails.",
        look=(
            "The proxy's log: it has the exception of each failure.",
            "Whether the receiver is up, and its key valid.",
            "What is missing there, if it has to be complete for an audit.",
        ),
    ),
    Alert(
        name="LiteLLMCleanupFailing",
        question="Does deleting old spend logs fail?",
        ask=lambda scope, _: asking.increase(
            scope, services.CLEANUP_FAILURES, "table", window="6h"
        ),
        thresholds={"batches": Threshold(0, "short", "a batch that failed is not tried again")},
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="15m",
        summary="Cleaning up {table} fails",
        description="{value} batches of old rows of {table} could not be deleted within six hours.",
        shown_on=Link("internals", "Batches that failed"),
        meaning="LiteLLM deletes spend logs that are older than `maximum_spend_logs_retention_period`.",
        look=(
            "The proxy's log at the time of the run.",
            "*Database: failures* on Proxy internals: locks, time-outs?",
            "*Disk that spend logs hold*: how long until it is full?",
        ),
    ),
    Alert(
        name="LiteLLMCleanupStuck",
        question="Do old spend logs become more and more?",
        ask=lambda scope, _: services.rows_that_stay(scope),
        thresholds={
            "rows": Threshold(10_000, "short", "more than some batches of the clean-up can hold")
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="1h",
        summary="{value} old rows of {table} are not deleted",
        description="{value} rows of {table} are older than they may be, and have not become fewer "
        "in six hours.",
        shown_on=Link("internals", "Rows that are still to go"),
        meaning="The clean-up does not run, or cannot keep up with new rows.",
        look=(
            "*Clean-up runs by outcome* on Proxy internals: are there runs at all?",
            "*How long a batch takes, p95*: is the database slow?",
            "`maximum_spend_logs_retention_interval`, and which proxy runs it.",
        ),
    ),
    Alert(
        name="LiteLLMRequestsRejected",
        question="Do proxies turn requests away because they are full?",
        ask=lambda scope, _: asking.increase(scope, services.REJECTED, "reason", window="5m"),
        thresholds={
            "requests": Threshold(5, "short", "fewer in five minutes are a burst", least=0)
        },
        severity=Severity.CRITICAL,
        component=Component.INTERNALS,
        pending="2m",
        summary="LiteLLM turns requests away: {reason}",
        description="The proxies turned {value} requests away within five minutes ({reason}).",
        shown_on=Link("internals", "Requests turned away"),
        meaning="`max_in_flight_requests_per_worker` and `max_queued_requests_per_worker` keep a "
        "worker from taking more than it can carry.",
        look=(
            "*Requests in flight by proxy* on Proxy internals: all proxies, or one?",
            "*Upstream over time* on Latency: requests that take long fill the proxies.",
            "More workers or proxies, or higher limits.",
        ),
    ),
    Alert(
        name="LiteLLMRequestsQueued",
        question="Do requests wait for a worker?",
        ask=lambda scope, _: asking.gauge(scope, "sum", services.QUEUED, name="Queued"),
        thresholds={"requests": Threshold(10, "short", "a few that wait for a moment do no harm")},
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        summary="{value} requests wait for a LiteLLM worker",
        description="{value} requests have been waiting for a worker for minutes.",
        shown_on=Link("internals", "Requests admitted and queued"),
        meaning="Workers have as many requests in flight as they may, and further ones wait.",
        look=(
            "*Requests in flight by proxy* on Proxy internals: all proxies, or one?",
            "*Upstream over time* on Latency: requests that take long fill the proxies.",
            "More workers or proxies, or higher limits.",
        ),
    ),
    Alert(
        name="LiteLLMGuardrailErrors",
        question="Does a guardrail fail?",
        ask=lambda scope, numbers: features.guardrail_error_share(scope, "5m", numbers["least"]),
        thresholds={
            "share": Threshold(
                0.05, "percentunit", "one in twenty is more than the odd time-out", most=1
            ),
            "least": _FEW,
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        summary="Guardrail {guardrail_name} fails",
        description="{value} of the runs of guardrail {guardrail_name} ended in an error over five "
        "minutes: requests are refused, or pass unchecked, as it is configured.",
        shown_on=Link("features", "Guardrail errors by type"),
        meaning="A guardrail raised an error. LiteLLM counts as such also what a guardrail of one's "
        "own raises to refuse a request.",
        look=(
            "*Guardrail errors by type* on Cache, guardrails, MCP: what was raised?",
            "Whether the guardrail's service is up.",
            "Whether it is configured to block or to let pass when it fails.",
        ),
    ),
)
