"""``python -m bench.fleet_growth``: how long the next teams with alerts take as a fleet grows.

On the embedded target, unless ``GRAFANA_URL`` and ``GRAFANA_AUTH`` name a Grafana that is there for
this alone: with one, what it was asked and how much it answered is counted too, of which the list of
all rules has a column, since the provider reads it for each rule group that it makes or changes. What counts
is how a line compares with the first; everything is deleted in the end.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from tests.project_copy import copy_project, set_settings, set_teams

ENVIRONMENT = "staging"
ALL_RULES = "/api/v1/provisioning/alert-rules"
_COUNTED = re.compile(r'grafana_http_response_size_bytes_(sum|count)\{handler="([^"]*)".*\} (\S+)')


@dataclass(frozen=True)
class Answered:
    """How many requests a Grafana has answered since it started, with how many bytes."""

    requests: float = 0
    bytes: float = 0
    bytes_of_rules: float = 0

    def since(self, before: "Answered", teams: int) -> "Answered":
        """What one of ``teams`` took."""
        return Answered(
            (self.requests - before.requests) / teams,
            (self.bytes - before.bytes) / teams,
            (self.bytes_of_rules - before.bytes_of_rules) / teams,
        )


@click.command()
@click.option("--teams", default=100, show_default=True, help="How many teams in the end.")
@click.option("--step", default=20, show_default=True, help="How many more in each run.")
@click.option("--parallel", default=2, show_default=True, help="How many stacks at a time.")
def main(teams: int, step: int, parallel: int) -> None:
    """Measures and prints."""
    table = Table(title=f"Teams with alerts, {parallel} at a time, {os.cpu_count()} processors")
    for column in ("teams", "s a team", "requests a team", "kB a team", "kB of all rules"):
        table.add_column(column)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        copy_project(root)
        alerts = {"managedBy": "grafana", "contactPoint": {"email": {"addresses": ["a@x.com"]}}}
        set_settings(root, ENVIRONMENT, alerts=alerts)
        _run(root, "up", "--stack", ENVIRONMENT, "--yes")
        try:
            for size in range(step, teams + 1, step):
                seconds, answered = _grown_to(root, size, step, parallel)
                numbers = (answered.requests, answered.bytes / 1e3, answered.bytes_of_rules / 1e3)
                table.add_row(
                    f"{size}",
                    f"{seconds:.1f}",
                    *(f"{number:.0f}" if number else "" for number in numbers),
                )
        finally:
            _run(root, "fleet", "destroy", "--environment", ENVIRONMENT, "--yes")
            _run(root, "destroy", "--stack", ENVIRONMENT, "--yes")
    Console().print(table)


def _grown_to(root: Path, size: int, step: int, parallel: int) -> tuple[float, Answered]:
    """Seconds, and what Grafana was asked, for each of ``step`` teams that make it ``size``."""
    teams = [{"alias": f"team{n}", "contact": f"team{n}@example.com"} for n in range(size)]
    set_teams(root, *teams, environments=[ENVIRONMENT])
    new = [option for n in range(size - step, size) for option in ("--team", f"team{n}")]
    before, begin = _answered(), time.perf_counter()
    _run(root, "fleet", "up", "--environment", ENVIRONMENT, "--parallel", str(parallel), *new)
    return (time.perf_counter() - begin) / step, _answered().since(before, step)


def _run(root: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools", *arguments],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise click.ClickException(done.stdout)


def _answered() -> Answered:
    """What the Grafana says that it has answered; nothing of the embedded target."""
    url = os.environ.get("GRAFANA_URL")
    if not url:
        return Answered()
    with urllib.request.urlopen(f"{url.rstrip('/')}/metrics", timeout=30) as page:
        found = _COUNTED.findall(page.read().decode())
    sizes = [(handler, float(value)) for kind, handler, value in found if kind == "sum"]
    return Answered(
        requests=sum(float(value) for kind, _, value in found if kind == "count"),
        bytes=sum(size for _, size in sizes),
        bytes_of_rules=sum(size for handler, size in sizes if handler == ALL_RULES),
    )


if __name__ == "__main__":
    main()
