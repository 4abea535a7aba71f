"""Servers on 127.0.0.1 that are started for the tests and stopped by their process ids."""

import json
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.live.kinds import KIND, Kind

_PAUSE_SECONDS = 0.1
_STOP_SECONDS = 5


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def needed(*commands: str) -> None:
    """Fails where a command is not there, saying what to install."""
    packages = {"promtool": "prometheus"}
    missing = sorted({packages.get(each, each) for each in commands if not shutil.which(each)})
    if missing:
        pytest.fail(f"not installed; run: apt-get install {' '.join(missing)}")


@contextmanager
def running(
    command: Sequence[str | Path],
    directory: Path,
    *,
    answers_at: str,
    seconds: float,
    environment: Mapping[str, str] | None = None,
) -> Iterator[psutil.Process]:
    """A server, once it answers; its output is in ``directory``."""
    log = directory / f"{Path(command[0]).name}.log"
    with log.open("wb") as output:
        server = psutil.Popen(
            [str(part) for part in command],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait_for(answers_at, server, seconds, log)
        yield server
    finally:
        stop(server)


def stop(server: psutil.Process) -> None:
    """Stops a server and the workers that it has started."""
    if not server.is_running():
        return
    processes = [server, *server.children(recursive=True)]
    for process in processes:
        _signalled(process.terminate)
    _, alive = psutil.wait_procs(processes, timeout=_STOP_SECONDS)
    for process in alive:
        _signalled(process.kill)
    psutil.wait_procs(alive, timeout=_STOP_SECONDS)


def _signalled(send: Any) -> None:
    with suppress(psutil.NoSuchProcess):
        send()


def _wait_for(address: str, server: psutil.Process, seconds: float, log: Path) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.is_running():
        if server.status() == psutil.STATUS_ZOMBIE:
            break
        if _answers(address):
            return
        time.sleep(_PAUSE_SECONDS)
    pytest.fail(f"nothing answers at {address}:\n{log.read_text(errors='replace')[-4000:]}")


def _answers(address: str) -> bool:
    url = httpx.URL(address)
    if url.scheme == "tcp":
        with socket.socket() as probe:
            return probe.connect_ex((url.host, url.port or 0)) == 0
    try:
        return httpx.get(address, timeout=1).is_success
    except httpx.HTTPError:
        return False


class Prometheus:
    """A running Prometheus server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def query_range(self, expression: str, start: int, end: int, step: int) -> list[Any]:
        """The series that ``expression`` returns, in a fixed order."""
        found = self._get("query_range", query=expression, start=start, end=end, step=step)
        return sorted(found["result"], key=lambda one: json.dumps(one["metric"], sort_keys=True))

    def query(self, expression: str, at: int) -> list[Any]:
        """The series that ``expression`` returns at one moment, in Prometheus's order."""
        found: list[Any] = self._get("query", query=expression, time=at)["result"]
        return found

    def value(self, expression: str) -> float:
        """The one value that ``expression`` has now; 0 where there is none."""
        found = self._get("query", query=expression)["result"]
        assert len(found) < 2, (expression, found)
        return float(found[0]["value"][1]) if found else 0.0

    def label_values(self, label: str, selector: str) -> list[str]:
        """The values of ``label`` on the series that ``selector`` selects."""
        query = urllib.parse.urlencode({"match[]": selector})
        with urllib.request.urlopen(f"{self.url}/api/v1/label/{label}/values?{query}") as response:
            values: list[str] = json.load(response)["data"]
        return values

    def _get(self, path: str, **parameters: str | int) -> Any:
        body = urllib.parse.urlencode(parameters).encode()
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}", body, timeout=30) as response:
            return json.load(response)["data"]


def scraping(*jobs: tuple[str, str, str], seconds: int = 1) -> str:
    """The configuration of a Prometheus that scrapes every so many ``seconds``: each job's name,
    the address of its LiteLLM and the key for it, if any.
    """
    interval = {"scrape_interval": f"{seconds}s", "scrape_timeout": f"{seconds}s"}
    scrapes = [
        {
            "job_name": job,
            "metrics_path": "/metrics/",
            "static_configs": [{"targets": [address]}],
            **({"authorization": {"credentials": key}} if key else {}),
        }
        for job, address, key in jobs
    ]
    return json.dumps({"global": interval, "scrape_configs": scrapes})


@contextmanager
def prometheus(
    directory: Path, configuration: str, *flags: str, kind: Kind = KIND
) -> Iterator[Prometheus]:
    """A server whose data is in ``directory``, by default of the kind that the tests are run with;
    ``flags`` are Prometheus's.
    """
    (directory / "prometheus.yml").write_text(configuration)
    port = free_port()
    line = kind.line("prometheus.yml", port, flags)
    url = f"http://127.0.0.1:{port}"
    with running(line, directory, answers_at=f"{url}{kind.answers_at}", seconds=30):
        yield Prometheus(url)


@contextmanager
def prometheus_holding(directory: Path, samples: str) -> Iterator[Prometheus]:
    """A server that has ``samples``, which are OpenMetrics text."""
    if KIND.is_prometheus:
        (directory / "samples.txt").write_text(samples)
        subprocess.run(
            ["promtool", "tsdb", "create-blocks-from", "openmetrics", "samples.txt", "data"],
            cwd=directory,
            check=True,
            capture_output=True,
        )
    with prometheus(directory, "{}\n") as server:
        if not KIND.is_prometheus:
            _imported(server.url, samples)
        yield server


def _imported(url: str, samples: str) -> None:
    """Has VictoriaMetrics take OpenMetrics text, whose times it reads as milliseconds."""
    lines = [line.rsplit(" ", 1) for line in samples.split("\n") if line and line[0] != "#"]
    text = "\n".join(f"{series} {round(float(at) * 1000)}" for series, at in lines)
    httpx.post(f"{url}/api/v1/import/prometheus", content=text).raise_for_status()
    KIND.settle(url)


@contextmanager
def redis(directory: Path) -> Iterator[tuple[int, psutil.Process]]:
    """A Redis server that keeps nothing: its port and its process."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with running(command, directory, answers_at=f"tcp://127.0.0.1:{port}", seconds=10) as server:
        yield port, server
