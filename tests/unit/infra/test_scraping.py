"""What scrapes LiteLLM: settings, and what is rendered from them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from litellm_monitoring.infra.declaration.scraping import (
    alloy,
    pod_monitor,
    scrape_configs,
    scraping_of,
    service_monitor,
)
from litellm_monitoring.infra.settings.loading.stack import SettingsError, load_settings
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.tools.project import PROJECT
from litellm_monitoring.tools.rendering import render_to
from tests.project_copy import copy_project, set_settings

SCHEMAS = json.loads((Path(__file__).with_name("operator_crds.json")).read_text("utf-8"))
ADDRESSES: dict[str, Any] = {"targets": ["litellm.example.com", "10.0.0.1:4001", "[::1]"]}
FOUND: dict[str, Any] = {"kubernetes": {}}
KEYS: dict[str, Any] = {
    "keyFile": "/etc/prometheus/litellm-key",
    "keySecret": {"name": "litellm-masterkey", "key": "masterkey"},
}


def settings(scrape: Any, selector: str = "", **prometheus: str) -> Settings:
    values = {
        "prometheus": {"url": "http://p:9090", **prometheus},
        "selector": selector,
        "litellm": {"scrape": scrape},
    }
    return Settings.model_validate(values)


def scraping(scrape: Any, selector: str = "", **prometheus: str) -> Any:
    return scraping_of(settings(scrape, selector, **prometheus))


def job(scrape: Any, selector: str = "", **prometheus: str) -> Any:
    (found,) = scrape_configs(scraping(scrape, selector, **prometheus))["scrape_configs"]
    return found


def monitors(scrape: Any, selector: str = "", **prometheus: str) -> list[Any]:
    found = scraping(scrape, selector, **prometheus)
    place = ("litellm-dev", "monitoring", {"release": "prometheus"}, found)
    return [service_monitor(*place), pod_monitor(*place)]


def test_a_job_for_addresses() -> None:
    assert job({**ADDRESSES, **KEYS, **FOUND}, 'namespace="llm-prod", cluster="eu"') == {
        "job_name": "litellm",
        "metrics_path": "/metrics/",
        "scheme": "http",
        "scrape_interval": "15s",
        "scrape_timeout": "15s",
        "authorization": {"type": "Bearer", "credentials_file": "/etc/prometheus/litellm-key"},
        "static_configs": [
            {
                "targets": ["litellm.example.com:4000", "10.0.0.1:4001", "[::1]:4000"],
                "labels": {"namespace": "llm-prod", "cluster": "eu"},
            }
        ],
    }


def test_a_job_that_is_told_nothing_more() -> None:
    found = job({"targets": ["a"], "port": 9091, "https": True}, 'job="gateway"')
    assert found["job_name"] == "gateway"
    assert found["scheme"] == "https"
    assert found["static_configs"] == [{"targets": ["a:9091"]}]
    assert "authorization" not in found


def test_a_job_that_looks_for_pods() -> None:
    found = job(FOUND, 'namespace="llm-prod", cluster="eu$1"')
    assert found["kubernetes_sd_configs"] == [
        {"role": "pod", "namespaces": {"names": ["llm-prod"]}}
    ]
    assert found["relabel_configs"] == [
        {
            "action": "keep",
            "source_labels": ["__meta_kubernetes_pod_label_app_kubernetes_io_name"],
            "regex": "litellm",
        },
        {
            "action": "keep",
            "source_labels": ["__meta_kubernetes_pod_container_port_name"],
            "regex": "http",
        },
        {"source_labels": ["__meta_kubernetes_namespace"], "target_label": "namespace"},
        {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},
        {"target_label": "namespace", "replacement": "llm-prod"},
        {"target_label": "cluster", "replacement": "eu$$1"},
    ]


@pytest.mark.parametrize(("interval", "timeout"), [("15s", "15s"), ("5s", "5s"), ("2m", "30s")])
def test_no_timeout_is_longer_than_the_interval(interval: str, timeout: str) -> None:
    assert job(ADDRESSES, scrapeInterval=interval)["scrape_timeout"] == timeout
    service, pod = monitors(FOUND, scrapeInterval=interval)
    assert service["spec"]["endpoints"][0]["scrapeTimeout"] == timeout
    assert pod["spec"]["podMetricsEndpoints"][0]["scrapeTimeout"] == timeout
    component = alloy("a", scraping(ADDRESSES, scrapeInterval=interval))
    assert f'    scrape_timeout  = "{timeout}"\n' in component


def test_the_operators_resources() -> None:
    kubernetes = {"namespace": "gateway", "labels": {"app": "llm"}, "portName": "metrics"}
    scrape = {"kubernetes": kubernetes, **KEYS}
    service, pod = monitors(scrape, 'job="litellm", cluster="eu"')
    assert service == {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {
            "name": "litellm-dev",
            "namespace": "monitoring",
            "labels": {"release": "prometheus"},
        },
        "spec": {
            "selector": {"matchLabels": {"app": "llm"}},
            "namespaceSelector": {"matchNames": ["gateway"]},
            "endpoints": [
                {
                    "port": "metrics",
                    "path": "/metrics/",
                    "scheme": "http",
                    "interval": "15s",
                    "scrapeTimeout": "15s",
                    "authorization": {
                        "type": "Bearer",
                        "credentials": {"name": "litellm-masterkey", "key": "masterkey"},
                    },
                    "relabelings": [
                        {"targetLabel": "cluster", "replacement": "eu"},
                        {"targetLabel": "job", "replacement": "litellm"},
                    ],
                }
            ],
        },
    }
    assert pod["kind"] == "PodMonitor"
    assert pod["spec"]["podMetricsEndpoints"] == service["spec"]["endpoints"]


@pytest.mark.parametrize("scrape", [FOUND, {**FOUND, **KEYS, **ADDRESSES, "https": True}])
@pytest.mark.parametrize("selector", ["", 'namespace="llm-prod", cluster=~"eu.*"'])
@pytest.mark.parametrize("interval", ["15s", "1s", "2m"])
def test_the_operators_schema(scrape: Any, selector: str, interval: str) -> None:
    for monitor in monitors(scrape, selector, scrapeInterval=interval):
        assert list(faults(monitor, SCHEMAS[monitor["kind"]])) == []


def test_the_schema_finds_faults() -> None:
    (monitor, _) = monitors(FOUND)
    monitor["spec"]["endpoints"][0] |= {"scheme": "ftp", "intervall": "1s", "interval": "soon"}
    del monitor["spec"]["selector"]
    assert len(list(faults(monitor, SCHEMAS["ServiceMonitor"]))) == 4


def faults(value: Any, schema: dict[str, Any], place: str = "") -> Any:
    """What of ``value`` the structural ``schema`` of a custom resource does not allow."""
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
    kind = schema.get("type")
    if kind in kinds and not isinstance(value, kinds[kind]):
        yield f"{place} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place} is none of {schema['enum']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{place} does not match {schema['pattern']}"
    if isinstance(value, dict):
        for missing in set(schema.get("required", ())) - value.keys():
            yield f"{place}.{missing} is missing"
        for key, each in value.items():
            known = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            if known is not None:
                yield from faults(each, known, f"{place}.{key}")
            elif place != ".metadata":
                yield f"{place}.{key} is not known"
    if isinstance(value, list):
        for position, each in enumerate(value):
            yield from faults(each, schema["items"], f"{place}[{position}]")


def test_alloys_component() -> None:
    found = alloy("litellm-dev", scraping({**ADDRESSES, **KEYS}, 'cluster="a \\"b\\""'))
    assert (
        found
        == r"""declare "litellm_dev" {
  argument "forward_to" {
    comment = "Receivers of the metrics, such as [prometheus.remote_write.default.receiver]."
  }

  prometheus.scrape "litellm" {
    targets = [
      {"__address__" = "litellm.example.com:4000", "cluster" = "a \"b\""},
      {"__address__" = "10.0.0.1:4001", "cluster" = "a \"b\""},
      {"__address__" = "[::1]:4000", "cluster" = "a \"b\""},
    ]

    forward_to      = argument.forward_to.value
    job_name        = "litellm"
    metrics_path    = "/metrics/"
    scheme          = "http"
    scrape_interval = "15s"
    scrape_timeout  = "15s"

    authorization {
      type             = "Bearer"
      credentials_file = "/etc/prometheus/litellm-key"
    }
  }
}
"""
    )


def test_alloy_looks_for_pods() -> None:
    found = alloy("a", scraping(FOUND, 'namespace="llm-prod"'))
    assert '      names = ["llm-prod"]\n' in found
    assert "    targets = discovery.relabel.litellm.output\n" in found
    assert found.count("rule {") == 5


def mistakes(scrape: Any, **more: Any) -> str:
    config = {"prometheus": {"url": "http://p"}, "litellm": {"scrape": scrape}, **more}
    written = {
        f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in config.items()
    }
    with pytest.raises(SettingsError) as error:
        load_settings(written, (), PROJECT, "dev")
    return str(error.value)


@pytest.mark.parametrize(
    ("scrape", "more", "says"),
    [
        ({}, {}, "set litellm.scrape.targets to LiteLLM's addresses"),
        ({"keyFile": "/k"}, {}, "set litellm.scrape.targets to LiteLLM's addresses"),
        ({"targets": ["http://a/metrics"]}, {}, "not an address to scrape"),
        ({"targets": ["a:0"]}, {}, "not an address to scrape"),
        ({"targets": ["a"], "port": 70000}, {}, "65535"),
        ({"targets": ["a"], "keySecret": {"name": "s"}}, {}, "only the Prometheus operator"),
        ({"kubernetes": {"labels": {}}}, {}, "must not be empty"),
        ({"kubernetes": {"labels": {"a b": "c"}}}, {}, "not a label of Kubernetes"),
        ({"kubernetes": {"portName": "Http!"}}, {}, "not the name of a port"),
        (
            {"kubernetes": {"namespace": "A"}},
            {},
            "not a name of Kubernetes, which has lower-case letters",
        ),
        (
            {"targets": ["a"]},
            {"team": {"alias": "search", "platformStack": "prod"}},
            "LiteLLM is scraped once, for the stack of the team's environment",
        ),
    ],
)
def test_mistakes(scrape: Any, more: Any, says: str) -> None:
    assert says in mistakes(scrape, **more)


def rendered(tmp_path: Path, **changed: Any) -> dict[str, str]:
    copy_project(tmp_path)
    set_settings(tmp_path, "dev", dashboards={"include": ["prod-v2"]}, **changed)
    out = tmp_path / "out"
    found = render_to(out, "dev", tmp_path)
    return {
        str(path.relative_to(out)): path.read_text()
        for path in found
        if path.is_relative_to(out / "scrape")
    }


def test_nothing_is_written_by_default(tmp_path: Path) -> None:
    assert rendered(tmp_path) == {}


def test_files(tmp_path: Path) -> None:
    files = rendered(
        tmp_path,
        selector='cluster=~"eu.*", namespace="llm"',
        litellm={"scrape": {**ADDRESSES, **FOUND}},
    )
    assert sorted(files) == [
        "scrape/alloy/litellm-dev.alloy",
        "scrape/kubernetes/pod-monitor/litellm-dev.yaml",
        "scrape/kubernetes/service-monitor/litellm-dev.yaml",
        "scrape/prometheus/litellm-dev.yaml",
    ]
    wanted = 'The stack\'s queries also want cluster=~"eu.*": add labels that match.'
    assert {text.splitlines()[0].lstrip("/# ") for text in files.values()} == {wanted}
    assert list(yaml.safe_load(files["scrape/prometheus/litellm-dev.yaml"])) == ["scrape_configs"]


def test_without_kubernetes_there_are_no_monitors(tmp_path: Path) -> None:
    files = rendered(tmp_path, litellm={"scrape": ADDRESSES})
    assert sorted(files) == [
        "scrape/alloy/litellm-dev.alloy",
        "scrape/prometheus/litellm-dev.yaml",
    ]
