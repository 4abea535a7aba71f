"""What panels show of a fleet of slow keys is what LiteLLM counted, on every server, whether it is
recorded or not.

The same dashboards ask two databases. One holds the fleet as Prometheus scrapes it: most series are
short, and pods come and go. The other is all-knowing: there every series begins at 0 before anything
happened, so that plain ``increase`` misses nothing; the ledger itself says that it does not.
"""

import json
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from litellm_monitoring.dashboards import CATALOGUE as DASHBOARDS
from litellm_monitoring.dashboards import Frame, dashboard_json
from litellm_monitoring.infra.declaration.stack import scope_of
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking.promql import parsed, selectors
from litellm_monitoring.signals.catalogue.recording import is_recorded_increase, measured
from litellm_monitoring.tools.check.evidence.panels import PanelQuery, TimeRange, filled_in
from tests.live.kinds import OLDEST, SERVERS, Kind
from tests.live.servers import Prometheus
from tests.world.conftest import Servers, Value, by_labels
from tests.world.evaluated import INTERVAL, record
from tests.world.forms import sent
from tests.world.simulated.fleet import Fault, Fleet, population, replaced
from tests.world.simulated.pages import COUNTED
from tests.world.simulated.scrapes import Scraping, all_knowing, scraped

SEED = int(os.environ.get("WORLD_SEED", "1"))
STACK = "world"
SCRAPE = 15
LENGTH, RANGE = 4 * 3600, 3 * 3600
EPOCH = int(time.time()) // 3600 * 3600 - LENGTH - 3600
END = LENGTH - 300
STEP = 120

FLEET = Fleet(
    SEED,
    population(150, per_day=160, busy=2, per_second=0.02),
    replaced(3, 4 * 3600, LENGTH),
    LENGTH,
    faults=[
        Fault(-LENGTH, LENGTH, "Openai.InternalServerError", "500", 0.15, provider="openai"),
        Fault(-LENGTH, LENGTH, "Anthropic.BadRequestError", "400", 0.2, provider="anthropic"),
        Fault(-LENGTH, LENGTH, "HTTPException", "429", 0.1, by_proxy=True),
    ],
    history=3600,
)
SCRAPING = Scraping(EPOCH, SCRAPE, with_latency=False)

OF_FEW = re.compile("Client errors|Requests by outcome")
"""Panels of what happens seldom in this world."""

WITHIN = {"Prometheus": 0.02, "VictoriaMetrics": 0.05}
"""By how much of the whole what is shown may differ from what was counted."""


@dataclass(frozen=True)
class Plain:
    """Counting as if nothing were ever new: what is right where everything is known."""

    scrape_interval: int = SCRAPE

    def in_short_window(self, series: Sequence[str], window: str, proxies: str) -> str:
        return " or ".join(f"increase({each}[{window}])" for each in series)

    def in_long_window(self, series: Sequence[str], window: str, proxies: str) -> str:
        return self.in_short_window(series, window, proxies)

    def for_comparison(
        self,
        series: Sequence[str],
        wholes: Sequence[str],
        window: str,
        proxies: str,
        modifier: str = "",
    ) -> str:
        return " or ".join(f"increase({each}[{window}]{modifier})" for each in series)

    def for_ranking(self, series: Sequence[str], window: str, moment: str) -> str:
        return self.for_comparison(series, series, window, "", moment)

    def of_mean(self, series: Sequence[str], window: str) -> str:
        return self.in_short_window(series, window, "")

    def between(self, series: Sequence[str], window: str) -> str:
        return self.of_mean(series, window)

    def smoothed(self, series: Sequence[str], window: str, overlap: int, proxies: str) -> str:
        raise AssertionError("nothing is recorded where everything is known")


def scope(kind: Kind, recording: str) -> Scope:
    settings = Settings.model_validate(
        {
            "prometheus": {
                "url": "http://prometheus:9090",
                "scrapeInterval": f"{SCRAPE}s",
                "type": kind.type,
            },
            "recordingRules": recording,
            "rules": {"interval": f"{INTERVAL}s"},
        }
    )
    return scope_of(settings, STACK)


FRAME = Frame(
    uid="world",
    data_source_uid="p",
    data_source_name="p",
    tags=(),
    links=(),
    refresh="",
    time_from="now-3h",
    time_to="now",
    timezone="utc",
    editable=False,
)
VALUES = {
    **{"job": ".+", "instance": ".+", "model_group": ".*", "team": ".*", "key": ".*"},
    "interval": "5m",
}
NEEDS_A_MONTH = {"Spend this month", "Monthly forecast", "Error budget"}
OF_DAYS = {"1d", "7d"}
"""How far apart the points of graphs are that look back days, of which this world has none:
``test_days.py`` has.
"""


IS_SHARE = re.compile(r" / (on \(\) group_left \(\) )?\(")


