"""Dashboards for *Import*, in the form that Grafana's *Export for sharing externally* has
(https://grafana.com/docs/grafana/latest/dashboards/share-dashboards-panels/): the data source is an
input, which Grafana asks for and puts in place of ``${DS_PROMETHEUS}``.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from litellm_monitoring.exports.export import Export, Stack, left_out

_INPUT = "DS_PROMETHEUS"
_OLDEST_GRAFANA = "11.0.0"

_PANELS = {
    "barchart": "Bar chart",
    "bargauge": "Bar gauge",
    "gauge": "Gauge",
    "heatmap": "Heatmap",
    "histogram": "Histogram",
    "piechart": "Pie chart",
    "stat": "Stat",
    "state-timeline": "State timeline",
    "status-history": "Status history",
    "table": "Table",
    "text": "Text",
    "timeseries": "Time series",
}
"""What Grafana calls its plugins of panels."""

_PLUGINS = {
    "prometheus": "Prometheus",
    "grafana-amazonprometheus-datasource": "Amazon Managed Service for Prometheus",
    "grafana-azureprometheus-datasource": "Azure Monitor Managed Service for Prometheus",
}


def importable(stack: Stack) -> Export:
    """The dashboards of ``stack``, a file each."""
    declaration = stack.declaration
    source = declaration.data_source
    uid = declaration.platform.data_source_uid
    asked = {
        "name": _INPUT,
        "label": source.name if source else "Prometheus",
        "description": "The Prometheus that scrapes LiteLLM",
        "type": "datasource",
        "pluginId": source.type if source else "prometheus",
        "pluginName": _PLUGINS[source.type if source else "prometheus"],
    }
    files = {}
    for dashboard in declaration.dashboards.values():
        model = json.loads(dashboard.config_json)
        asking = _asking(model, uid)
        # That of the runbooks asks no data source.
        inputs = [asked] if asking != model else []
        content = {
            "__inputs": inputs,
            "__elements": {},
            "__requires": _requires(model, [each["pluginId"] for each in inputs]),
            **asking,
        }
        text = json.dumps(content, indent=2, ensure_ascii=False)
        files[f"{stack.uid}/{dashboard.uid}.json"] = f"{text}\n"
    return Export(files, tuple(left_out(stack, "JSON for Import", ())))


def _asking(value: Any, uid: str) -> Any:
    """``value`` with the input in place of each reference to the data source ``uid``."""
    match value:
        case {"type": "datasource", "current": {"value": str(chosen)} as current} if chosen == uid:
            return {**value, "current": {**current, "value": f"${{{_INPUT}}}"}}
        case {"datasource": {"uid": str(asked)} as source} if asked == uid:
            rest = {key: _asking(each, uid) for key, each in value.items()}
            return {**rest, "datasource": {**source, "uid": f"${{{_INPUT}}}"}}
        case dict():
            return {key: _asking(each, uid) for key, each in value.items()}
        case list():
            return [_asking(each, uid) for each in value]
        case _:
            return value


def _requires(model: dict[str, Any], plugins: Sequence[str]) -> list[dict[str, str]]:
    found = [
        {
            "type": "grafana",
            "id": "grafana",
            "name": "Grafana",
            "version": _OLDEST_GRAFANA,
        },
        *(
            {"type": "datasource", "id": plugin, "name": _PLUGINS[plugin], "version": "1.0.0"}
            for plugin in plugins
        ),
        *(
            {"type": "panel", "id": kind, "name": _PANELS[kind], "version": ""}
            for kind in set(_kinds(model["panels"]))
        ),
    ]
    return sorted(found, key=lambda each: each["id"])


def _kinds(panels: list[dict[str, Any]]) -> Iterator[str]:
    for panel in panels:
        if panel["type"] != "row":
            yield panel["type"]
        yield from _kinds(panel.get("panels") or [])
