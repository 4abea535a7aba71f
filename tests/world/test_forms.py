"""A world told to promtool is the same as one told to a server."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.world.forms import promtool_series
from tests.world.simulated.fleet import Fleet, Pod, population
from tests.world.simulated.scrapes import STALE, Scraping, Series, scraped

MINUTE = 60
FLEET = Fleet(
    3,
    population(20, per_day=200),
    [Pod("stays:4000"), Pod("leaves:4000", ends=30.5 * MINUTE), Pod("comes:4000", 30 * MINUTE)],
    60.0 * MINUTE,
    history=600,
)
SCRAPING = Scraping(epoch=0, every=15, away=[(40.0 * MINUTE, 50.0 * MINUTE)], with_latency=False)
COUNTER = "litellm_proxy_total_requests_metric_total"


def standing_at(series: Series, at: float) -> float:
    """What the series stands at then, as Prometheus looks it up; 0 where it is not there."""
    found = 0.0
    for run in series.runs:
        times = [time for time in series.times[run.first : run.last] if time <= at]
        if times:
            found = 0.0 if run.value is STALE or times[-1] <= at - 5 * MINUTE else run.value or 0.0
    return found


def test_promtool_sees_what_was_scraped(tmp_path: Path) -> None:
    series = list(scraped(FLEET, SCRAPING))
    minutes = (5, 29, 32, 39, 42, 48, 55)
    expected: list[dict[str, Any]] = [
        {
            "expr": f"sum({COUNTER}) or vector(0)",
            "eval_time": f"{minute}m",
            "exp_samples": [
                {
                    "labels": "{}",
                    "value": sum(
                        standing_at(each, minute * MINUTE)
                        for each in series
                        if dict(each.labels)["__name__"] == COUNTER
                    ),
                }
            ],
        }
        for minute in minutes
    ]
    inputs = promtool_series(series, SCRAPING.every)
    test = {"interval": "15s", "input_series": inputs, "promql_expr_test": expected}
    (tmp_path / "test.yaml").write_text(json.dumps({"evaluation_interval": "1m", "tests": [test]}))
    done = subprocess.run(
        ["promtool", "test", "rules", "test.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len({each["exp_samples"][0]["value"] for each in expected}) > 3
