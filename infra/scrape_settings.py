"""What a person can set about how LiteLLM's metrics are scraped."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from infra import fields
from infra.model import Model
from infra.written import Written

_TARGET = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_KUBERNETES_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_LABEL_VALUE = re.compile(r"(?=.{0,63}$)([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_LABEL_KEY = re.compile(
    r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
_PORT_NAME = re.compile(r"(?=.{1,63}$)[a-z0-9]+(-[a-z0-9]+)*")
_LARGEST_PORT = 65_535


def _target(value: str) -> str:
    found = _TARGET.fullmatch(value)
    if not found or int((found[2] or ":1")[1:]) not in range(1, _LARGEST_PORT + 1):
        raise ValueError(
            "not an address to scrape; write it like litellm.example.com or 10.0.0.1:4000, without "
            "http:// and a path"
        )
    return value


def _kubernetes_name(value: str) -> str:
    if not _KUBERNETES_NAME.fullmatch(value):
        raise ValueError("not a name in Kubernetes; write it like llm-prod")
    return value


def _label_key(value: str) -> str:
    if not _LABEL_KEY.fullmatch(value):
        raise ValueError("not a label of Kubernetes; write it like app.kubernetes.io/name")
    return value


def _label_value(value: str) -> str:
    if not _LABEL_VALUE.fullmatch(value):
        raise ValueError("not a label's value in Kubernetes; write it like litellm")
    return value


def _port_name(value: str) -> str:
    if not _PORT_NAME.fullmatch(value):
        raise ValueError("not the name of a port; write it like http")
    return value


def _labels(value: dict[str, str]) -> dict[str, str]:
    if not value:
        raise ValueError("must not be empty: it would select every pod")
    return value


Target = Annotated[Written, AfterValidator(_target)]
KubernetesName = Annotated[Written, AfterValidator(_kubernetes_name)]
LabelKey = Annotated[Written, AfterValidator(_label_key)]
LabelValue = Annotated[Written, AfterValidator(_label_value)]
PortName = Annotated[Written, AfterValidator(_port_name)]
Labels = Annotated[dict[LabelKey, LabelValue], AfterValidator(_labels)]
Port = Annotated[int, Field(ge=1, le=_LARGEST_PORT)]


class KeySecretSettings(Model):
    """A Kubernetes Secret that holds a key of the proxy, in the namespace of the monitor."""

    name: KubernetesName
    """Name of the Secret."""
    key: fields.Text = "token"
    """Key in the Secret."""


class KubernetesScrapeSettings(Model):
    """How LiteLLM is found in Kubernetes; `{}` is enough for LiteLLM's Helm chart."""

    namespace: KubernetesName | None = None
    """Namespace that LiteLLM runs in; by default that of `namespace="…"` in the selector, or else that of the monitor."""
    labels: Labels = {"app.kubernetes.io/name": "litellm"}
    """Labels of LiteLLM's Service and pods; by default `app.kubernetes.io/name: litellm`."""
    port_name: PortName = "http"
    """Name of the port, in the Service and in the pod, that serves metrics."""


class ScrapeSettings(Model):
    """What scrapes LiteLLM, by `targets` or in `kubernetes`."""

    targets: tuple[Target, ...] = ()
    """Addresses of LiteLLM, as Prometheus or Alloy reaches them, e.g. `litellm.example.com:4000`; by default both look for pods in Kubernetes."""
    port: Port = 4000
    """Port of targets that have none: 4000, or that of `--prometheus_metrics_port`."""
    https: bool = False
    """Scrape with HTTPS."""
    key_file: fields.Text | None = None
    """File, on the machine of Prometheus or Alloy, that holds a key of the proxy. `/metrics` requires one, unless it has a port of its own or LiteLLM sets `require_auth_for_metrics_endpoint: false`."""
    key_secret: KeySecretSettings | None = None
    """The same for the Prometheus operator: a Kubernetes Secret."""
    kubernetes: KubernetesScrapeSettings | None = None
    """How LiteLLM is found in Kubernetes, which the Prometheus operator requires."""
