"""The kinds of server that tests run against. ``TEST_SERVER`` names one: by default, the live tests have
the oldest Prometheus that is supported, and the worlds are told to all.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from litellm_monitoring.signals.asking import counting
from litellm_monitoring.signals.asking.counting import Counting

TOOLS = Path(__file__).parents[2] / ".tools" / "servers"
"""Where `make test-world` puts what it builds."""


_COUNTING: dict[str, Callable[[int], Counting]] = {
    "Prometheus": counting.Prometheus,
    "VictoriaMetrics": counting.VictoriaMetrics,
}


@dataclass(frozen=True)
class Kind:
    """A server: what is run, and what it is called in settings."""

    name: str
    type: str
    command: str

    def __str__(self) -> str:
        return self.name

    @property
    def is_prometheus(self) -> bool:
        return self.type == "Prometheus"

    @property
    def leaves_rules(self) -> bool:
        """Whether rules are evaluated elsewhere, by vmalert, where nobody can look at them."""
        return not self.is_prometheus

    def counting(self, scrape_interval: int = 15) -> Counting:
        """How it is asked by how much counters have grown."""
        return _COUNTING[self.type](scrape_interval)

    @property
    def answers_at(self) -> str:
        """The path that answers once it is ready."""
        return "/-/ready" if self.is_prometheus else "/health"

    def line(self, configuration: str, port: int, flags: Sequence[str]) -> list[str]:
        """What runs it with a file of ``configuration``; ``flags`` are Prometheus's."""
        if self.is_prometheus:
            return [
                self.command,
                f"--config.file={configuration}",
                "--storage.tsdb.path=data",
                "--storage.tsdb.retention.time=100y",
                f"--web.listen-address=127.0.0.1:{port}",
                *flags,
            ]
        return [
            self.command,
            f"-promscrape.config={configuration}",
            "-storageDataPath=data",
            "-retentionPeriod=100y",
            f"-httpListenAddr=127.0.0.1:{port}",
            # It would not show the last thirty seconds, in which whole tests take place.
            "-search.latencyOffset=0s",
            "-search.disableCache",
        ]

    def settle(self, url: str) -> None:
        """Has the server at ``url`` show what it was sent."""
        if not self.is_prometheus:
            httpx.get(f"{url}/internal/force_flush").raise_for_status()


OLDEST = Kind("prometheus-oldest", "Prometheus", "prometheus")
NEWEST = Kind("prometheus-newest", "Prometheus", str(TOOLS / "prometheus"))
VICTORIA_METRICS = Kind("victoria-metrics", "VictoriaMetrics", str(TOOLS / "victoria-metrics"))

SERVERS = tuple(
    kind
    for kind in (OLDEST, NEWEST, VICTORIA_METRICS)
    if os.environ.get("TEST_SERVER", kind.name) == kind.name
)
KIND = SERVERS[0]

needs_metadata_of_targets = pytest.mark.skipif(
    not KIND.is_prometheus, reason="VictoriaMetrics does not tell which target announces a family"
)
needs_rules = pytest.mark.skipif(
    KIND.leaves_rules, reason="VictoriaMetrics leaves rules to vmalert, which is no part of it"
)
