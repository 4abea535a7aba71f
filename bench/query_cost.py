"""``python -m bench.query_cost``: what dashboards cost Prometheus, asking LiteLLM's own series and
asking what rules have recorded, how that grows with virtual keys, and what the rules cost.

A real Prometheus holds a made-up LiteLLM of so many keys; each query of each dashboard is run as
Grafana runs it. Figures are comparable within one run.
"""

import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import httpx
from rich.console import Console
from rich.table import Table

from bench.litellm_data import Labels, raw_series, recorded_series
from bench.month import cost_of_a_month
from bench.remote_write import samples, send
from litellm_monitoring.infra.declaration.stack import declare, scope_of
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals.recording_rules import recording_rules
from litellm_monitoring.tools.check.evidence.panels import PanelQuery, queries_of
from tests.live.servers import prometheus

SCRAPE, INTERVAL = 15, 60
STACK = "bench"
RAW, RECORDED = "off", "prometheus"
MOST_SERIES_HOURS = 1_000_000
"""So much is measured; what is beyond is computed from how it grows, and marked so."""

_WIDTH = 110
_KEYS = (30, 100, 300, 1000)
_FLAGS = (
    "--web.enable-remote-write-receiver",
    # No block is written meanwhile, which would take time from the queries, and samples are taken
    # that are up to half as old.
    "--storage.tsdb.min-block-duration=100h",
    "--storage.tsdb.max-block-duration=100h",
    "--query.max-samples=500000000",
    "--query.timeout=10m",
)


@dataclass
class Cost:
    """What queries read and how long they took; ``refused`` of them Prometheus did not run."""

    samples: float = 0.0
    seconds: float = 0.0
    refused: int = 0

    def add(self, other: "Cost") -> None:
        """Adds what another query cost."""
        self.samples += other.samples
        self.seconds += other.seconds
        self.refused += other.refused


Costs = dict[tuple[str, str, int, int], Cost]
"""By dashboard, raw or recorded, hours and keys."""


@click.command()
@click.option("--keys", multiple=True, type=int, default=_KEYS, show_default=True)
@click.option(
    "--hours", multiple=True, type=click.IntRange(1, 48), default=(1, 24), show_default=True
)
@click.option(
    "--compare",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory of other dashboards' JSON files, to be run on the same data.",
)
@click.option(
    "--month",
    is_flag=True,
    help="Print what a refresh of each dashboard and the alerts cost with recording rules and a month "
    "of history, and fail where that is more than 20 M samples or 3 s.",
)
@click.option("--proxies", default=3, show_default=True, help="With --month: so many proxies.")
def main(
    keys: tuple[int, ...], hours: tuple[int, ...], compare: Path | None, month: bool, proxies: int
) -> None:
    """Print what dashboards cost a real Prometheus, asking LiteLLM's own series and what rules have
    recorded, how that grows with virtual keys, and what the rules cost. Takes some ten minutes.
    """
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    if month:
        for count in keys if keys != _KEYS else (300,):
            cost_of_a_month(console, count, proxies)
        return
    costs: Costs = {}
    rules: dict[int, Cost] = {}
    for count in sorted(keys):
        raw = raw_series(count)
        for length in sorted(hours):
            if len(raw) * length > MOST_SERIES_HOURS and (count, length) != (max(keys), 1):
                continue
            console.print(f"{count} keys, {length} h: {len(raw)} series", style="dim")
            measured, of_rules = _measured(raw, count, length, compare)
            costs |= measured
            rules[count] = of_rules
    console.print(_table(costs, sorted(keys), sorted(hours)))
    console.print(_rules_table(rules, costs))


