"""Whatever a team is called, its dashboard's queries select exactly its series."""

import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.settings.models.prometheus import PrometheusSettings, PrometheusType
from litellm_monitoring.infra.settings.models.stack import Settings, TeamSettings
from tests.live.kinds import KIND
from tests.live.servers import Prometheus

START, SCRAPES, INTERVAL = 1_700_000_000, 40, 15
END = START + (SCRAPES - 1) * INTERVAL
MOMENTS = range(START, END + 1, INTERVAL)

ODD = [
    '"} or vector(1) or {a="',
    '"} or on() litellm_proxy_total_requests_metric_total{a="',
    ".*",
    ".+",
    "search|ads",
    "search",
    "Search",
    "search ",
    " search",
    "se\\arch",
    # Not "se\\\\arch" as well: newer LiteLLMs write "se\\arch" so.
    "\\",
    '"',
    "'",
    "`",
    "two\nlines",
    "\\n",
    "tab\tand\rreturn",
    "$job",
    "${job}",
    "${job:regex}",
    "[[job]]",
    "[[[job]]]",
    "$__rate_interval",
    "${__from}",
    "\\u0024job",
    "{{team_alias}}",
    "{}",
    "# comment",
    "/* comment */",
    "-- '; DROP TABLE teams",
    "日本",
    "équipe",
    "e\u0301quipe",
    "🚀👩‍👩‍👧",
    "\u202eright to left",
    "\u2028line\u2029separators",
    "\x07bell\x1bescape\x7f",
    "\ufeffmark",
    "none",
    "null",
    "NaN",
    "0",
    "a" * 300,
    "日" * 300,
    "<script>alert(1)</script>",
    "%s%n%d",
    "../../etc/passwd",
    "team_alias",
    "label_values(up, job)",
]
_chance = random.Random(4)
NASTY = "\"\\$[]{}()'`,.*+|^=~!#\n\t%&<>/ aZ0é日🚀\u2028"
RANDOM = sorted(
    alias
    for alias in {"".join(_chance.choices(NASTY, k=_chance.randrange(1, 40))) for _ in range(200)}
    if alias.strip() and alias[0] not in "\n\t\u2028"
)
ALIASES = [*ODD, *RANDOM][:100]


def samples() -> str:
    """Every team's requests, failures and latencies, each at a rate that no other team has."""
    lines = [line for number, alias in enumerate(ALIASES) for line in _team(alias, number + 1)]
    up = [f'up{{job="litellm",instance="proxy:4000"}} 1 {moment}' for moment in MOMENTS]
    return "".join(f"{line}\n" for line in [*up, *lines, "# EOF"])


def _team(alias: str, step: int) -> Iterator[str]:
    escaped = alias.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    team = f'job="litellm",instance="proxy:4000",api_key_alias="k",team_alias="{escaped}"'
    latency = "litellm_request_total_latency_metric"
    series = {
        f"litellm_proxy_total_requests_metric_total{{{team}}}": step,
        f'litellm_proxy_failed_requests_metric_total{{{team},exception_class="E",exception_status="500"}}': step,
        f"{latency}_sum{{{team}}}": step * step,
        f"{latency}_count{{{team}}}": step,
        f'{latency}_bucket{{{team},le="{step}"}}': step,
        f'{latency}_bucket{{{team},le="+Inf"}}': step,
    }
    for name, increment in series.items():
        for scrape, moment in enumerate(MOMENTS):
            yield f"{name} {increment * scrape} {moment}"


CHOSEN = {
    **dict.fromkeys(("job", "instance"), ".+"),
    **dict.fromkeys(("model_group", "key"), ".*"),
    "datasource": "x",
    "__interval": "2m",
    "__interval_ms": "120000",
    "__range": "5m",
    "__range_s": "300",
    "__from": "0",
}
# As Grafana finds variables in a query: $name, [[name]], [[name:format]], ${name}, ${name:format}.
VARIABLE = re.compile(r"\$(\w+)|\[\[(\w+?)(?::\w+)?\]\]|\$\{(\w+)[^}]*\}")


def as_grafana_sends(expression: str) -> str:
    def value(found: re.Match[str]) -> str:
        return CHOSEN.get(next(filter(None, found.groups())), found[0])

    return VARIABLE.sub(value, expression)


def queries(alias: str, slug: str) -> dict[str, str]:
    """The queries of one of the team's dashboards by panel and ref id."""
    settings = Settings(
        prometheus=PrometheusSettings(type=PrometheusType(KIND.type), url="http://p"),
        team=TeamSettings(alias=alias),
    )
    model: dict[str, Any] = json.loads(declare(settings, "t").dashboards[slug].config_json)
    return {
        f"{panel['title']} {target['refId']}": as_grafana_sends(target["expr"])
        for panel in model["panels"]
        for target in panel.get("targets", [])
    }


Shown = dict[str, list[tuple[dict[str, str], Any]]]


def shown(prometheus: Prometheus, alias: str, slug: str) -> Shown:
    return {
        key: [
            (one["metric"], float(one["values"][-1][1]))
            for one in prometheus.query_range(expression, END, END, INTERVAL)
        ]
        for key, expression in queries(alias, slug).items()
    }


@pytest.fixture(scope="module")
def prometheus(prometheus_with: Callable[[str], Prometheus]) -> Prometheus:
    return prometheus_with(samples())


@pytest.mark.parametrize("number", range(len(ALIASES)))
def test_a_teams_queries_select_its_series_alone(prometheus: Prometheus, number: int) -> None:
    alias, step = ALIASES[number], number + 1
    rate = pytest.approx(step / INTERVAL)
    assert shown(prometheus, alias, "prod-v2") == {
        "Proxy - Requests per second (success + failure) A": [({}, rate)],
        "Proxy Failure Responses / Second By Exception Class A": [({"exception_class": "E"}, rate)],
        "Proxy - Average & Median Response Latency (seconds) A": [({}, pytest.approx(step))],
        "Proxy - Average & Median Response Latency (seconds) B": [({}, pytest.approx(step / 2))],
        "Requests per second by Key Alias A": [({"api_key_alias": "k"}, rate)],
        "Requests per second by Team Alias A": [({"team_alias": alias}, rate)],
    }


@pytest.mark.parametrize("number", range(0, len(ALIASES), 10))
def test_its_whole_picture_is_of_it_alone(prometheus: Prometheus, number: int) -> None:
    alias, step = ALIASES[number], number + 1
    rate = pytest.approx(step / INTERVAL)
    found = shown(prometheus, alias, "team-overview")
    assert found["Request rate A"] == [({}, rate)]
    in_range = pytest.approx(300 * step / INTERVAL)
    assert found["Requests by key A"] == [({"api_key_alias": "k"}, in_range)]
    assert found["Proxy and upstream errors by exception A"] == [({"exception_class": "E"}, rate)]
    assert found["Success ratio A"] == [({}, 0)]
    assert found["Latency, p95 A"] == [({}, pytest.approx(0.95 * step))]
    others = set(ALIASES) - {alias}
    assert {value for rows in found.values() for row, _ in rows for value in row.values()} & (
        others
    ) == set()


def test_there_are_a_hundred_of_them() -> None:
    assert len(set(ALIASES)) == 100
