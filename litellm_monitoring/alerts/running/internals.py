"""What the proxy depends on and does in the background."""

from litellm_monitoring.alerts.alert import Alert, Component, Link, Severity, Threshold
from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.running import features, services

_MOST = Threshold(0.1, "percentunit", "retries compensate for fewer", most=1)
_FEW = Threshold(5, "short", "fewer in five minutes are transient", least=1)

ALERTS = (
    Alert(
        name="LiteLLMRedisFailing",
        question="Are calls to Redis failing?",
        ask=lambda scope, numbers: services.failed_call_share(
            scope, "redis", "5m", numbers["least"]
        ),
        thresholds={"share": _MOST, "least": _FEW},
        severity=Severity.CRITICAL,
        component=Component.INTERNALS,
        pending="2m",
        summary="{value} of LiteLLM's calls to Redis fail",
        description="{value} of the calls to Redis failed in the last five minutes. Each proxy "
        "now counts budgets and rate limits on its own, the cache does not respond, and requests "
        "slow down.",
        shown_on=Link("internals", "Redis: failures"),
        meaning="The proxies share Redis: it holds the counters of budgets and rate limits, "
        "cooldowns and the cache.",
        look=(
            "Check that Redis is up and reachable from the proxies.",
            "*Redis: failures by error and function* on Proxy internals: connection errors, "
            "timeouts, or out of memory?",
            "*Redis: latency, p95* on Proxy internals: was it slow before?",
        ),
    ),
    Alert(
        name="LiteLLMPostgresFailing",
        question="Are calls to the database failing?",
        ask=lambda scope, numbers: services.failed_call_share(
            scope, "postgres", "5m", numbers["least"]
        ),
        thresholds={"share": _MOST, "least": _FEW},
        severity=Severity.CRITICAL,
        component=Component.INTERNALS,
        pending="2m",
        summary="{value} of LiteLLM's calls to its database fail",
        description="{value} of the calls to Postgres failed in the last five minutes. Keys that "
        "are not cached cannot be checked, and spend is not written.",
        shown_on=Link("internals", "Database: failures"),
        meaning="The database holds keys, teams, budgets and spend.",
        look=(
            "Check that Postgres is up and has free connections.",
            "*Postgres: failures by error and function* on Proxy internals: which error, in which "
            "function?",
            "*Database: latency, p95* on Proxy internals: was it slow before?",
        ),
    ),
    Alert(
        name="LiteLLMRedisCircuitOpen",
        question="Has LiteLLM stopped calling Redis?",
        ask=lambda scope, _: services.open_redis_circuit_breakers(scope),
        thresholds={"breakers": Threshold(0, "short", "a single one is too many")},
        severity=Severity.CRITICAL,
        component=Component.INTERNALS,
        pending="2m",
        summary="LiteLLM no longer calls Redis: {value} circuit breakers are open",
        description="{value} circuit breakers are open after too many consecutive failures, so "
        "that LiteLLM does not call Redis.",
        shown_on=Link("internals", "Redis: circuit breakers"),
        meaning="After several failures LiteLLM stops calling Redis for a while. Until then each "
        "proxy counts budgets and rate limits on its own.",
        look=(
            "Check that Redis is up and reachable from the proxies.",
            "*Redis: failures by error and function* on Proxy internals: which error?",
            "*Redis: circuit breaker events* on Proxy internals: does it open again and again?",
        ),
    ),
    Alert(
        name="LiteLLMSpendQueueGrowing",
        question="Is spend written more slowly than it arrives?",
        ask=lambda scope, _: services.growing_queues(scope),
        thresholds={
            "updates": Threshold(
                1000,
                "short",
                "LiteLLM writes at least once per minute; more than this is a backlog",
            )
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="15m",
        summary="{value} spend updates are pending ({queue})",
        description="{value} spend updates are waiting to be written ({queue}), and their number "
        "grows. LiteLLM checks budgets against written spend, and a restart loses the updates "
        "held by a worker.",
        shown_on=Link("internals", "Updates of spend that wait"),
        meaning="LiteLLM collects spend and writes it to the database in batches. With the spend "
        "ledger of LiteLLM 1.110 and newer, which is on by default, these queues stay near 0, and "
        "LiteLLMLedgerDelayed and LiteLLMLedgerStopped watch what waits.",
        look=(
            "*Database: failures* and *Database: latency, p95* on Proxy internals: is the "
            "database slow or failing?",
            "*Locks held* on Proxy internals: one proxy writes for all, and may have died while "
            "it held the lock.",
            "Check whether there is far more traffic than usual.",
        ),
    ),
    Alert(
        name="LiteLLMCallbacksFailing",
        question="Are logs or traces being lost?",
        ask=lambda scope, _: forms.increase(
            scope, services.CALLBACK_FAILURES, "callback_name", window="15m"
        ),
        thresholds={"failures": Threshold(5, "short", "fewer in 15 minutes are transient")},
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="5m",
        summary="LiteLLM's callback {callback_name} fails",
        description="The callback {callback_name} failed {value} times in 15 minutes. Those "
        "requests are missing from its logs.",
        shown_on=Link("internals", "Failures of logging callbacks"),
        meaning="LiteLLM reports each request to the callbacks in `litellm_settings.callbacks`. "
        "Clients do not notice when one fails.",
        look=(
            "Check the proxy's log: it has the exception of each failure.",
            "Check that the receiving service is up, and the callback's key valid.",
            "If the logs must be complete for an audit, note which ones are missing.",
        ),
    ),
    Alert(
        name="LiteLLMCleanupFailing",
        question="Does the spend log cleanup fail?",
        ask=lambda scope, _: forms.increase(scope, services.CLEANUP_FAILURES, "table", window="6h"),
        thresholds={"batches": Threshold(0, "short", "a failed batch is not retried")},
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="15m",
        summary="The spend log cleanup of {table} fails",
        description="{value} batches of old rows of {table} could not be deleted in the last six "
        "hours.",
        shown_on=Link("internals", "Batches that failed"),
        meaning="LiteLLM deletes spend logs that are older than "
        "`maximum_spend_logs_retention_period`.",
        look=(
            "Check the proxy's log at the time of the run.",
            "*Database: failures* on Proxy internals: locks, timeouts?",
            "*Spend log disk usage* on Proxy internals: how long until the disk is full?",
        ),
    ),
    Alert(
        name="LiteLLMCleanupStuck",
        question="Are old spend logs piling up?",
        ask=lambda scope, _: services.rows_that_stay(scope),
        thresholds={"rows": Threshold(10_000, "short", "more than a few batches of the cleanup")},
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="1h",
        summary="{value} old rows of {table} are not deleted",
        description="{value} rows of {table} are past their retention period, and their number "
        "has not fallen in six hours.",
        shown_on=Link("internals", "Rows that are still to go"),
        meaning="The spend log cleanup does not run, or does not keep up with new rows.",
        look=(
            "*Cleanup runs by outcome* on Proxy internals: are there any runs?",
            "*Deletion batch duration, p95* on Proxy internals: is the database slow?",
            "Check `maximum_spend_logs_retention_interval`, and which proxy runs the cleanup.",
        ),
    ),
    Alert(
        name="LiteLLMRequestsRejected",
        question="Are proxies rejecting requests because they are full?",
        ask=lambda scope, _: forms.increase(scope, services.REJECTED, "reason", window="5m"),
        thresholds={
            "requests": Threshold(5, "short", "fewer in five minutes are a short burst", least=0)
        },
        severity=Severity.CRITICAL,
        component=Component.INTERNALS,
        pending="2m",
        summary="LiteLLM rejects requests: {reason}",
        description="The proxies rejected {value} requests in the last five minutes because their "
        "workers are full ({reason}).",
        shown_on=Link("internals", "Requests turned away"),
        meaning="`max_in_flight_requests_per_worker` and `max_queued_requests_per_worker` limit "
        "how many requests a worker accepts.",
        look=(
            "*In-flight requests by proxy* on Proxy internals: all proxies, or one?",
            "*Upstream latency* on Latency: slow requests fill the proxies.",
            "Add workers or proxies, or raise the limits.",
        ),
    ),
    Alert(
        name="LiteLLMRequestsQueued",
        question="Are requests waiting for a worker?",
        ask=lambda scope, _: forms.gauge(scope, "sum", services.QUEUED, name="Queued"),
        thresholds={"requests": Threshold(10, "short", "a few that wait briefly do no harm")},
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        summary="{value} requests are waiting for a LiteLLM worker",
        description="{value} requests have been waiting for a worker for five minutes.",
        shown_on=Link("internals", "Requests admitted and queued"),
        meaning="All workers process as many requests as they may, and further ones wait.",
        look=(
            "*In-flight requests by proxy* on Proxy internals: all proxies, or one?",
            "*Upstream latency* on Latency: slow requests fill the proxies.",
            "Add workers or proxies, or raise the limits.",
        ),
    ),
    Alert(
        name="LiteLLMGuardrailErrors",
        question="Is a guardrail failing?",
        ask=lambda scope, numbers: features.guardrail_error_share(scope, "5m", numbers["least"]),
        thresholds={
            "share": Threshold(
                0.05, "percentunit", "5% is more than an occasional timeout", most=1
            ),
            "least": _FEW,
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        summary="Guardrail {guardrail_name} fails",
        description="{value} of the runs of guardrail {guardrail_name} ended with an error in the "
        "last five minutes. Depending on its configuration, those requests are blocked or pass "
        "unchecked.",
        shown_on=Link("features", "Guardrail errors by type"),
        meaning="A guardrail raised an error. LiteLLM also counts the exception with which a "
        "custom guardrail blocks a request.",
        look=(
            "*Guardrail errors by type* on Cache, guardrails, MCP, files and batches: which "
            "exception?",
            "Check that the guardrail's service is up.",
            "Check whether it is configured to block requests or to let them pass when it fails.",
        ),
    ),
)
