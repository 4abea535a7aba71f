"""``python -m bench.render``: how long it takes to make all dashboards, beside only encoding them.

Each round is a process of its own, so that nothing is warm but Python's own caches; what it takes to
import the modules is not counted. The ratio to writing the same models as JSON once more, in the same
process, is what counts: machines differ.
"""

import json
import statistics
import subprocess
import sys
import time

from rich.console import Console
from rich.table import Table

from litellm_monitoring.tools.project import ROOT

ROUNDS = 9


def main() -> None:
    """Measures and prints."""
    if sys.argv[1:] == ["round"]:
        print(json.dumps(_round()))
        return
    rounds = [_in_a_process() for _ in range(ROUNDS)]
    table = Table(title=f"All dashboards in one process, {ROUNDS} rounds")
    for column in ("", "least", "median", "most"):
        table.add_column(column)
    for name, values in (
        ("made, ms", [1000 * made for made, _ in rounds]),
        ("encoded, ms", [1000 * encoded for _, encoded in rounds]),
        ("ratio", [made / encoded for made, encoded in rounds]),
    ):
        shown = (min(values), statistics.median(values), max(values))
        table.add_row(name, *(f"{value:.1f}" for value in shown))
    Console().print(table)


def _in_a_process() -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.render", "round"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    made, encoded = json.loads(done.stdout)
    return made, encoded


def _round() -> tuple[float, float]:
    from litellm_monitoring.infra.declaration.stack import declare
    from litellm_monitoring.infra.settings.models.stack import Settings

    settings = Settings.model_validate({"prometheus": {"url": "http://localhost:9090"}})
    begin = time.perf_counter()
    dashboards = declare(settings, "dev").dashboards.values()
    made = time.perf_counter() - begin
    models = [json.loads(each.config_json) for each in dashboards]
    begin = time.perf_counter()
    for model in models:
        json.dumps(model, sort_keys=True)
    return made, time.perf_counter() - begin


if __name__ == "__main__":
    main()
