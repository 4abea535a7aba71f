"""The row on LiteLLM's spend ledger, through which 1.110 and newer write what requests cost."""

from grafana_foundation_sdk.models.dashboard import Panel

from litellm_monitoring.dashboards.kit.finishing import THIRD_WIDTH
from litellm_monitoring.dashboards.kit.layout import Feature, Row
from litellm_monitoring.dashboards.kit.visualizations import time_series
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.running import ledger as asked


def row(scope: Scope) -> Row:
    """Collapsed: not everybody has a database."""
    return Row(
        "Spend ledger (requires a database and use_spend_logs_ledger)",
        _panels(scope),
        collapsed=True,
        feature=Feature.LEDGER,
        about="proxy/cost_tracking",
    )


def _panels(scope: Scope) -> list[Panel]:
    return [
        time_series(
            "Pending and parked deliveries",
            asked.pending(scope),
            asked.parked(scope),
            shows="Requests whose spend is stored and waits to be added to the totals of keys, teams "
            "and users (pending), and those that LiteLLM has given up (parked).",
            worry="pending ones keep growing, or any is parked: its spend is missing in the totals",
            act="Look at *Database: failures*, and for parked ones at the proxy's log.",
            empty="no runs",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Oldest pending delivery",
            asked.oldest(scope),
            shows="How long the oldest pending delivery has been waiting.",
            worry="it exceeds 5 minutes: totals are late, and budgets can be exceeded",
            act="Look at *Ledger run duration* and *Database: latency, p95*.",
            empty="no runs",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Ledger runs",
            asked.runs(scope),
            shows="Runs per second that add stored spend to the totals. With Redis, one worker runs "
            "at a time.",
            worry="they stop: no spend is added, and the other panels of this row are empty",
            act="Look at *Database: failures*, and at the proxy's log.",
            empty="no runs",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Ledger run duration",
            asked.mean_run_seconds(scope),
            asked.run_seconds(scope, 0.95),
            shows="Duration of a run: the average, and what 95% took less than.",
            worry="it approaches 10 s, where LiteLLM's buckets end: runs do not keep up",
            act="Look at *Database: latency, p95*.",
            empty="no runs",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Deliveries of batches",
            asked.batches(scope),
            shows="Deliveries of batches and videos in the table, which LiteLLM never deletes. "
            "Measured every 15 minutes.",
            worry="they exceed 1,000,000, the number at which LiteLLM warns",
            act="Delete old ones from `LiteLLM_SpendLogDelivery`, once no client polls their jobs.",
            empty="no runs",
            width=THIRD_WIDTH,
        ),
        time_series(
            "Delivery table size",
            asked.table(scope),
            shows="Disk space of the table of deliveries, with its indexes. Measured every 15 "
            "minutes.",
            worry="it exceeds 1 GiB, the size at which LiteLLM warns",
            act="Look at *Pending and parked deliveries*, and have Postgres vacuum the table.",
            empty="not measured yet",
            width=THIRD_WIDTH,
        ),
    ]
