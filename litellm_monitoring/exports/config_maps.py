"""A ConfigMap for each dashboard, as the sidecar of Grafana's Helm chart reads them
(https://github.com/kiwigrid/k8s-sidecar): each key of one with the label becomes a file, in the
directory that the annotation names. Grafana makes folders of directories if the chart has
``sidecar.dashboards.provider.foldersFromFilesStructure``.
"""

from litellm_monitoring.exports.export import Export, Part, Stack, left_out
from litellm_monitoring.exports.kubernetes import (
    Resource,
    manifest,
    resource,
    rules_of_prometheus,
    too_large_to_apply,
    with_dashboard,
)
from litellm_monitoring.infra.declaration.resources import Dashboard
from litellm_monitoring.infra.limits import digest, shortened

_HELD = (Part.FOLDER, Part.PROMETHEUS_RULES)
_LONGEST_DIRECTORY = 255
"""Bytes of a file's or directory's name on Linux."""


def config_maps(stack: Stack) -> Export:
    """The ConfigMaps of ``stack``, and a ``PrometheusRule`` of what Prometheus evaluates."""
    remarks = list(left_out(stack, "a ConfigMap for the sidecar", _HELD))
    declaration = stack.declaration
    directory = None
    if folder := declaration.folder:
        directory = _directory_of(folder.title)
        if directory != folder.title:
            remarks.append(
                f"changed: the folder {folder.title} is called {directory}, since the sidecar makes "
                "a directory of it"
            )
    else:
        remarks.append(
            f"left out: the existing folder {declaration.platform.folder_uid}, since the sidecar "
            "knows folders by title; it puts the dashboards where it puts those without annotation"
        )
    resources = {
        f"dashboard-{slug}": _config_map(stack, slug, dashboard, directory)
        for slug, dashboard in declaration.dashboards.items()
    }
    remarks += filter(None, map(too_large_to_apply, resources.values()))
    if declaration.alerting.prometheus:
        resources["prometheus-rule"] = rules_of_prometheus(stack)
    return Export(
        {f"{stack.uid}/{name}.yaml": manifest(each) for name, each in resources.items()},
        tuple(remarks),
    )


def _config_map(stack: Stack, slug: str, dashboard: Dashboard, directory: str | None) -> Resource:
    chosen = stack.settings.exports
    made = resource(
        stack,
        "v1",
        "ConfigMap",
        slug,
        labels={chosen.dashboard_label: chosen.dashboard_label_value},
        annotations={chosen.folder_annotation: directory} if directory else None,
    )
    # All files of a directory are of distinct names: a Grafana has one dashboard of a UID.
    return with_dashboard(made, ("data", f"{dashboard.uid}.json"), dashboard.config_json)


def _directory_of(title: str) -> str:
    """The name of a directory for the folder with that ``title``, its own if it can be."""
    name = title.replace("/", "-").lstrip(".")
    if len(name.encode()) > _LONGEST_DIRECTORY:
        name = shortened(name, _LONGEST_DIRECTORY // 4)
    return name or digest(title)
