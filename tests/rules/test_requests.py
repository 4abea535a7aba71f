"""Links from alerts to requests, as Prometheus fills in their templates."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from litellm_monitoring.alerts.rendering.requests import in_message, of_grafana, of_prometheus
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking.choices import TEAM
from litellm_monitoring.signals.serving.requests import Place, Requests, with_names
from litellm_monitoring.signals.serving.targets import only_value
from litellm_monitoring.tools.check.evidence.panels import filled_in
from tests.rules.test_alert_rules import promtool

LINK = Requests(
    "Requests",
    "https://requests.example.com/{}/?team=${team}&key=${key}&model=${model}"
    "&from=${from}&to=${to}&s=${from:seconds}&iso=${from:iso}-${to:iso}&$x[[y]]{{ z }}",
)
TWO_HOURS = 7200

LABELS = [
    {"team_alias": "search"},
    {"team_alias": "R&D + a/b=c#d?e%20 ü 😀", "api_key_alias": "k+1", "requested_model": "gpt/4:x"},
    {"team_alias": 'say "hi" \\ {{ .Value }} $x', "model_group": "m"},
    {"team_alias": "None", "api_key_alias": "None", "requested_model": "None"},
    {"team_alias": "Nonesuch", "requested_model": "other"},
    {"requested_model": "others"},
    {},
]


def told(tmp_path: Path, template: str, labels: dict[str, str]) -> str:
    """What an annotation says of an alert that fires two hours after 1970 began."""
    series = ", ".join(
        f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in labels.items()
    )
    rule = {"alert": "A", "expr": "x > 0", "annotations": {"told": template}}
    test = {
        "interval": "1m",
        "input_series": [{"series": f"x{{{series}}}", "values": "1x200"}],
        "alert_rule_test": [{"eval_time": "2h", "alertname": "A", "exp_alerts": []}],
    }
    said = promtool(tmp_path, [{"name": "a", "rules": [rule]}], test)
    found = re.search(r'Annotations:{told=(".*")}', said)
    assert found, said
    return str(json.loads(found[1]))


@pytest.mark.parametrize("labels", LABELS, ids=[str(n) for n in range(len(LABELS))])
def test_an_alert_leads_to_its_own_requests(tmp_path: Path, labels: dict[str, str]) -> None:
    url = told(tmp_path, of_prometheus([LINK], None)["requests_url"], labels)
    assert urlsplit(url).path == "/%7B%7D/"
    model = labels.get("requested_model", labels.get("model_group", ""))
    assert asked(url) == {
        "team": labels.get("team_alias", "").removesuffix("None"),
        "key": labels.get("api_key_alias", "").removesuffix("None"),
        "model": "" if model in ("None", "other") else model,
        "from": str(1000 * (TWO_HOURS - 3600)),
        "to": str(1000 * TWO_HOURS),
        "s": str(TWO_HOURS - 3600),
        "iso": "1970-01-01T01:00:00Z-1970-01-01T02:00:00Z",
        "$x[[y]]{{ z }}": "",
    }


def test_grafana_s_annotation_has_the_same_without_times(tmp_path: Path) -> None:
    url = told(tmp_path, of_grafana([LINK], None)["requests_url"], LABELS[1])
    assert asked(url) == {
        "team": LABELS[1]["team_alias"],
        "key": LABELS[1]["api_key_alias"],
        "model": LABELS[1]["requested_model"],
        "$x[[y]]{{ z }}": "",
    }


@pytest.mark.parametrize(("status", "to"), [("firing", TWO_HOURS + 3600), ("resolved", TWO_HOURS)])
def test_a_notification_has_the_time_around_it(tmp_path: Path, status: str, to: int) -> None:
    """Grafana's templates of notifications are Go's too, and have moments where Prometheus' have none:
    that of the evaluation stands for them.
    """
    template = in_message([LINK], "R&D")
    for name, stands_for in (
        ("StartsAt", '(query "time()" | first | value | toTime)'),
        ("EndsAt", '(query "time()" | first | value | toTime)'),
        ("Status", json.dumps(status)),
        ("Annotations.requests_url", "true"),
    ):
        assert f".{name}" in template
        template = template.replace(f".{name}", stands_for)
    title, _, url = told(tmp_path, template, LABELS[1]).strip().partition(": ")
    assert title == "Requests"
    assert asked(url) == {
        "team": "R&D",
        "key": LABELS[1]["api_key_alias"],
        "model": LABELS[1]["requested_model"],
        "from": str(1000 * (TWO_HOURS - 3600)),
        "to": str(1000 * to),
        "s": str(TWO_HOURS - 3600),
        "iso": f"1970-01-01T01:00:00Z-1970-01-01T{to // 3600:02}:00:00Z",
        "$x[[y]]{{ z }}": "",
    }


def test_rows_know_their_own_names(tmp_path: Path) -> None:
    labels = {Place.TEAM: "team_alias", Place.MODEL: "requested_model"}
    expression = with_names("sum by (team_alias, requested_model) (x)", labels)
    rows = {
        'team_alias="search", requested_model="gpt"': 'requests_team="search", requests_model="gpt"',
        'team_alias="Nonesuch", requested_model="others"': (
            'requests_team="Nonesuch", requests_model="others"'
        ),
        'team_alias="None", requested_model="other"': "",
        'requested_model="None"': "",
        'team_alias="a\\\\b \\"c\\""': 'requests_team="a\\\\b \\"c\\""',
    }
    expected = [
        {"labels": f"{{{', '.join(filter(None, each))}}}", "value": 1} for each in rows.items()
    ]
    assert promql(tmp_path, rows, expression, expected) == ""


@pytest.mark.parametrize(
    ("chosen", "found"),
    [(".*", []), ("search", ["search"]), ("search|ads", []), ("None", ["None"]), ("gone", [])],
)
def test_a_choice_of_one_is_looked_up(tmp_path: Path, chosen: str, found: list[str]) -> None:
    query = only_value(Scope(), TEAM).removeprefix("query_result(").removesuffix(")")
    values = {"job": ".+", "instance": ".+", "team": chosen}
    rows = {
        f'team_alias="{team}", team="{n}", job="a", instance="b"': ""
        for team in ("search", "ads", "None")
        for n in range(2)
    }
    expected = [{"labels": f'{{team_alias="{team}"}}', "value": 1} for team in found]
    metric = "litellm_remaining_team_budget_metric"
    assert promql(tmp_path, rows, filled_in(query, values), expected, metric) == ""


def promql(
    tmp_path: Path,
    rows: Iterable[str],
    expression: str,
    expected: list[dict[str, Any]],
    metric: str = "x",
) -> str:
    """What promtool has against what ``expression`` says of series with the labels ``rows``."""
    test = {
        "interval": "1m",
        "input_series": [{"series": f"{metric}{{{row}}}", "values": "1x10"} for row in rows],
        "promql_expr_test": [{"expr": expression, "eval_time": "5m", "exp_samples": expected}],
    }
    return promtool(tmp_path, [], test)


def asked(url: str) -> dict[str, str]:
    """What an address asks for."""
    query = parse_qs(urlsplit(url).query, keep_blank_values=True)
    return {name: value for name, (value,) in query.items()}
