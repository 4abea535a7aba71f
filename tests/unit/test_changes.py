"""What changed in a dashboard, in words."""

from typing import Any

import pytest

from tools.changes import dashboard_changes


def panel(panel_id: int, **keys: Any) -> dict[str, Any]:
    return {"id": panel_id, "title": f"Panel {panel_id}", **keys}


OLD = {
    "title": "T",
    "refresh": "",
    "panels": [
        panel(1, targets=[{"expr": "a"}], fieldConfig={"defaults": {"unit": "s"}}),
        panel(2, panels=[panel(3, gridPos={"x": 0})]),
    ],
}


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        (OLD, []),
        ({**OLD, "title": "U"}, ["title: T → U"]),
        ({**OLD, "refresh": "30s"}, ["refresh:  → 30s"]),
        (
            {**OLD, "panels": OLD["panels"][:1]},
            ["panel “Panel 2” removed", "panel “Panel 3” removed"],
        ),
        ({**OLD, "panels": [*OLD["panels"], panel(4)]}, ["panel “Panel 4” added"]),
        (
            {
                **OLD,
                "panels": [
                    panel(1, targets=[{"expr": "b"}], fieldConfig={"defaults": {}}),
                    OLD["panels"][1],
                ],
            },
            [
                "panel “Panel 1”: fieldConfig.defaults.unit: s → nothing",
                "panel “Panel 1”: targets[0].expr: a → b",
            ],
        ),
        (
            {**OLD, "panels": [OLD["panels"][0], panel(2, panels=[panel(3, gridPos={"x": 12})])]},
            ["panel “Panel 3”: gridPos.x: 0 → 12"],
        ),
    ],
)
def test_changes(new: dict[str, Any], lines: list[str]) -> None:
    assert list(dashboard_changes(OLD, new)) == lines
