"""What dashboards and alerts cost with a month of history and recording rules: a fleet of so many keys,
models and proxies, of which the server holds as much as any query looks back.

Values are made up, since the cost does not depend on them. A refresh is of what is in view: rows that
are collapsed are asked for when somebody opens them.
"""

import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import httpx
from rich.console import Console
from rich.table import Table

from bench.litellm_data import Labels
from bench.remote_write import samples, send
from litellm_monitoring.alerts.rendering.prometheus import expression
from litellm_monitoring.alerts.rendering.rule import Audience, rules
from litellm_monitoring.infra.declaration.stack import declare, scope_of
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking.promql import parsed, seconds, selectors
from litellm_monitoring.signals.catalogue.metrics import family_of
from litellm_monitoring.signals.catalogue.recording import (
    STACK_LABEL,
    Recording,
    is_recorded,
    is_recorded_increase,
    measured,
)
from litellm_monitoring.signals.recording_rules import recording_rules
from litellm_monitoring.tools.check.evidence.panels import PanelQuery, TimeRange, queries_of
from tests.live.servers import prometheus
from tests.world.simulated.fleet import DEPLOYMENTS, GROUPS, population

MOST_SAMPLES, MOST_SECONDS = 20e6, 3.0
"""What one refresh of a dashboard may read, and how long it may take."""

SCRAPE, INTERVAL, HOUR = 15, 60, 3600
_LOOKBACK = 600
_STACK = "bench"
_FLAGS = (
    "--web.enable-remote-write-receiver",
    "--storage.tsdb.min-block-duration=3000h",
    "--storage.tsdb.max-block-duration=3000h",
    "--query.max-samples=500000000",
)


@dataclass
class Cost:
    """What queries read and how long they took, and which of them read most."""

    queries: int = 0
    samples: int = 0
    seconds: float = 0.0
    worst: tuple[int, str] = (0, "")

    def add(self, panel: str, read: int, took: float) -> None:
        """Adds a query of ``panel``."""
        self.queries += 1
        self.samples += read
        self.seconds += took
        self.worst = max(self.worst, (read, panel))

    @property
    def is_too_much(self) -> bool:
        """Whether somebody would wait for it."""
        return self.samples > MOST_SAMPLES or self.seconds > MOST_SECONDS