def queries(of: Scope) -> dict[str, PanelQuery]:
    """What the dashboards ask of what is counted, by dashboard, panel and letter."""
    found = {}
    for slug in DASHBOARDS:
        panels = json.loads(dashboard_json(slug, of, FRAME))["panels"]
        for panel in [*panels, *(each for row in panels for each in row.get("panels") or ())]:
            for target in panel.get("targets") or ():
                metrics = {each.metric for each in selectors(parsed(target["expr"]))}
                if panel["title"] in NEEDS_A_MONTH or target.get("interval") in OF_DAYS:
                    continue
                # Each hour is recorded when it is over.
                if any(map(is_recorded_increase, metrics)):
                    continue
                if not {measured(each) for each in metrics}.intersection(COUNTED):
                    continue
                is_bar = target.get("interval") == "$interval"
                step = 300 if is_bar else STEP
                values = {
                    **VALUES,
                    **{"__range": f"{RANGE}s", "__range_s": f"{RANGE}"},
                    **{"__interval": f"{step}s", "__interval_ms": f"{step}000"},
                }
                found[f"{slug}/{panel['title']}/{target['refId']}"] = PanelQuery(
                    slug,
                    panel["title"],
                    target["refId"],
                    filled_in(target["expr"], values),
                    TimeRange(EPOCH + END - RANGE, EPOCH + END, step),
                    target.get("instant", False) and not target.get("range", False),
                )
    return found


IDEAL = queries(Scope(counting=Plain()))


@pytest.fixture(scope="module")
def ideal(servers: Servers) -> Prometheus:
    server = servers.start(OLDEST)
    sent(server.url, all_knowing(FLEET, SCRAPING), EPOCH)
    return server


@pytest.fixture(scope="module", params=SERVERS, ids=str)
def server(request: pytest.FixtureRequest, servers: Servers) -> tuple[Kind, Prometheus]:
    """A server that has scraped the fleet, and evaluated the rules each minute."""
    kind: Kind = request.param
    started = servers.start(kind)
    sent(started.url, scraped(FLEET, SCRAPING), EPOCH)
    record(kind, started, scope(kind, "prometheus"), EPOCH, LENGTH, COUNTED)
    return kind, started


def shown(server: Prometheus, query: PanelQuery) -> Value:
    """A number for each series: that of now, or the sum over a graph."""
    times = query.range
    if query.is_instant:
        found = server.query(query.expression, times.end)
        return by_labels(found, lambda each: float(each["value"][1]))
    found = server.query_range(query.expression, times.start + times.step, times.end, times.step)
    return by_labels(
        found, lambda each: times.step * sum(float(value) for _, value in each["values"])
    )


def ledger(*names: str) -> float:
    requests = FLEET.between(END - RANGE, END)
    measures = {
        "requests": len(requests),
        "failures": sum(each.fault is not None for each in requests),
        "spend": sum(each.dollars for each in requests),
        "tokens": sum(each.input_tokens + each.output_tokens for each in requests),
    }
    return float(sum(measures[name] for name in names))


@pytest.mark.parametrize(
    ("measure", "counter"),
    [
        ("requests", "litellm_proxy_total_requests_metric_total"),
        ("failures", "litellm_proxy_failed_requests_metric_total"),
        ("spend", "litellm_spend_metric_total"),
        ("tokens", "litellm_total_tokens_metric_total"),
    ],
)
def test_the_all_knowing_database_says_what_the_ledger_says(
    ideal: Prometheus, measure: str, counter: str
) -> None:
    (found,) = ideal.query(f"sum(increase({counter}[{RANGE}s]))", EPOCH + END)
    assert float(found["value"][1]) == pytest.approx(ledger(measure), rel=0.005)


def test_what_was_shown_before_is_far_from_it(server: tuple[Kind, Prometheus]) -> None:
    """Otherwise this world would prove nothing."""
    kind, started = server
    if kind.type == "Prometheus":
        counter = "litellm_proxy_failed_requests_metric_total"
        (found,) = started.query(f"sum(increase({counter}[{RANGE}s]))", EPOCH + END)
        assert float(found["value"][1]) < 0.4 * ledger("failures")


@pytest.mark.parametrize("recording", ["off", "prometheus"], ids=["raw", "recorded"])
def test_panels_show_what_was_counted(
    server: tuple[Kind, Prometheus], ideal: Prometheus, recording: str
) -> None:
    kind, started = server
    of = scope(kind, recording)
    wrong, compared = [], 0
    for where, query in queries(of).items():
        expected, found = shown(ideal, IDEAL[where]), shown(started, query)
        if not expected:
            assert not found, where
            continue
        compared += 1
        difference, within = _difference(expected, found, query), WITHIN[kind.type]
        if IS_SHARE.search(IDEAL[where].expression):
            # Shares of a quarter of an hour are of few requests, and their errors of either part.
            within *= 1.5
        if OF_FEW.search(query.panel):
            # Of some three hundred, what the scrapes tell is off by up to a fiftieth, as chance has it.
            within *= 1.25
        if query.panel.endswith("burn rate") and "[5m" in IDEAL[where].expression:
            # Five minutes hold some thirty requests, of which a scrape sees some later.
            within *= 10
        if query.is_instant or not expected:
            is_close = difference <= within
        else:
            # Between two samples at a window's end, one series gains what another loses.
            whole, all_ = sum(expected.values()), sum(found.values())
            is_close = difference <= 5 * within and abs(all_ - whole) <= within * abs(whole)
        if not is_close:
            wrong.append(f"{difference:.3f} {where} {expected} {found}"[:400])
    assert compared > 60
    assert wrong == [], "\n".join(wrong)


def _difference(expected: Value, found: Value, query: PanelQuery) -> float:
    """By how much of the whole they differ. A share is a whole of its own, and who is tenth may be
    a matter of one request.
    """
    is_top = "topk(" in query.expression
    labels = expected.keys() & found.keys() if is_top else expected.keys() | found.keys()
    by = sum(abs(expected.get(each, 0.0) - found.get(each, 0.0)) for each in labels)
    return by / max(sum(abs(value) for value in expected.values()), 1e-9)
