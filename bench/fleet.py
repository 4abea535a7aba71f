"""``python -m bench.fleet``: how long a fleet without changes takes beside a shell loop of
``pulumi preview`` over the same stacks, and how much memory.

Both in one run, on the embedded target; the ratio is what counts. Where the vendor's language host
for Python is not on PATH, the tests' stand-in takes its place, and what it takes to start, which
the vendor's does not, is measured and taken off the loop's time.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import click
import psutil
from rich.console import Console
from rich.table import Table

from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.provider import served
from litellm_monitoring.tools import engine
from litellm_monitoring.tools.project import ROOT
from tests.project_copy import copy_project, set_teams

ENVIRONMENT = "staging"
MEGABYTE = 1 << 20
STAND_IN = ROOT / "tests" / "engine" / "language_host.py"


@click.command()
@click.option("--teams", default=100, show_default=True, help="How many teams.")
def main(teams: int) -> None:
    """Measures and prints."""
    command = shutil.which(engine.find_or_install(ROOT / ".tools", Console(stderr=True)).command)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        copy_project(root)
        set_teams(root, *({"alias": f"team{n}"} for n in range(teams)), environments=[ENVIRONMENT])
        fleet = [sys.executable, "-m", "tools", "fleet", "up", "--environment", ENVIRONMENT]
        for deploy in ([*fleet[:3], "up", "--stack", ENVIRONMENT], fleet):
            subprocess.run(deploy, cwd=root, check=True, stdout=subprocess.DEVNULL)
        first = _measured(fleet, root, {})
        directory = ProvisioningDirectory(root / "build" / "grafana")
        with served(directory) as port:
            environment = _plain_pulumi(root, port, Path(str(command)).parent)
            host_start = _host_start(environment)
            loop = _measured(["sh", "-c", _loop(teams)], root, environment)
        second = _measured(fleet, root, {})
    _print(teams, [first, second], loop, host_start)


def _loop(teams: int) -> str:
    stacks = " ".join(f"{ENVIRONMENT}-team{number}" for number in range(teams))
    return f"cd .state/workspace && for s in {stacks}; do pulumi preview --stack $s || exit; done"


def _plain_pulumi(root: Path, port: int, pulumi: Path) -> dict[str, str]:
    """The environment for plain ``pulumi`` on the fleet's state."""
    directory = root / "bin"
    if not shutil.which("pulumi-language-python"):
        host = directory / "pulumi-language-python"
        directory.mkdir()
        host.write_text(f'#!/bin/sh\nexec {sys.executable} {STAND_IN} "$@"\n')
        host.chmod(0o755)
    # The program lies beside the copies of the stack files that the fleet has written.
    for name in ("__main__.py", "signals", "dashboards", "alerts", "infra"):
        (root / ".state" / "workspace" / name).symlink_to(root / name)
    (root / ".state" / "workspace" / ".venv").symlink_to(sys.prefix)
    return {
        "PATH": os.pathsep.join([str(directory), str(pulumi), os.environ["PATH"]]),
        "LANGUAGE_PYTHON_EXEC": str(pulumi / "pulumi-language-python-exec"),
        "PULUMI_BACKEND_URL": (root / ".state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(root / ".state" / "passphrase"),
        "PULUMI_DEBUG_PROVIDERS": f"grafana:{port}",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def _host_start(environment: Mapping[str, str]) -> float:
    """Seconds until the stand-in says where it listens; 0 for the vendor's."""
    if shutil.which("pulumi-language-python"):
        return 0.0
    begin = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, str(STAND_IN), "127.0.0.1:1"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
    ) as host:
        assert host.stdout
        host.stdout.readline()
        seconds = time.perf_counter() - begin
        host.kill()
    return seconds


def _measured(
    program: list[str], root: Path, environment: Mapping[str, str]
) -> tuple[float, float]:
    """Seconds, and the most megabytes that the process and all below it held at once."""
    begin = time.perf_counter()
    process = psutil.Popen(
        program, cwd=root, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    most = 0
    while process.poll() is None:
        held = 0
        for each in [process, *process.children(recursive=True)]:
            try:
                held += each.memory_info().rss
            except psutil.Error:
                continue
        most = max(most, held)
        time.sleep(0.1)
    if process.returncode:
        sys.exit(f"{' '.join(program)[:80]} failed")
    return time.perf_counter() - begin, most / MEGABYTE


def _print(
    teams: int,
    fleets: list[tuple[float, float]],
    loop: tuple[float, float],
    host_start: float,
) -> None:
    table = Table(title=f"{teams} stacks without changes, {os.cpu_count()} processors")
    for column in ("", "seconds", "MiB"):
        table.add_column(column)
    for name, (seconds, megabytes) in (
        ("fleet up", fleets[0]),
        ("loop of pulumi preview", loop),
        ("fleet up", fleets[1]),
    ):
        table.add_row(name, f"{seconds:.1f}", f"{megabytes:.0f}")
    fair = loop[0] - teams * host_start
    fleet = sum(seconds for seconds, _ in fleets) / len(fleets)
    table.add_row("stand-in's starts, taken off the loop", f"{teams * host_start:.1f}", "")
    table.add_row("fleet up / loop", f"{fleet / fair:.2f}", "")
    Console().print(table)


if __name__ == "__main__":
    main()
