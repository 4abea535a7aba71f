"""``python -m bench``: prints a table of how long an unchanged ``up`` takes beside the least that
a Pulumi program in Python can take.

The two take turns in one run, so that a slow moment of the machine strikes both; the ratio is what
counts. The empty program is run over the Automation API too, with the same engine.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from litellm_monitoring.tools import engine
from litellm_monitoring.tools.project import ROOT

ROUNDS = 7
EMPTY_PROGRAM = """
import sys
from pulumi import automation
command = automation.PulumiCommand(sys.argv[2] or None)
options = automation.LocalWorkspaceOptions(
    work_dir=sys.argv[1],
    pulumi_command=command,
    env_vars={
        "PULUMI_BACKEND_URL": "file://" + sys.argv[1],
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    },
)
automation.create_or_select_stack("empty", "empty", lambda: None, opts=options).up()
"""


def main() -> None:
    """Measures and prints."""
    command = engine.find_or_install(ROOT / ".tools", Console(stderr=True)).command
    root = Path(command).parent.parent if Path(command).is_absolute() else ""
    with tempfile.TemporaryDirectory() as scratch:
        empty = [sys.executable, "-c", EMPTY_PROGRAM, scratch, str(root)]
        ours = [sys.executable, "-m", "tools", "up"]
        for program in (empty, ours):
            _seconds(program)
        times = [(_seconds(empty), _seconds(ours)) for _ in range(ROUNDS)]
    _print(times)


def _seconds(program: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(program, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def _print(times: list[tuple[float, float]]) -> None:
    table = Table(title=f"Unchanged up, {len(times)} rounds")
    for column in ("", "least", "median", "most"):
        table.add_column(column)
    columns = {
        "empty program, s": [empty for empty, _ in times],
        "make up, s": [ours for _, ours in times],
        "ratio": [ours / empty for empty, ours in times],
    }
    for name, values in columns.items():
        shown = (min(values), statistics.median(values), max(values))
        table.add_row(name, *(f"{value:.2f}" for value in shown))
    Console().print(table)


if __name__ == "__main__":
    main()
