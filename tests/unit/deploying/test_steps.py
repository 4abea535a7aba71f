"""What a step of the engine's is said to change; its forms are those of the real provider."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.automation import StepEventMetadata

from litellm_monitoring.tools.changes.properties import holds_a_secret, plain
from litellm_monitoring.tools.changes.steps import step_changes

SEALED = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "ciphertext": "[secret]",
}


def lines(
    old: dict[str, Any],
    new: dict[str, Any],
    *paths: str,
    inputs: dict[str, Any] | None = None,
    detailed: bool = True,
    kind: str = "update",
    refreshed: bool = False,
) -> list[str]:
    """What is said of a step from what Grafana has, ``old``, to what is declared, ``new``; the old
    ``inputs`` are to be left aside. Without ``detailed`` only the properties' names are known.
    """
    step = StepEventMetadata.from_json(
        {
            "op": "update",
            "old": {"inputs": inputs or {}, "outputs": old},
            "new": {"outputs": new} if refreshed else {"inputs": new},
            "diffs": [path.partition("[")[0].partition(".")[0] for path in paths],
            "detailedDiff": {path: {"diffKind": kind} for path in paths} if detailed else None,
        }
    )
    return [line for change in step_changes(step) for line in change.lines()]


def panel(title: str, y: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "timeseries",
        "title": title,
        "gridPos": {"h": 8, "w": 12, "x": 0, "y": y},
    } | more


def asks(expr: str) -> dict[str, Any]:
    return {"targets": [{"refId": "A", "expr": expr}]}


def config(*panels: dict[str, Any], **more: Any) -> dict[str, str]:
    return {"configJson": json.dumps({"uid": "d", "title": "D", "panels": panels, **more})}


DECLARED = (
    panel("Requests", 0, id=1, **asks("requests")),
    panel("Errors", 8, id=2, **asks("errors")),
    panel("Latency", 16, id=3, **asks("latency")),
)


@pytest.mark.parametrize(
    ("in_grafana", "said"),
    [
        pytest.param(DECLARED, ["configJson: the same in another form"], id="nothing"),
        pytest.param(
            (panel("By hand", 0, **asks("requests")), *DECLARED[1:]),
            ["panel “By hand”: renamed to “Requests”"],
            id="renamed",
        ),
        pytest.param(
            (panel("By hand", 0, **asks("up")), *DECLARED[1:]),
            ["panel “By hand”: renamed to “Requests”", "panel “Requests”: query A: up → requests"],
            id="renamed, and asks for something else in its place",
        ),
        pytest.param(
            (DECLARED[0], panel("Errors", 8, **asks("5xx")), DECLARED[2]),
            ["panel “Errors”: query A: 5xx → errors"],
            id="query",
        ),
        pytest.param(DECLARED[:2], ["panel “Latency”: added"], id="removed"),
        pytest.param((*DECLARED, panel("Mine", 24)), ["panel “Mine”: removed"], id="added"),
    ],
)
def test_a_dashboard(in_grafana: tuple[dict[str, Any], ...], said: list[str]) -> None:
    read = [{key: value for key, value in each.items() if key != "id"} for each in in_grafana]
    assert lines(config(*read), config(*DECLARED), "configJson") == said


def test_a_dashboard_that_is_kept_as_a_checksum() -> None:
    assert lines({"configJson": "9f86d08"}, config(), "configJson") == ["configJson: changed"]


def rule(name: str, **more: Any) -> dict[str, Any]:
    models = (
        {"expr": f"metric:{name}", "refId": "A"},
        {"conditions": [{"evaluator": {"params": [1], "type": "gt"}}], "type": "threshold"},
    )
    datas = [
        {"refId": ref, "datasourceUid": "prometheus", "model": json.dumps(model)}
        for ref, model in zip("AB", models, strict=True)
    ]
    return {
        "name": name,
        "uid": f"uid-{name}",
        "datas": datas,
        "for": "5m",
        "isPaused": False,
    } | more


def read(declared: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A rule in the form that the provider reads it in."""
    return {
        **declared,
        "for": "5m0s",
        "missingSeriesEvalsToResolve": 0,
        "record": None,
        "datas": [
            {**data, "queryType": "", "model": json.dumps(json.loads(data["model"]), indent=1)}
            for data in declared["datas"]
        ],
    } | more


DOWN, SLOW = rule("Down"), rule("Slow")


@pytest.mark.parametrize(
    ("in_grafana", "said"),
    [
        pytest.param(
            [read(DOWN, **{"for": "30m0s"}), read(SLOW)], ["rule Down: for: 30m → 5m"], id="for"
        ),
        pytest.param(
            [read(SLOW), read(DOWN, isPaused=True)],
            ["rule Down: isPaused: true → false"],
            id="changed, which moves it in the group",
        ),
        pytest.param([read(SLOW), read(DOWN)], ["rules: evaluated in another order"], id="order"),
        pytest.param([read(DOWN)], ["rule Slow: added"], id="deleted"),
        pytest.param(
            [read(DOWN), read(SLOW), read(rule("Mine"))], ["rule Mine: removed"], id="added"
        ),
        pytest.param(
            [read(DOWN, name="Gone"), read(SLOW)], ["rule Gone: renamed to Down"], id="renamed"
        ),
        pytest.param(
            [read(DOWN, labels={"team": "llm"}), read(SLOW)],
            ["rule Down: labels.team: llm → nothing"],
            id="label",
        ),
    ],
)
def test_rules(in_grafana: list[dict[str, Any]], said: list[str]) -> None:
    declared = [{**each, "__defaults": [], "for": "5m"} for each in (DOWN, SLOW)]
    # The bridge mixes the rules of a group, which are known by their places.
    mixed = {"rules": [{**DOWN, "name": "Slow"}, {**SLOW, "name": "Down"}]}
    assert lines({"rules": in_grafana}, {"rules": declared}, "rules[0].for", inputs=mixed) == said


