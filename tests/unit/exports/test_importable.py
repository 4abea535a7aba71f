"""JSON for *Import*, put together again as Grafana's import does."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.exports.stacks import STACKS, export

VARIABLE = re.compile(r"\$\{.+?\}")
DATA_SOURCES = {
    case: exported.declaration.platform.data_source_uid for case, exported in STACKS.items()
}


def files(case: str) -> dict[str, Any]:
    return {model["uid"]: model for model in map(json.loads, export("import", case).files.values())}


def imported(model: dict[str, Any], uid: str) -> Any:
    """What is saved: pkg/services/dashboardimport of Grafana 12.3."""
    values = {
        f"${{{each['name']}}}": uid for each in model["__inputs"] if each["type"] == "datasource"
    }

    def evaluated(value: Any) -> Any:
        match value:
            case str():
                return VARIABLE.sub(lambda found: values.get(found[0], found[0]), value)
            case dict():
                return {key: evaluated(each) for key, each in value.items() if key != "__inputs"}
            case list():
                return [evaluated(each) for each in value]
            case _:
                return value

    saved = evaluated(model)
    for key in ("__elements", "__requires"):
        del saved[key]
    return saved


@pytest.mark.parametrize("case", STACKS)
def test_the_stacks_own_data_source_gives_what_is_deployed(case: str) -> None:
    found = {uid: imported(model, DATA_SOURCES[case]) for uid, model in files(case).items()}
    declared = STACKS[case].declaration.dashboards.values()
    assert found == {each.uid: json.loads(each.config_json) for each in declared}


@pytest.mark.parametrize("case", STACKS)
def test_another_data_source_is_asked_everywhere(case: str) -> None:
    for model in files(case).values():
        saved = imported(model, "elsewhere")
        chosen = [v for v in saved["templating"]["list"] if v["type"] == "datasource"]
        assert [each["current"]["value"] for each in chosen] == ["elsewhere"] * len(
            model["__inputs"]
        )
        assert len(chosen) == (not saved["uid"].endswith("-runbooks"))
        assert set(data_sources(saved)) <= {"${datasource}", "-- Grafana --", "-- Dashboard --"}


def data_sources(value: Any) -> Iterator[str]:
    match value:
        case dict():
            if isinstance(source := value.get("datasource"), dict) and "uid" in source:
                yield source["uid"]
            for each in value.values():
                yield from data_sources(each)
        case list():
            for each in value:
                yield from data_sources(each)


def test_what_is_asked_and_required() -> None:
    model = files("plain")["litellm-prod-prod-v2"]
    assert model["__inputs"] == [
        {
            "name": "DS_PROMETHEUS",
            "label": "LiteLLM Prometheus (prod)",
            "description": "The Prometheus that scrapes LiteLLM",
            "type": "datasource",
            "pluginId": "prometheus",
            "pluginName": "Prometheus",
        }
    ]
    assert [(each["type"], each["id"]) for each in model["__requires"]] == [
        ("grafana", "grafana"),
        ("datasource", "prometheus"),
        ("panel", "timeseries"),
    ]


@pytest.mark.parametrize("case", STACKS)
def test_every_kind_of_panel_is_required(case: str) -> None:
    for model in files(case).values():
        kinds = {
            each["type"]
            for panel in model["panels"]
            for each in (panel, *(panel.get("panels") or []))
        }
        required = {each["id"] for each in model["__requires"] if each["type"] == "panel"}
        assert required == kinds - {"row"}


def test_what_it_cannot_hold_is_said() -> None:
    remarks = export("import", "alerts in Prometheus").remarks
    assert remarks == (
        "left out: the folder LiteLLM (prod), which JSON for Import cannot hold",
        "left out: the data source LiteLLM Prometheus (prod), which JSON for Import cannot hold",
        "left out: the rules that Prometheus evaluates, which JSON for Import cannot hold; render "
        "--format provisioning writes them",
    )
