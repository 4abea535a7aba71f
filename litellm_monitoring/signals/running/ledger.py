"""The spend ledger of LiteLLM 1.110 and newer: each request's spend waits in a table of the database,
as a delivery, until a run of the ledger adds it to the totals of its key, team and user.

Any worker that gets to it does a run, every ten to fifteen seconds, and says then how much waits.
What one said that does no runs any more says nothing of now.
"""

from litellm_monitoring.signals.asking import forms
from litellm_monitoring.signals.asking.query import Query
from litellm_monitoring.signals.asking.scope import Scope

PENDING = "litellm_accounting_pending"
PARKED = "litellm_accounting_parked"
OLDEST = "litellm_accounting_oldest_pending_seconds"
RUN = "litellm_accounting_batch_seconds"
BATCHES = "litellm_accounting_batch_deliveries"
TABLE = "litellm_accounting_delivery_table_bytes"

_RUNS = f"{RUN}_count"
_LATELY = "5m"


def pending(scope: Scope) -> Query:
    """How many deliveries wait."""
    return _of_last_runs(scope, PENDING, "Pending", "short")


def parked(scope: Scope) -> Query:
    """How many deliveries were given up: their spend is in no total."""
    return _of_last_runs(scope, PARKED, "Parked", "short")


def oldest(scope: Scope) -> Query:
    """How long the one waits that has waited longest."""
    return _of_last_runs(scope, OLDEST, "Oldest", "s")


def batches(scope: Scope) -> Query:
    """How many deliveries of batches and videos are kept."""
    return _of_last_runs(scope, BATCHES, "Deliveries", "short")


def table(scope: Scope) -> Query:
    """How large the table is, with its indexes."""
    return forms.gauge(scope, "max", TABLE, name="Table")


def runs(scope: Scope) -> Query:
    """How many runs there are a second, where there have been any."""
    ever = scope.aggregated("max", scope.series(_RUNS))
    return Query(f"{scope.rate(_RUNS)} and {ever} > 0", "Runs", "events/s")


def run_seconds(scope: Scope, q: float) -> Query:
    """How long a run takes."""
    return forms.quantile(scope, q, RUN)


def mean_run_seconds(scope: Scope) -> Query:
    """The same on average."""
    return forms.average(scope, RUN)


def runs_that_should_be(scope: Scope, window: str) -> Query:
    """How many runs there were over ``window``, where there were any within a day."""
    ever = scope.aggregated("max", f"max_over_time({scope.series(_RUNS)}[1d])")
    now = scope.aggregated("sum", scope.seen_growing(_RUNS, window))
    return Query(f"{now} and {ever} > 0", "Runs", "short")


def _of_last_runs(scope: Scope, gauge: str, name: str, unit: str) -> Query:
    """The most that a worker says which has done a run lately."""
    awake = f"{scope.seen_growing(_RUNS, _LATELY)} > 0"
    expression = scope.aggregated("max", f"{scope.series(gauge)} and on (job, instance) ({awake})")
    return Query(expression, name, unit)
