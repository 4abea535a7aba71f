"""What scrapes LiteLLM for a stack: a job of Prometheus, monitors of its operator, a component of
Grafana Alloy.

The page is at ``/metrics/``: from ``/metrics`` LiteLLM redirects there at each scrape, and to http://
where something in front of it ends TLS.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litellm_monitoring.infra.settings.models.scrape import KubernetesScrapeSettings, ScrapeSettings
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Matcher, Operator
from litellm_monitoring.signals.asking.promql import seconds

PATH = "/metrics/"

_JOB = "litellm"
_LONGEST_TIMEOUT = 30
"""Seconds. The page of a proxy with many keys can take longer than Prometheus's default of ten; a
timeout must not exceed the interval.
"""

_OF_THE_TARGET = frozenset({"job", "instance"})
_NAMESPACE = "namespace"
_NO_LABEL = re.compile(r"[^a-zA-Z0-9_]")


@dataclass(frozen=True)
class Scraping:
    """How LiteLLM is scraped: every so many seconds as ``job``, where that has to be called so, with
    ``labels`` beside it by which the stack's queries select. ``unmet`` are matchers of the selector
    that name no value to give to a label.
    """

    scrape: ScrapeSettings
    interval: int
    job: str | None
    labels: Mapping[str, str]
    unmet: tuple[Matcher, ...]

    @property
    def timeout(self) -> int:
        """How long a scrape may take, in seconds."""
        return min(self.interval, _LONGEST_TIMEOUT)

    @property
    def addresses(self) -> list[str]:
        """The targets, each with its port."""
        return [
            each if re.search(r":\d+$", each) else f"{each}:{self.scrape.port}"
            for each in self.scrape.targets
        ]

    @property
    def kubernetes(self) -> KubernetesScrapeSettings:
        """How pods are found."""
        return self.scrape.kubernetes or KubernetesScrapeSettings()

    @property
    def discovers(self) -> bool:
        """Whether Prometheus and Alloy look for pods, since they are told no addresses."""
        return not self.scrape.targets

    @property
    def namespaces(self) -> list[str]:
        """The namespace that LiteLLM's pods are looked for in, where that is known."""
        found = self.kubernetes.namespace or self.labels.get(_NAMESPACE)
        return [found] if found else []


def scraping_of(settings: Settings) -> Scraping | None:
    """How the stack of ``settings`` has LiteLLM scraped, None where it does not say."""
    scrape = settings.litellm.scrape
    if scrape is None:
        return None
    equal = {
        each.label: str(each.value)
        for each in settings.selector
        if each.operator is Operator.EQUAL and each.value
    }
    return Scraping(
        scrape=scrape,
        interval=seconds(settings.prometheus.scrape_interval),
        job=equal.get("job"),
        labels={label: text for label, text in equal.items() if label not in _OF_THE_TARGET},
        unmet=tuple(
            each
            for each in settings.selector
            if each.label not in equal or each.label == "instance"
        ),
    )


def scrape_configs(scraping: Scraping) -> dict[str, Any]:
    """A file for Prometheus's ``scrape_config_files``, or a configuration by itself
    (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config).
    """
    found: dict[str, Any] = {
        "job_name": scraping.job or _JOB,
        "metrics_path": PATH,
        "scheme": _scheme(scraping),
        "scrape_interval": f"{scraping.interval}s",
        "scrape_timeout": f"{scraping.timeout}s",
    }
    if key_file := scraping.scrape.key_file:
        found["authorization"] = {"type": "Bearer", "credentials_file": key_file}
    discovery = _found_in_kubernetes(scraping) if scraping.discovers else _static(scraping)
    return {"scrape_configs": [found | discovery]}


def _static(scraping: Scraping) -> dict[str, Any]:
    labels = {"labels": dict(scraping.labels)} if scraping.labels else {}
    return {"static_configs": [{"targets": scraping.addresses, **labels}]}


def _found_in_kubernetes(scraping: Scraping) -> dict[str, Any]:
    kubernetes = scraping.kubernetes
    discovery: dict[str, Any] = {"role": "pod"}
    if namespaces := scraping.namespaces:
        discovery["namespaces"] = {"names": namespaces}
    rules = [
        {"action": "keep", "source_labels": [source], "regex": re.escape(value)}
        for source, value in _kept(kubernetes).items()
    ]
    rules += [
        {"source_labels": [f"__meta_kubernetes_{source}"], "target_label": label}
        for label, source in (("namespace", "namespace"), ("pod", "pod_name"))
    ]
    rules += _given(scraping.labels)
    return {"kubernetes_sd_configs": [discovery], "relabel_configs": rules}


def _kept(kubernetes: KubernetesScrapeSettings) -> dict[str, str]:
    """What pods and their ports are known by, as labels of the discovery."""
    labels = {
        f"__meta_kubernetes_pod_label_{_NO_LABEL.sub('_', key)}": value
        for key, value in kubernetes.labels.items()
    }
    return labels | {"__meta_kubernetes_pod_container_port_name": kubernetes.port_name}


def _given(labels: Mapping[str, str]) -> list[dict[str, Any]]:
    # A dollar would refer to what a regular expression has matched.
    return [
        {"target_label": label, "replacement": text.replace("$", "$$")}
        for label, text in labels.items()
    ]