def _measured(
    raw: Mapping[Labels, bool], keys: int, hours: int, compare: Path | None
) -> tuple[Costs, Cost]:
    now = int(time.time()) // INTERVAL * INTERVAL
    with (
        tempfile.TemporaryDirectory() as scratch,
        prometheus(Path(scratch), "{}", *_FLAGS) as server,
    ):
        _fill(server.url, raw, hours, now)
        found: Costs = {}
        for form in (RAW, RECORDED):
            for slug, model in _models(form, hours).items():
                found[slug, form, hours, keys] = _cost(server.url, model, now)
        for path in sorted(compare.glob("**/*.json")) if compare else ():
            model = json.loads(path.read_text())
            model["time"] = {"from": f"now-{hours}h", "to": "now"}
            found[path.stem, RAW, hours, keys] = _cost(server.url, model, now)
        return found, _cost_of_rules(server.url, now)


def _fill(url: str, raw: Mapping[Labels, bool], hours: int, now: int) -> None:
    scope = scope_of(_settings(RECORDED, hours), STACK)
    assert scope.recording
    start = now - hours * 3600 - 600
    scraped, evaluated = range(start, now, SCRAPE), range(start, now, INTERVAL)
    growing = _samples([(moment - start) * 0.1 for moment in scraped], scraped)
    level = _samples([1.0] * len(scraped), scraped)
    rate = _samples([0.1] * len(evaluated), evaluated)
    send(url, ((labels, growing if counts else level) for labels, counts in raw.items()))
    send(url, ((labels, rate) for labels in recorded_series(raw, scope.recording)))


def _samples(values: Sequence[float], moments: Sequence[int]) -> bytes:
    return samples(values, [moment * 1000 for moment in moments])


def _settings(form: str, hours: int) -> Settings:
    return Settings.model_validate(
        {
            "prometheus": {"url": "http://prometheus:9090", "scrapeInterval": f"{SCRAPE}s"},
            "recordingRules": form,
            "rules": {"interval": f"{INTERVAL}s"},
            "dashboards": {"timeFrom": f"now-{hours}h"},
        }
    )


def _models(form: str, hours: int) -> dict[str, dict[str, Any]]:
    dashboards = declare(_settings(form, hours), STACK).dashboards
    return {slug: json.loads(each.config_json) for slug, each in dashboards.items()}


def _cost(url: str, model: Mapping[str, Any], now: int) -> Cost:
    total = Cost()
    moment = datetime.fromtimestamp(now).astimezone()
    with httpx.Client(timeout=700) as client:
        for query in queries_of(model, moment, f"{SCRAPE}s"):
            total.add(_run(client, url, query, now))
    return total


def _run(client: httpx.Client, url: str, query: PanelQuery, now: int) -> Cost:
    if query.is_instant:
        asked: dict[str, str | int] = {"query": query.expression, "time": now}
        return _ask(client, f"{url}/api/v1/query", asked)
    times = query.range
    asked = {
        "query": query.expression,
        "start": times.start,
        "end": times.end,
        "step": times.step,
    }
    return _ask(client, f"{url}/api/v1/query_range", asked)


def _ask(client: httpx.Client, url: str, asked: Mapping[str, str | int]) -> Cost:
    begin = time.perf_counter()
    answer = client.post(url, data={**asked, "stats": "true"})
    seconds = time.perf_counter() - begin
    if not answer.is_success:
        return Cost(seconds=seconds, refused=1)
    stats = answer.json()["data"]["stats"]["samples"]
    return Cost(samples=stats["totalQueryableSamples"], seconds=seconds)


def _cost_of_rules(url: str, now: int) -> Cost:
    """One evaluation of all of them."""
    total = Cost()
    recorded = recording_rules(scope_of(_settings(RECORDED, 1), STACK))
    with httpx.Client(timeout=700) as client:
        for group in recorded.values():
            for rule in group:
                asked: dict[str, str | int] = {"query": rule.expr, "time": now - INTERVAL}
                total.add(_ask(client, f"{url}/api/v1/query", asked))
    return total