def test_a_group_that_was_saved_in_grafanas_editor_is_the_same() -> None:
    added = {
        "intervalMs": 1000,
        "maxDataPoints": 43200,
        "legendFormat": "__auto",
        "expr": "metric:Down",
    }
    saved = [{**DOWN["datas"][0], "model": json.dumps(added)}, DOWN["datas"][1]]
    assert lines(
        {"rules": [read({**DOWN, "datas": saved})]}, {"rules": [DOWN]}, "rules[0].datas"
    ) == ["rules: the same in another form"]


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        (
            {"webhooks": SEALED},
            {"webhooks": [{"url": "https://hooks.example.com", "settings": SEALED}]},
            "webhooks",
            ["webhooks: changed; not shown, since it is sealed as a secret"],
        ),
        (
            {"webhooks": [{"url": "https://other.example.com", "settings": SEALED}]},
            {"webhooks": [{"url": "https://hooks.example.com", "settings": SEALED}]},
            "webhooks[0].url",
            [
                "webhooks:",
                '  - {"settings": "[secret]", "url": "https://other.example.com"}',
                '  + {"settings": "[secret]", "url": "https://hooks.example.com"}',
            ],
        ),
        (
            {"slacks": [{"recipient": "#mine", "url": SEALED}]},
            {},
            "slacks",
            ["slacks: removed"],
        ),
        (
            {"httpHeaders": SEALED},
            {"httpHeaders": SEALED},
            'httpHeaders["X-Key"]',
            ['httpHeaders["X-Key"]: changed; not shown, since it is sealed as a secret'],
        ),
        (
            {"webhooks": [{"settings": SEALED}]},
            {"webhooks": [{"settings": SEALED, "__defaults": ["settings"]}]},
            "webhooks[0].settings",
            ["webhooks: secret, perhaps changed"],
        ),
    ],
)
def test_what_is_sealed_stays_so(
    old: dict[str, Any], new: dict[str, Any], path: str, said: list[str]
) -> None:
    assert lines(old, new, path) == said


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        (
            {"jsonDataEncoded": '{"timeInterval":"30s","httpMethod":"POST"}'},
            {"jsonDataEncoded": '{"httpMethod":"POST","timeInterval":"15s"}'},
            "jsonDataEncoded",
            ["timeInterval: 30s → 15s"],
        ),
        (
            {"url": "http://b", "isDefault": True},
            {"url": "http://a", "isDefault": False},
            "url",
            ["url: http://b → http://a"],
        ),
        (
            {"parentFolderUid": "by-hand"},
            {},
            "parentFolderUid",
            ["parentFolderUid: by-hand → nothing"],
        ),
        (
            {
                "intervals": [
                    {"times": [{"start": "21:00", "end": "24:00"}], "months": [], "location": "UTC"}
                ]
            },
            {"intervals": [{"times": [{"start": "22:00", "end": "24:00"}], "location": "UTC"}]},
            "intervals[0].times[0].start",
            ["interval 1.times: 21:00 to 24:00 → 22:00 to 24:00"],
        ),
    ],
)
def test_other_properties(
    old: dict[str, Any], new: dict[str, Any], path: str, said: list[str]
) -> None:
    assert lines(old, new, path) == said
    assert lines(old, new, path, refreshed=True) == said


def test_permissions_and_templates_of_which_no_details_are_known() -> None:
    in_grafana = {
        "permissions": [
            {"permission": "View", "userId": "1"},
            {"permission": "Edit", "role": "Viewer"},
            {"permission": "View", "teamId": "1:7"},
        ],
        "template": "first\nsecond\nby hand",
    }
    declared = {
        "permissions": [
            {"permission": "View", "role": "Viewer"},
            {"permission": "View", "teamId": "7"},
        ],
        "template": "first\nsecond",
    }
    assert lines(in_grafana, declared, "permissions", "template", detailed=False) == [
        "role Viewer: Edit → View",
        "user 1: View → nothing",
        "template:",
        "  - by hand",
    ]


_SCALARS = st.none() | st.booleans() | st.integers() | st.text()
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10
)


@given(_VALUES, st.lists(st.sampled_from(["list", "map"])))
def test_a_sealed_value_is_found_wherever_it_is_and_never_opened(
    beside: Any, nesting: list[str]
) -> None:
    value: Any = {**SEALED, "ciphertext": "hunter2"}
    for kind in nesting:
        value = [beside, value] if kind == "list" else {"beside": beside, "value": value}
    found = plain(value)
    assert holds_a_secret(found)
    assert "hunter2" not in json.dumps(found)


@pytest.mark.parametrize(
    ("written", "shortest"),
    [
        ("5m0s", "5m"),
        ("90s", "1m30s"),
        ("1h0m0s", "1h"),
        ("1d", "24h"),
        ("0s", "0s"),
        ("soon", "soon"),
        (300, 300),
    ],
)
def test_durations_of_the_same_length_are_the_same(written: Any, shortest: Any) -> None:
    assert plain({"for": written}) == {"for": shortest}
    assert plain({"title": written}) == {"title": written}
