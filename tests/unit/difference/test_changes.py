"""What differs between two versions of a dashboard, in a reviewer's words."""

import json
from typing import Any

import pytest

from litellm_monitoring.tools.changes.dashboards import dashboard_changes, rule_group_changes


def panel(panel_id: int, **keys: Any) -> dict[str, Any]:
    return {"id": panel_id, "type": "timeseries", "title": f"Panel {panel_id}", **keys}


def at(x: int, y: int) -> dict[str, int]:
    return {"x": x, "y": y, "w": 12, "h": 8}


FIRST = panel(
    1,
    targets=[{"refId": "A", "expr": "up", "legendFormat": "{{job}}"}],
    fieldConfig={
        "defaults": {"unit": "s", "thresholds": {"steps": [{"color": "green", "value": None}]}}
    },
    gridPos=at(0, 1),
)
NESTED = panel(3, gridPos=at(0, 9))
OLD: dict[str, Any] = {
    "title": "T",
    "refresh": "",
    "tags": ["litellm"],
    "templating": {"list": [{"name": "job", "query": "label_values(up, job)"}]},
    "panels": [FIRST, {**panel(2), "type": "row", "panels": [NESTED]}],
}
LONG = "sum(rate(litellm_proxy_total_requests_metric_total[5m])) by (api_key_alias, team_alias)"


def changed(**keys: Any) -> dict[str, Any]:
    return {**OLD, "panels": [{**FIRST, **keys}, OLD["panels"][1]]}


CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("nothing", OLD, []),
    ("title", {**OLD, "title": "U"}, ["title: T → U"]),
    ("tags", {**OLD, "tags": ["litellm", "llm"]}, ["tags: litellm → litellm, llm"]),
    (
        "variable",
        {**OLD, "templating": {"list": [{"name": "job", "query": "label_values(job)"}]}},
        ["templating.list[job].query: label_values(up, job) → label_values(job)"],
    ),
    (
        "panel removed",
        {**OLD, "panels": [FIRST]},
        ["row “Panel 2”: removed", "panel “Panel 3”: removed"],
    ),
    ("panel added", {**OLD, "panels": [*OLD["panels"], panel(4)]}, ["panel “Panel 4”: added"]),
    ("panel title", changed(title="New"), ["panel “Panel 1”: renamed to “New”"]),
    (
        "unit",
        changed(fieldConfig={"defaults": {**FIRST["fieldConfig"]["defaults"], "unit": "ms"}}),
        ["panel “Panel 1”: unit: s → ms"],
    ),
    (
        "threshold",
        changed(
            fieldConfig={
                "defaults": {
                    "unit": "s",
                    "thresholds": {
                        "steps": [{"color": "green", "value": None}, {"color": "red", "value": 80}]
                    },
                }
            }
        ),
        [
            "panel “Panel 1”: thresholds:",
            '  - {"color": "green", "value": null}',
            '  + {"color": "green", "value": null}, {"color": "red", "value": 80}',
        ],
    ),
    (
        "query",
        changed(targets=[{"refId": "A", "expr": "down", "legendFormat": "{{job}}"}]),
        ["panel “Panel 1”: query A: up → down"],
    ),
    (
        "long query",
        changed(targets=[{"refId": "A", "expr": LONG, "legendFormat": "{{job}}"}]),
        ["panel “Panel 1”: query A:", "  - up", f"  + {LONG}"],
    ),
    (
        "query added",
        changed(targets=[*FIRST["targets"], {"refId": "B", "expr": "down"}]),
        ["panel “Panel 1”: query B: nothing → down"],
    ),
    (
        "moved",
        changed(gridPos=at(12, 1)),
        ["panel “Panel 1”: position: column 0, line 1, 12 by 8 → column 12, line 1, 12 by 8"],
    ),
]


@pytest.mark.parametrize(
    ("new", "lines"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_changes(new: dict[str, Any], lines: list[str]) -> None:
    assert [line for change in dashboard_changes(OLD, new) for line in change.lines()] == lines


def test_many_moves_are_one_change() -> None:
    old = {"panels": [panel(n, gridPos=at(0, n)) for n in range(5)]}
    new = {"panels": [panel(n, gridPos=at(0, n + 8)) for n in range(5)]}
    (change,) = dashboard_changes(old, new)
    assert change.lines() == [
        "5 panels: moved: panel “Panel 0”, panel “Panel 1”, panel “Panel 2” and 2 more"
    ]


def rule(name: str, threshold: float, expr: str = "up", **more: str) -> dict[str, object]:
    condition = {"conditions": [{"evaluator": {"type": "gt", "params": [threshold]}}]}
    models = ({"refId": "A", "expr": expr}, {"refId": "B", **condition})
    datas = [
        {"refId": model["refId"], "datasourceUid": "prometheus", "model": json.dumps(model)}
        for model in models
    ]
    return {"name": name, "datas": datas, **more}


def test_rules_differ_one_by_one() -> None:
    old = [rule("Down", 1, **{"for": "2m"}), rule("Slow", 3), rule("Gone", 1)]
    new = [rule("Down", 0.5, **{"for": "5m"}), rule("Slow", 3, "down"), rule("New", 1)]
    assert [line for change in rule_group_changes(old, new) for line in change.lines()] == [
        "rule Gone: removed",
        "rule Down: for: 2m → 5m",
        "rule Down: threshold: gt 1 → gt 0.5",
        "rule Slow: query: up → down",
        "rule New: added",
    ]
