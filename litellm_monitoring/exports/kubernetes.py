"""Resources of Kubernetes as files: their names, their YAML, and how large they may be."""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from litellm_monitoring.alerts.rendering.prometheus import prometheus_rule
from litellm_monitoring.dashboards.frame.model import to_canonical_json
from litellm_monitoring.exports.export import ExportError, Stack
from litellm_monitoring.infra.limits import digest
from litellm_monitoring.infra.settings.kinds.pulumi_yaml import is_read_as_text

Resource = dict[str, Any]

LARGEST = 1024 * 1024
"""Bytes of a ConfigMap (https://kubernetes.io/docs/concepts/configuration/configmap/)."""

LARGEST_APPLIED = 256 * 1024
"""Bytes of all annotations of a resource, one of which is the whole of it as ``kubectl apply`` has
last applied it (https://kubernetes.io/docs/reference/using-api/server-side-apply/).
"""


def resource_name(uid: str) -> str:
    """``uid`` as a name of Kubernetes: lower-case letters, digits and ``-``. One that is not of that
    form is told apart by a hash of the whole.
    """
    name = re.sub(r"[^a-z0-9]+", "-", uid.lower()).strip("-")
    return name if name == uid else f"{name}-{digest(uid)}"


def resource(
    stack: Stack,
    api_version: str,
    kind: str,
    name: str,
    *,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Resource:
    """A resource of ``stack`` without its content."""
    chosen, own = stack.settings.exports, resource_name(stack.uid)
    metadata: Resource = {"name": f"{own}-{name}" if name else own}
    if chosen.namespace:
        metadata["namespace"] = chosen.namespace
    metadata["labels"] = {
        "app.kubernetes.io/part-of": own,
        **chosen.labels,
        **(labels or {}),
    }
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def rules_of_prometheus(stack: Stack) -> Resource:
    """The rules that Prometheus evaluates, for its operator."""
    settings = stack.settings
    return prometheus_rule(
        resource_name(stack.uid),
        settings.rules.namespace or settings.exports.namespace,
        settings.rules.labels,
        stack.declaration.alerting.prometheus,
    )


def readable_json(config_json: str) -> str:
    """The JSON of a dashboard over lines of their own, indented as little as can be."""
    return json.dumps(json.loads(config_json), indent=1, sort_keys=True, ensure_ascii=False)


def size(resource: Resource) -> int:
    """The bytes of ``resource`` as the API server has it."""
    return len(to_canonical_json(resource).encode())


def with_dashboard(put: Resource, into: tuple[str, str], config_json: str) -> Resource:
    """``put`` with a dashboard's JSON ``into`` a key of a key, on lines of their own unless it is
    then larger than ``kubectl apply`` takes.

    Raises:
        ExportError: where Kubernetes does not take it either way.

    """
    outer, inner = into
    for text in (readable_json(config_json), config_json):
        found = {**put, outer: {**put.get(outer, {}), inner: text}}
        if size(found) <= LARGEST_APPLIED:
            return found
    if size(found) > LARGEST:
        raise ExportError(
            f"{put['metadata']['name']} has {size(found)} bytes, and Kubernetes takes at most "
            f"{LARGEST}; leave out rows with dashboards.withoutFeatures"
        )
    return found


def too_large_to_apply(resource: Resource) -> str | None:
    """What people have to do to apply ``resource``, if that is more than usual."""
    if size(resource) <= LARGEST_APPLIED:
        return None
    name = resource["metadata"]["name"]
    return f"{name} is larger than kubectl apply takes; use kubectl apply --server-side"


def manifest(resource: Resource) -> str:
    """``resource`` as YAML that Go programs read as well."""
    return yaml.dump(
        resource, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf")
    )


class _Dumper(yaml.SafeDumper):
    """Has quotes around what is text to Python alone, such as 1e5, and a text of several lines on
    several lines if each reader makes the same of them.
    """

    def represent_str(self, text: str) -> yaml.ScalarNode:
        """The node of ``text``."""
        style = None
        if "\n" in text:
            is_plain = all(
                line.isprintable() and line == line.rstrip() for line in text.split("\n")
            )
            style = "|" if is_plain and not text.startswith((" ", "\n")) else '"'
        elif not text.isprintable() or not is_read_as_text(text):
            style = '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _Dumper.represent_str)
