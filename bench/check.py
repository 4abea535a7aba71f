"""``python -m bench.check``: how long ``check`` takes for 100 panels beside their plain queries run
one after the other, and how many queries it has running at once.

Both in one run, by turns, on a real Prometheus with an hour of data; the ratio is what counts.
"""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from litellm_monitoring.infra.declaration.resources import DataSource
from litellm_monitoring.signals import Operator, Scope
from litellm_monitoring.signals.catalogue.metrics import MetricType, families
from litellm_monitoring.signals.serving import failures, latency, traffic
from litellm_monitoring.signals.spending import limits
from litellm_monitoring.tools.check.diagnosis.panels import Diagnosis
from litellm_monitoring.tools.check.diagnosis.proxy import proxy_seen_in
from litellm_monitoring.tools.check.evidence.client import connected
from litellm_monitoring.tools.check.evidence.panels import PanelQuery, TimeRange
from litellm_monitoring.tools.check.evidence.scraped import ScrapedEvidence
from tests.live.numbers.test_seed_numbers import END, START, samples
from tests.live.servers import prometheus

ROUNDS = 5
PANELS = 100
AT_ONCE = 4
TIMES = TimeRange(START, END, 15)
SCOPE = Scope(rate_window="60s")
WITH_DATA = (
    traffic.requests(SCOPE),
    traffic.requests(SCOPE, "api_key_alias"),
    failures.failures(SCOPE, "exception_class"),
    latency.median(SCOPE),
    limits.remaining_tokens(SCOPE, 5),
)
WITHOUT = tuple(
    SCOPE.rate(name)
    for name, family in families().items()
    if family.type is MetricType.COUNTER and family.switch != "prometheus"
)[: len(WITH_DATA)]
NO_SUCH_KEY = SCOPE.where("api_key_alias", Operator.EQUAL, "nobody").rate(traffic.REQUESTS)


def main() -> None:
    """Measures and prints."""
    data = [query.expr for query in WITH_DATA]
    kinds = {
        "all have data": data,
        "half are not exposed": [*data, *WITHOUT],
        "all are empty, for want of a label's value": [NO_SUCH_KEY],
    }
    table = Table(title=f"check of {PANELS} panels, {AT_ONCE} at once; median of {ROUNDS} rounds")
    for column in ("", "plain, s", "check, s", "ratio"):
        table.add_column(column)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        (root / "samples.txt").write_text(samples("_metric", seed=7))
        subprocess.run(
            ["promtool", "tsdb", "create-blocks-from", "openmetrics", "samples.txt", "data"],
            cwd=root,
            check=True,
            capture_output=True,
        )
        with prometheus(root, "{}\n") as server:
            for kind, expressions in kinds.items():
                chosen = [expressions[n % len(expressions)] for n in range(PANELS)]
                table.add_row(kind, *_measured(server.url, chosen))
    Console().print(table)


def _measured(url: str, expressions: Sequence[str]) -> list[str]:
    _check(url, expressions)
    rounds = [
        (
            _seconds(lambda: _plain(url, expressions)),
            _seconds(lambda: _check(url, expressions)),
        )
        for _ in range(ROUNDS)
    ]
    plain, check, ratio = zip(*((p, c, c / p) for p, c in rounds), strict=True)
    return [f"{statistics.median(values):.2f}" for values in (plain, check, ratio)]


def _plain(url: str, expressions: Sequence[str]) -> None:
    with httpx.Client() as client:
        for expression in expressions:
            asked = {"query": expression, "start": START, "end": END, "step": TIMES.step}
            client.post(f"{url}/api/v1/query_range", data=asked).raise_for_status().json()


def _check(url: str, expressions: Sequence[str]) -> None:
    source = DataSource("p", "p", url, {"httpMethod": "POST", "queryTimeout": "60s"})
    with connected(source, AT_ONCE) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        evidence = ScrapedEvidence(server, "", TIMES)
        diagnosis = Diagnosis(evidence, proxy_seen_in(evidence), "")
        queries = [PanelQuery("d", "p", "A", each, TIMES) for each in expressions]
        list(pool.map(diagnosis.of, queries))


def _seconds(action: Callable[[], None]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
