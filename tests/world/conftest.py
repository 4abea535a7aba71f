"""The servers that worlds are told to, and what is in them."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.live.servers import Prometheus, free_port, needed, prometheus, running

TOOLS = Path(__file__).parents[2] / ".tools" / "servers"
"""Where `make test-world` puts what it builds."""

_KEEPS_OLD_SAMPLES = (
    "--web.enable-remote-write-receiver",
    "--storage.tsdb.min-block-duration=400h",
    "--storage.tsdb.max-block-duration=400h",
)


@dataclass(frozen=True)
class Kind:
    """A server: what is run, and what it is called in settings."""

    name: str
    type: str
    command: str

    def __str__(self) -> str:
        return self.name

    def settle(self, server: Prometheus) -> None:
        """Has the server show what it was sent."""
        if self.type == "VictoriaMetrics":
            httpx.get(f"{server.url}/internal/force_flush").raise_for_status()


OLDEST = Kind("prometheus-oldest", "Prometheus", "prometheus")
NEWEST = Kind("prometheus-newest", "Prometheus", str(TOOLS / "prometheus"))
VICTORIA_METRICS = Kind("victoria-metrics", "VictoriaMetrics", str(TOOLS / "victoria-metrics"))
SERVERS = (OLDEST, NEWEST, VICTORIA_METRICS)


@pytest.fixture(scope="session", autouse=True)
def what_has_to_be_installed() -> None:
    needed("prometheus")
    if not all(shutil.which(kind.command) for kind in SERVERS):
        pytest.fail("not built; run: make test-world")


class Servers:
    """Starts servers, which run until the tests are over."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self._directory = directory
        self._stack = stack
        self._started = 0

    def start(self, kind: Kind) -> Prometheus:
        """A new and empty server."""
        self._started += 1
        directory = self._directory / str(self._started)
        directory.mkdir()
        if kind is VICTORIA_METRICS:
            port = free_port()
            command = [
                kind.command,
                "-storageDataPath=data",
                "-retentionPeriod=100y",
                f"-httpListenAddr=127.0.0.1:{port}",
                "-search.disableCache",
            ]
            url = f"http://127.0.0.1:{port}"
            server = running(command, directory, answers_at=f"{url}/health", seconds=30)
            self._stack.enter_context(server)
            return Prometheus(url)
        return self._stack.enter_context(
            prometheus(directory, "{}", *_KEEPS_OLD_SAMPLES, command=kind.command)
        )


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(tmp_path_factory.mktemp("servers"), stack)


Value = dict[str, float]
"""What a query returns, by the labels of each series as text."""


def by_labels(found: list[Any], total: Any) -> Value:
    """The series that a query has found, each with its ``total``."""
    values = {
        json.dumps({k: v for k, v in each["metric"].items() if k != "__name__"}, sort_keys=True): (
            total(each)
        )
        for each in found
    }
    return {labels: value for labels, value in values.items() if value == value}
