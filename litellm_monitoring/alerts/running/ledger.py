"""The spend ledger of LiteLLM 1.110 and newer, with the limits at which LiteLLM itself warns."""

from litellm_monitoring.alerts.alert import Alert, Comparison, Component, Link, Severity, Threshold
from litellm_monitoring.signals.running import ledger

_MEANING = (
    "LiteLLM 1.110 and newer store each request's spend in `LiteLLM_SpendLogDelivery`, unless "
    "`general_settings.use_spend_logs_ledger` is `false`. A run every ten to fifteen seconds adds "
    "it to the totals of keys, teams and users."
)
_WHY_LATE = (
    "*Ledger run duration* on Proxy internals: near 10 s, runs do not keep up.",
    "*Database: failures* and *Database: latency, p95* on Proxy internals: is the database slow "
    "or failing?",
)

ALERTS = (
    Alert(
        name="LiteLLMLedgerStopped",
        question="Has the spend ledger stopped?",
        ask=lambda scope, _: ledger.runs_that_should_be(scope, "15m"),
        thresholds={
            "runs": Threshold(
                1, "short", "each proxy tries one every ten to fifteen seconds", least=1
            )
        },
        compares=Comparison.BELOW,
        severity=Severity.CRITICAL,
        component=Component.INTERNALS,
        summary="LiteLLM no longer adds spend to its totals",
        description="No proxy has completed a run of the spend ledger in the last 15 minutes. The "
        "spend of keys, teams and users stands still, and budgets can be exceeded.",
        shown_on=Link("internals", "Ledger runs"),
        meaning=f"{_MEANING} A run that fails leaves the other metrics of the ledger as they were.",
        look=(
            "Check that Postgres is up and has free connections.",
            "Check the proxies' logs for `Accounting delivery flush failed`.",
            "*Redis: failures* on Proxy internals: with Redis, a run requires a lock in it.",
        ),
    ),
    Alert(
        name="LiteLLMLedgerDelayed",
        question="Is spend added to its totals too late?",
        ask=lambda scope, _: ledger.oldest(scope),
        thresholds={"age": Threshold(300, "s", "LiteLLM warns from here on, too")},
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="2m",
        summary="Spend has been waiting for {value} to be added to its totals",
        description="The oldest pending delivery of the spend ledger is {value} old. The spend of "
        "keys, teams and users is that late, and budgets can be exceeded.",
        shown_on=Link("internals", "Oldest pending delivery"),
        meaning=_MEANING,
        look=(
            "*Pending and parked deliveries* on Proxy internals: do they grow, or is it a few "
            "that fail?",
            *_WHY_LATE,
        ),
    ),
    Alert(
        name="LiteLLMLedgerParked",
        question="Is spend missing in its totals?",
        ask=lambda scope, _: ledger.parked(scope),
        thresholds={"deliveries": Threshold(0, "short", "LiteLLM does not retry them")},
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="0s",
        summary="The spend of {value} requests is missing in LiteLLM's totals",
        description="The spend ledger has given up {value} deliveries. Their spend is in no total "
        "of a key, team or user until somebody repairs them.",
        shown_on=Link("internals", "Pending and parked deliveries"),
        meaning=f"{_MEANING} A delivery that fails five times because of its own data, or that "
        "cannot be read, is parked.",
        look=(
            "Check the proxy's log for `Accounting delivery parked`.",
            "In `LiteLLM_SpendLogDelivery`, look at `last_error` where `state` is `parked`.",
            "Once the cause is gone, set their `state` to `pending`: the next run retries them.",
        ),
    ),
    Alert(
        name="LiteLLMLedgerDeliveries",
        question="Does the spend ledger keep too many deliveries of batches?",
        ask=lambda scope, _: ledger.batches(scope),
        thresholds={"deliveries": Threshold(1_000_000, "short", "LiteLLM warns here, too")},
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="15m",
        summary="LiteLLM's spend ledger keeps {value} deliveries of batches",
        description="`LiteLLM_SpendLogDelivery` has {value} rows of batches and videos.",
        shown_on=Link("internals", "Deliveries of batches"),
        meaning="LiteLLM never deletes the deliveries of batches and videos: with them it charges "
        "each job once, however often a client polls it.",
        look=(
            "*Deliveries of batches* on Proxy internals: a sudden rise, or the sum of months?",
            "*Batches created* on Cache, guardrails, MCP, files and batches: who creates so many?",
            "Delete old ones from `LiteLLM_SpendLogDelivery`, once no client polls their jobs.",
        ),
    ),
    Alert(
        name="LiteLLMLedgerTableLarge",
        question="Is the spend ledger's table too large?",
        ask=lambda scope, _: ledger.table(scope),
        thresholds={"size": Threshold(2**30, "bytes", "LiteLLM warns here, too")},
        severity=Severity.WARNING,
        component=Component.INTERNALS,
        pending="15m",
        summary="LiteLLM's spend ledger takes {value} of disk space",
        description="`LiteLLM_SpendLogDelivery` takes {value}, indexes included. It slows down "
        "each run.",
        shown_on=Link("internals", "Delivery table size"),
        meaning="LiteLLM deletes applied deliveries after `LITELLM_ACCOUNTING_DELIVERY_"
        "RETENTION_DAYS`, by default a day, and never those of batches and videos.",
        look=(
            "*Pending and parked deliveries* on Proxy internals: do runs keep up?",
            "*Deliveries of batches* on Proxy internals: these are never deleted.",
            "Check whether Postgres vacuums the table: deleted rows take space until then.",
        ),
    ),
)