def _table(costs: Costs, keys: Sequence[int], hours: Sequence[int]) -> Table:
    table = Table(
        title="One refresh of all panels; ≈ is computed from the power of keys that it grows by"
    )
    for column in ("dashboard", "hours", "keys"):
        table.add_column(column, no_wrap=True)
    for column in (
        *("M samples, raw", "recorded", "times fewer", "s, raw", "recorded"),
        "power of keys, raw | recorded",
    ):
        table.add_column(column, justify="right")
    for slug in dict.fromkeys(slug for slug, *_ in costs):
        for length in hours:
            exponents = {form: _exponent(costs, slug, form, length) for form in (RAW, RECORDED)}
            for count in keys:
                cells = _cells(costs, slug, length, count, exponents)
                told = _both(exponents) if count == keys[-1] else ""
                table.add_row(slug, str(length), str(count), *cells, told)
        table.add_section()
    return table


def _cells(
    costs: Costs, slug: str, hours: int, keys: int, exponents: Mapping[str, float]
) -> Iterator[str]:
    found = {
        form: _known_or_computed(costs, slug, form, hours, keys, exponents[form])
        for form in (RAW, RECORDED)
    }
    (raw, mark), (recorded, other) = found[RAW], found[RECORDED]
    yield f"{mark}{raw.samples / 1e6:,.2f}" if raw else ""
    yield f"{other}{recorded.samples / 1e6:,.2f}" if recorded else ""
    yield f"{raw.samples / recorded.samples:,.0f}" if raw and recorded and recorded.samples else ""
    yield f"{mark}{raw.seconds:,.2f}{_refused(raw)}" if raw else ""
    yield f"{other}{recorded.seconds:,.2f}{_refused(recorded)}" if recorded else ""


def _refused(cost: Cost) -> str:
    return f" ({cost.refused} refused)" if cost.refused else ""


def _known_or_computed(
    costs: Costs, slug: str, form: str, hours: int, keys: int, exponent: float
) -> tuple[Cost | None, str]:
    if cost := costs.get((slug, form, hours, keys)):
        return cost, ""
    known = [
        count for each, kind, length, count in costs if (each, kind, length) == (slug, form, hours)
    ]
    if not known or math.isnan(exponent):
        return None, ""
    largest = costs[slug, form, hours, max(known)]
    by = (keys / max(known)) ** exponent
    return replace(largest, samples=largest.samples * by, seconds=largest.seconds * by), "≈"


def _exponent(costs: Costs, slug: str, form: str, hours: int) -> float:
    """By least squares on logarithms; of the other range where this has too few points."""
    by_hours = {
        length: [
            (math.log(count), math.log(cost.samples))
            for (each, kind, long, count), cost in costs.items()
            if (each, kind, long) == (slug, form, length) and cost.samples and not cost.refused
        ]
        for length in {long for *_, long, _ in costs}
    }
    points = max((by_hours.get(hours, []), *by_hours.values()), key=len)
    if len({x for x, _ in points}) < 2:
        return math.nan
    slope, _ = statistics.linear_regression(*zip(*points, strict=True))
    return slope


def _both(exponents: Mapping[str, float]) -> str:
    return " | ".join("" if math.isnan(each) else f"{each:.2f}" for each in exponents.values())


def _rules_table(rules: Mapping[int, Cost], costs: Costs) -> Table:
    table = Table(title=f"All rules, evaluated every {INTERVAL} s whether or not anybody looks")
    for column in (
        "keys",
        "samples, once",
        "s, once",
        "s, an hour",
        "s that a refresh of Overview saves (1 h)",
        "pays off from one refresh every … minutes",
    ):
        table.add_column(column, justify="right")
    for count, cost in rules.items():
        an_hour = cost.seconds * 3600 / INTERVAL
        raw, recorded = (costs.get(("overview", form, 1, count)) for form in (RAW, RECORDED))
        saved = raw.seconds - recorded.seconds if raw and recorded else math.nan
        table.add_row(
            str(count),
            f"{cost.samples / 1e6:,.2f} M",
            f"{cost.seconds:.2f}",
            f"{an_hour:.0f}",
            f"{saved:.2f}",
            f"{60 * saved / an_hour:.1f}",
        )
    return table


if __name__ == "__main__":
    main()
