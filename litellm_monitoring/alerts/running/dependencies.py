"""What slows LiteLLM down from within, and what it does for batches."""

from litellm_monitoring.alerts.alert import Alert, Component, Link, Severity, Threshold
from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.running import features
from litellm_monitoring.signals.serving import latency

_ENOUGH = Threshold(
    50, "short", "the slowest 5% of fewer requests in 15 minutes are one or two", least=1
)
_CALLS = Threshold(100, "short", "the slowest 5% of fewer calls in 15 minutes are few", least=1)

ALERTS = (
    Alert(
        name="LiteLLMOverheadHigh",
        question="Does LiteLLM itself add too much time?",
        ask=lambda scope, numbers: forms.quantile_of_enough(
            scope.over("15m"), 0.95, latency.OVERHEAD, numbers["least"]
        ),
        thresholds={
            "seconds": Threshold(
                0.5, "s", "LiteLLM needs some milliseconds; half a second is noticed", least=0.001
            ),
            "least": _ENOUGH,
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="10m",
        summary="LiteLLM adds {value} to requests",
        description="For 5% of the requests of the last 15 minutes, LiteLLM itself added more than "
        "{value} to the time that the provider took.",
        shown_on=Link("latency", "LiteLLM's overhead over time"),
        meaning="The proxy is short of CPU, waits for Redis or the database, or a callback blocks "
        "it. Guardrails are not included.",
        look=(
            "*CPU usage* on Proxy internals: are the proxies short of CPU? Add workers or proxies.",
            "*Redis: latency, p95* and *Database: latency, p95* on Proxy internals: does it wait?",
            "Check which callbacks, and which debug settings, were added last.",
        ),
    ),
    Alert(
        name="LiteLLMQueueTimeHigh",
        question="Do requests wait too long before LiteLLM processes them?",
        ask=lambda scope, numbers: forms.quantile_of_enough(
            scope.over("15m"), 0.95, latency.QUEUE, numbers["least"]
        ),
        thresholds={
            "seconds": Threshold(
                1, "s", "authentication takes milliseconds; a second is a queue", least=0.001
            ),
            "least": _ENOUGH,
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="10m",
        summary="Requests wait {value} before LiteLLM processes them",
        description="5% of the requests of the last 15 minutes waited more than {value} between "
        "their arrival and their processing, authentication included.",
        shown_on=Link("latency", "Queue and authentication over time"),
        meaning="The proxies have too few workers, or authentication waits for the database.",
        look=(
            "*In-flight requests by proxy* on Proxy internals: all proxies, or one?",
            "*Database: latency, p95* on Proxy internals: keys that are not cached are read there.",
            "Add workers or proxies, or limit what they accept.",
        ),
    ),
    Alert(
        name="LiteLLMRedisSlow",
        question="Is Redis slow?",
        ask=lambda scope, numbers: forms.quantile_of_enough(
            scope.over("15m"), 0.95, "litellm_redis_latency", numbers["least"]
        ),
        thresholds={
            "seconds": Threshold(
                0.1,
                "s",
                "Redis answers within milliseconds, and each request asks several times",
                least=0.001,
            ),
            "least": _CALLS,
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="10m",
        summary="Redis takes {value} for LiteLLM's calls",
        description="5% of LiteLLM's calls to Redis in the last 15 minutes took more than {value}. "
        "Requests wait for them.",
        shown_on=Link("internals", "Redis: latency, p95"),
        meaning="The proxies ask Redis for rate limits, cooldowns and the cache on each request.",
        look=(
            "*Redis: calls* on Proxy internals: are there far more calls than usual?",
            "Check Redis's CPU and memory, and its slow log (`SLOWLOG GET`).",
            "Check the network between proxies and Redis: another zone, or a new proxy in between?",
        ),
    ),
    Alert(
        name="LiteLLMPostgresSlow",
        question="Is the database slow?",
        ask=lambda scope, numbers: forms.quantile_of_enough(
            scope.over("15m"), 0.95, "litellm_postgres_latency", numbers["least"]
        ),
        thresholds={
            "seconds": Threshold(
                0.5,
                "s",
                "keys and budgets are read within milliseconds; some reports take longer",
                least=0.001,
            ),
            "least": _CALLS,
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="10m",
        summary="LiteLLM's database takes {value} for its calls",
        description="5% of LiteLLM's calls to Postgres in the last 15 minutes took more than "
        "{value}. Keys that are not cached are checked late, and spend is written late.",
        shown_on=Link("internals", "Database: latency, p95"),
        meaning="The database holds keys, teams, budgets and spend.",
        look=(
            "Check the database's CPU, connections and locks (`pg_stat_activity`).",
            "*Spend log disk usage* on Proxy internals: is the table of spend logs very large?",
            "*Pending spend updates* on Proxy internals: does spend pile up meanwhile?",
        ),
    ),
    Alert(
        name="LiteLLMBatchCostsStale",
        question="Does LiteLLM no longer look up the costs of batches?",
        ask=lambda scope, _: features.since_batch_cost_run(scope),
        thresholds={
            "seconds": Threshold(
                10_800,
                "s",
                "LiteLLM looks every hour (`proxy_batch_polling_interval`): three in a row are "
                "missing",
                least=60,
            )
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="5m",
        keep_firing="15m",
        summary="LiteLLM has not looked up the costs of batches for {value}",
        description="No proxy has looked up the costs of batches for {value}. Their spend is missing "
        "from budgets and from all figures.",
        shown_on=Link("features", "Since batches' costs were looked up"),
        meaning="A background job looks up what finished batches cost. It hangs or fails.",
        look=(
            "*Batch cost errors by type* on Cache, guardrails, MCP, files and batches: which error?",
            "Check the proxy's log for `CheckBatchCost`.",
            "If `proxy_batch_polling_interval` is longer than an hour, set the threshold to three "
            "times of it.",
        ),
    ),
    Alert(
        name="LiteLLMBatchCostsFailing",
        question="Do lookups of batch costs fail?",
        ask=lambda scope, _: forms.increase(
            scope, features.BATCH_COST_ERRORS, "error_type", window="3h"
        ),
        thresholds={
            "errors": Threshold(
                2, "short", "one per hour is a batch that is tried again; more are not", least=0
            )
        },
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="0s",
        keep_firing="1h",
        summary="Lookups of batch costs fail: {error_type}",
        description="{value} lookups of what batches cost failed in the last three hours "
        "({error_type}). The spend of these batches is missing from budgets and from all figures.",
        shown_on=Link("features", "Errors when looking up costs"),
        meaning="LiteLLM asks the provider what became of each batch, and computes its cost from the "
        "output file.",
        look=(
            "*Batch cost errors by type* on Cache, guardrails, MCP, files and batches: since when?",
            "Check the proxy's log for `CheckBatchCost`: it names the batch.",
            "*Batches pending cost* on the same dashboard: do they pile up?",
        ),
    ),
)
