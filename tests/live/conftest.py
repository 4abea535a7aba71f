"""A real Prometheus on 127.0.0.1, with data made for the tests."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

READY_SECONDS = 30


class Prometheus:
    """A running Prometheus server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def query_range(self, expression: str, start: int, end: int, step: int) -> list[Any]:
        """The series that ``expression`` returns, in a fixed order."""
        parameters = {"query": expression, "start": start, "end": end, "step": step}
        body = urllib.parse.urlencode(parameters).encode()
        with urllib.request.urlopen(f"{self.url}/api/v1/query_range", body, timeout=30) as response:
            series: list[Any] = json.load(response)["data"]["result"]
        return sorted(series, key=lambda one: json.dumps(one["metric"], sort_keys=True))


@pytest.fixture(scope="module")
def prometheus_with(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Prometheus]]:
    """Starts a Prometheus that holds samples given as OpenMetrics text."""
    missing = [name for name in ("prometheus", "promtool") if not shutil.which(name)]
    if missing:
        pytest.fail(f"not installed: {', '.join(missing)}; run: apt-get install prometheus")
    servers: list[subprocess.Popen[bytes]] = []

    def start(samples: str) -> Prometheus:
        root = tmp_path_factory.mktemp("prometheus")
        (root / "samples.txt").write_text(samples)
        (root / "prometheus.yml").write_text("{}\n")
        subprocess.run(
            ["promtool", "tsdb", "create-blocks-from", "openmetrics", "samples.txt", "data"],
            cwd=root,
            check=True,
            capture_output=True,
        )
        port = _free_port()
        with (root / "log").open("wb") as log:
            servers.append(
                subprocess.Popen(
                    [
                        "prometheus",
                        "--config.file=prometheus.yml",
                        "--storage.tsdb.path=data",
                        "--storage.tsdb.retention.time=100y",
                        f"--web.listen-address=127.0.0.1:{port}",
                    ],
                    cwd=root,
                    stdout=log,
                    stderr=log,
                )
            )
        _wait_until_ready(f"http://127.0.0.1:{port}", root / "log")
        return Prometheus(f"http://127.0.0.1:{port}")

    yield start
    for server in servers:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _wait_until_ready(url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/-/ready", timeout=1):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"Prometheus did not start:\n{log.read_text()}")