def cost_of_a_month(console: Console, keys: int, pods: int) -> None:
    """Prints what each dashboard and all alerts cost.

    Raises:
        click.ClickException: naming the worst panel of a dashboard that costs too much.

    """
    now = int(time.time()) // HOUR * HOUR
    moment = datetime.fromtimestamp(now).astimezone()
    settings = _settings()
    scope = scope_of(settings, _STACK)
    asked = {
        slug: list(queries_of(_in_view(json.loads(each.config_json)), moment, f"{SCRAPE}s"))
        for slug, each in declare(settings, _STACK).dashboards.items()
    }
    watched = {rule.name: expression(rule) for rule in rules(scope, {}, Audience(_STACK))}
    recorded = {
        rule.record: rule.expr
        for group in recording_rules(scope).values()
        for rule in group
        if "_bucket" not in rule.expr and "_latency" not in rule.expr
    }
    back = _looks_back(asked, {**watched, **recorded})
    with TemporaryDirectory() as scratch, prometheus(Path(scratch), "{}", *_FLAGS) as server:
        series = dict(_series(back, scope, keys, pods))
        total = sum(-(-back[name] // _every(name)) for name, _ in series)
        console.print(
            f"{keys} keys, {len(GROUPS)} models, {pods} proxies: {len(series)} series, "
            f"{total / 1e6:,.0f} M samples",
            style="dim",
        )
        send(server.url, _encoded(series, back, now))
        with httpx.Client(timeout=600, base_url=server.url) as client:
            found = {slug: _cost(client, queries) for slug, queries in asked.items()}
            others = {
                "alerts, each minute": _cost_of(client, watched, now),
                "rules, each minute, but for latency": _cost_of(client, recorded, now - INTERVAL),
            }
    console.print(_table({**found, **others}))
    slug, worst = max(found.items(), key=lambda each: each[1].samples)
    name = f"{slug}: {worst.worst[1]} reads {worst.worst[0] / 1e6:,.1f} M samples"
    if too_much := [slug for slug, cost in found.items() if cost.is_too_much]:
        raise click.ClickException(f"{', '.join(too_much)} cost too much; the worst is {name}")
    console.print(f"The worst panel is {name}.")


def _settings() -> Settings:
    return Settings.model_validate(
        {
            "prometheus": {"url": "http://prometheus:9090", "scrapeInterval": f"{SCRAPE}s"},
            "rules": {"interval": f"{INTERVAL}s"},
            "alerts": {"managedBy": "prometheus"},
        }
    )


def _in_view(model: Mapping[str, Any]) -> dict[str, Any]:
    panels = [{**panel, "panels": []} for panel in model["panels"]]
    return {**model, "panels": panels}


def _looks_back(asked: Mapping[str, list[PanelQuery]], others: Mapping[str, str]) -> dict[str, int]:
    """How many seconds before now each metric is read."""
    found: dict[str, int] = defaultdict(lambda: _LOOKBACK)
    expressions = [
        (each.expression, 0 if each.is_instant else each.range.end - each.range.start)
        for queries in asked.values()
        for each in queries
    ]
    for text, length in (*expressions, *((each, 0) for each in others.values())):
        windows = [seconds(each.split(":")[0]) for each in _WINDOW.findall(text)]
        for selector in selectors(parsed(text)):
            own = int(selector.window.total_seconds()) if selector.window else 0
            own += max(windows, default=0)
            found[selector.metric] = max(found[selector.metric], length + own + _LOOKBACK)
    return dict(found)


_WINDOW = re.compile(r"\[(\d\w*):")
"""The window of a subquery."""


def _every(name: str) -> int:
    if is_recorded_increase(name):
        return HOUR
    return INTERVAL if is_recorded(name) else SCRAPE


def _series(
    back: Mapping[str, int], scope: Scope, keys: int, pods: int
) -> Iterator[tuple[tuple[str, Labels], None]]:
    """The series of each metric, told apart by as many labels as it has."""
    recording = scope.recording
    assert recording
    kept = _labels_of_recorded(recording)
    deployments = {each.group: each for each in DEPLOYMENTS}.values()
    for key, deployment, pod in product(population(keys), deployments, range(pods)):
        known = {
            **_FEW,
            "hashed_api_key": key.hash,
            "api_key_alias": key.alias,
            "team": key.team,
            "team_alias": key.team,
            "user": key.user,
            "requested_model": deployment.group,
            "model_group": deployment.group,
            "model": deployment.model,
            "litellm_model_name": deployment.model,
            "model_id": deployment.id,
            "api_provider": deployment.provider,
            "job": "litellm",
            "instance": f"litellm-{pod}:4000",
            STACK_LABEL: _STACK,
        }
        for name in back:
            labels = kept.get(name) or {*family_of(name).labels, "job", "instance"}
            found = {label: known.get(label, "None") for label in labels}
            bounds: tuple[str, ...] = ("",)
            if measured(name).endswith("_bucket"):
                bounds = (*map(str, family_of(name).buckets), "+Inf")
            for bound in bounds:
                more = {"le": bound} if bound else {}
                yield (name, tuple(sorted({"__name__": name, **found, **more}.items()))), None


_FEW = {
    "route": "/v1/chat/completions",
    "status_code": "200",
    "exception_class": "Openai.RateLimitError",
    "exception_status": "429",
    "rate_limit_type": "requests",
}
"""Labels that have one value here."""


def _labels_of_recorded(recording: Recording) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for form in recording.forms:
        labels = {*recording.kept, *form.labels, STACK_LABEL} - {"le"}
        found[recording.name(form)] = found[recording.increase_name(form)] = labels
    return found


def _encoded(
    series: Mapping[tuple[str, Labels], None], back: Mapping[str, int], now: int
) -> Iterator[tuple[Labels, bytes]]:
    by_length: dict[tuple[int, int], bytes] = {}
    for name, labels in series:
        shape = back[name], _every(name)
        if shape not in by_length:
            moments = range(now - shape[0], now + 1, shape[1])
            values = [float(at - moments[0]) for at in moments]
            by_length[shape] = samples(values, [at * 1000 for at in moments])
        yield labels, by_length[shape]


def _cost(client: httpx.Client, queries: list[PanelQuery]) -> Cost:
    cost = Cost()
    for query in queries:
        cost.add(query.panel, *_ask(client, query.expression, query.range, query.is_instant))
    return cost


def _cost_of(client: httpx.Client, expressions: Mapping[str, str], now: int) -> Cost:
    cost = Cost()
    for name, text in expressions.items():
        cost.add(name, *_ask(client, text, TimeRange(now, now, INTERVAL), is_instant=True))
    return cost


def _ask(client: httpx.Client, text: str, times: TimeRange, is_instant: bool) -> tuple[int, float]:
    asked: dict[str, str | int] = {"query": text, "stats": "all"}
    if is_instant:
        path, asked = "/api/v1/query", {**asked, "time": times.end}
    else:
        path = "/api/v1/query_range"
        asked |= {"start": times.start, "end": times.end, "step": times.step}
    begin = time.perf_counter()
    answer = client.post(path, data=asked)
    took = time.perf_counter() - begin
    if not answer.is_success:
        raise click.ClickException(f"{text}: {answer.text}")
    return int(answer.json()["data"]["stats"]["samples"]["totalQueryableSamples"]), took


def _table(costs: Mapping[str, Cost]) -> Table:
    table = Table(title="One refresh of what is in view")
    for column in ("", "queries", "M samples", "s", "its worst panel", "M samples"):
        table.add_column(column, justify="left" if column in ("", "its worst panel") else "right")
    for name, cost in costs.items():
        read, panel = cost.worst
        table.add_row(
            name,
            str(cost.queries),
            f"{cost.samples / 1e6:,.2f}",
            f"{cost.seconds:.2f}",
            panel,
            f"{read / 1e6:,.2f}",
        )
    return table
