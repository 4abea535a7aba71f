"""The spend ledger's panels and alerts, on what LiteLLM's own module exposes: without a database the
proxy itself does no runs.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from litellm_monitoring.alerts import CATALOGUE
from litellm_monitoring.signals import Query, Scope
from litellm_monitoring.signals.catalogue.metrics import supported
from litellm_monitoring.signals.running import ledger
from tests.live.kinds import KIND
from tests.live.proxy.litellm import litellm_python
from tests.live.servers import Prometheus, free_port, prometheus, running, scraping

WORKERS = """
import json, os, sys, time
from prometheus_client import start_http_server
from litellm.accounting.metrics import record_backlog, record_storage
from litellm.repositories.accounting_delivery_repository import DeliveryBacklog, DeliveryStorage

def work(port, runs, pending, parked, oldest, batches, size):
    if runs:
        backlog = DeliveryBacklog(
            pending_count=pending, parked_count=parked, oldest_pending_seconds=oldest
        )
        record_backlog(backlog, 0.25)
        record_storage(DeliveryStorage(batch_count=batches, table_bytes=size))
    start_http_server(port, "127.0.0.1")
    while True:
        time.sleep(0.5)
        if runs > 1:
            record_backlog(backlog, 0.25)

first, *others = json.loads(sys.argv[1])
for numbers in others:
    if not os.fork():
        work(*numbers)
work(*first)
"""
GIBIBYTE = 2**30
NUMBERS = (
    (2, 50, 1, 400, 1_000_001, 2 * GIBIBYTE),
    (1, 9000, 7, 9000, 5, GIBIBYTE),
    (0, 0, 0, 0, 0, 0),
)
"""Whether it does runs (2), did its last before it was scraped (1) or has no database (0), then what
a worker says.
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """What the workers of ``NUMBERS`` expose, scraped."""
    directory = tmp_path_factory.mktemp("ledger")
    (directory / "workers.py").write_text(WORKERS)
    python = litellm_python(supported()[1])
    ports = [free_port() for _ in NUMBERS]
    numbers = json.dumps([(port, *each) for port, each in zip(ports, NUMBERS, strict=True)])
    with ExitStack() as servers:
        servers.enter_context(
            running(
                [python, "workers.py", numbers],
                directory,
                answers_at=f"http://127.0.0.1:{ports[0]}",
                seconds=90,
            )
        )
        (directory / "prometheus").mkdir()
        jobs = [(f"worker-{port}", f"127.0.0.1:{port}", "") for port in ports]
        found = servers.enter_context(prometheus(directory / "prometheus", scraping(*jobs)))
        time.sleep(12)
        yield found


SCOPE = Scope(rate_window="5s", counting=KIND.counting())


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (ledger.pending, 50),
        (ledger.parked, 1),
        (ledger.oldest, 400),
        (ledger.batches, 1_000_001),
        (ledger.table, 2 * GIBIBYTE),
        (ledger.mean_run_seconds, 0.25),
    ],
)
def test_what_is_shown_is_what_a_worker_says_that_does_runs(
    server: Prometheus, query: Callable[[Scope], Query], value: float
) -> None:
    assert server.value(query(SCOPE).expr) == pytest.approx(value)


def test_runs_are_counted(server: Prometheus) -> None:
    assert server.value(ledger.runs(SCOPE).expr) == pytest.approx(2, rel=0.4)
    assert 0.1 < server.value(ledger.run_seconds(SCOPE, 0.95).expr) <= 0.25


@pytest.mark.parametrize(
    ("name", "is_met"),
    [
        ("LiteLLMLedgerDelayed", True),
        ("LiteLLMLedgerParked", True),
        ("LiteLLMLedgerDeliveries", True),
        ("LiteLLMLedgerTableLarge", True),
        ("LiteLLMLedgerStopped", False),
    ],
)
def test_alerts_are_on_litellms_own_limits(server: Prometheus, name: str, is_met: bool) -> None:
    alert = CATALOGUE[name]
    asked = alert.ask(SCOPE, alert.defaults).expr
    value = server.value(asked)
    limit = alert.defaults[alert.bound]
    assert (value < limit if alert.compares == "<" else value > limit) == is_met, value
