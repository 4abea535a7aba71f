"""What a person can set about how LiteLLM's metrics are scraped."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from litellm_monitoring.infra.settings.kinds import fields
from litellm_monitoring.infra.settings.kinds.kubernetes import Labels, Name, PortName
from litellm_monitoring.infra.settings.kinds.written import Written
from litellm_monitoring.infra.settings.models.base import Model

_TARGET = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_LARGEST_PORT = 65_535


def _target(value: str) -> str:
    found = _TARGET.fullmatch(value)
    if not found or int((found[2] or ":1")[1:]) not in range(1, _LARGEST_PORT + 1):
        raise ValueError(
            "not an address to scrape; write it like litellm.example.com or 10.0.0.1:4000, without "
            "http:// and a path"
        )
    return value


Target = Annotated[Written, AfterValidator(_target)]
Port = Annotated[int, Field(ge=1, le=_LARGEST_PORT)]


class KeySecretSettings(Model):
    """A Kubernetes Secret that holds a key of the proxy, in the namespace of the monitor."""

    name: Name
    """Name of the Secret."""
    key: fields.Text = "token"
    """Key in the Secret."""


class KubernetesScrapeSettings(Model):
    """How LiteLLM is found in Kubernetes; `{}` is enough for LiteLLM's Helm chart."""

    namespace: Name | None = None
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