def service_monitor(
    name: str, namespace: str | None, labels: Mapping[str, str], scraping: Scraping
) -> dict[str, Any]:
    """A resource of the Prometheus operator
    (https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor).
    """
    return _monitor("ServiceMonitor", "endpoints", name, namespace, labels, scraping)


def pod_monitor(
    name: str, namespace: str | None, labels: Mapping[str, str], scraping: Scraping
) -> dict[str, Any]:
    """The same for pods without a Service
    (https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor).
    """
    return _monitor("PodMonitor", "podMetricsEndpoints", name, namespace, labels, scraping)


def _monitor(
    kind: str,
    endpoints: str,
    name: str,
    namespace: str | None,
    labels: Mapping[str, str],
    scraping: Scraping,
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = dict(labels)
    endpoint: dict[str, Any] = {
        "port": scraping.kubernetes.port_name,
        "path": PATH,
        "scheme": _scheme(scraping),
        "interval": f"{scraping.interval}s",
        "scrapeTimeout": f"{scraping.timeout}s",
    }
    if secret := scraping.scrape.key_secret:
        credentials = {"name": secret.name, "key": secret.key}
        endpoint["authorization"] = {"type": "Bearer", "credentials": credentials}
    job = {"job": scraping.job} if scraping.job else {}
    if relabelings := _given({**scraping.labels, **job}):
        endpoint["relabelings"] = [
            {"targetLabel": each["target_label"], "replacement": each["replacement"]}
            for each in relabelings
        ]
    spec: dict[str, Any] = {"selector": {"matchLabels": dict(scraping.kubernetes.labels)}}
    if namespaces := scraping.namespaces:
        spec["namespaceSelector"] = {"matchNames": namespaces}
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": kind,
        "metadata": metadata,
        "spec": {**spec, endpoints: [endpoint]},
    }


def alloy(name: str, scraping: Scraping) -> str:
    """A custom component of Grafana Alloy, which is told where to send what it scrapes
    (https://grafana.com/docs/alloy/latest/reference/config-blocks/declare/).
    """
    component = _NO_LABEL.sub("_", name)
    lines = [
        f"declare {_quoted(component)} {{",
        '  argument "forward_to" {',
        '    comment = "Receivers of the metrics, such as [prometheus.remote_write.default.receiver]."',
        "  }",
        "",
    ]
    if scraping.discovers:
        lines += [*_discovery(scraping), "", *_scrape(scraping, "discovery.relabel.litellm.output")]
    else:
        entries = [_object({"__address__": each, **scraping.labels}) for each in scraping.addresses]
        targets = "".join(f"      {entry},\n" for entry in entries)
        lines += _scrape(scraping, f"[\n{targets}    ]")
    return "\n".join([*lines, "}", ""])


def _scrape(scraping: Scraping, targets: str) -> list[str]:
    arguments = {
        "forward_to": "argument.forward_to.value",
        "job_name": _quoted(scraping.job or _JOB),
        "metrics_path": _quoted(PATH),
        "scheme": _quoted(_scheme(scraping)),
        "scrape_interval": _quoted(f"{scraping.interval}s"),
        "scrape_timeout": _quoted(f"{scraping.timeout}s"),
    }
    lines = ['  prometheus.scrape "litellm" {', f"    targets = {targets}", ""]
    lines += _aligned(arguments, "    ")
    if key_file := scraping.scrape.key_file:
        credentials = {"type": _quoted("Bearer"), "credentials_file": _quoted(key_file)}
        lines += ["", "    authorization {", *_aligned(credentials, "      "), "    }"]
    return [*lines, "  }"]


def _discovery(scraping: Scraping) -> list[str]:
    lines = ['  discovery.kubernetes "litellm" {', '    role = "pod"']
    if namespaces := scraping.namespaces:
        names = ", ".join(map(_quoted, namespaces))
        lines += ["", "    namespaces {", f"      names = [{names}]", "    }"]
    lines += ["  }", "", '  discovery.relabel "litellm" {']
    lines += ["    targets = discovery.kubernetes.litellm.targets"]
    for source, value in _kept(scraping.kubernetes).items():
        rule = {
            "action": _quoted("keep"),
            "source_labels": f"[{_quoted(source)}]",
            "regex": _quoted(re.escape(value)),
        }
        lines += _rule(rule)
    for label, source in (("namespace", "namespace"), ("pod", "pod_name")):
        source_labels = f"[{_quoted(f'__meta_kubernetes_{source}')}]"
        lines += _rule({"source_labels": source_labels, "target_label": _quoted(label)})
    for given in _given(scraping.labels):
        lines += _rule({key: _quoted(text) for key, text in given.items()})
    return [*lines, "  }"]


def _rule(arguments: Mapping[str, str]) -> list[str]:
    return ["", "    rule {", *_aligned(arguments, "      "), "    }"]


def _aligned(arguments: Mapping[str, str], indent: str) -> list[str]:
    """Arguments as ``alloy fmt`` has them."""
    width = max(map(len, arguments))
    return [f"{indent}{name.ljust(width)} = {value}" for name, value in arguments.items()]


def _object(entries: Mapping[str, str]) -> str:
    pairs = (f"{_quoted(key)} = {_quoted(value)}" for key, value in entries.items())
    return f"{{{', '.join(pairs)}}}"


def _quoted(text: str) -> str:
    """A string of Alloy's, whose escapes are those of Go, as JSON's are."""
    return json.dumps(text, ensure_ascii=False)


def _scheme(scraping: Scraping) -> str:
    return "https" if scraping.scrape.https else "http"
