"""A ConfigMap for each dashboard and each of Grafana's provisioning files, as the sidecars of Grafana's
Helm chart read them (https://github.com/kiwigrid/k8s-sidecar): each key of one with the label becomes
a file, in the directory that the annotation names. Grafana makes folders of directories if the chart
has ``sidecar.dashboards.provider.foldersFromFilesStructure``.
"""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.kinds.alerting import contact_point_variables
from litellm_monitoring.exports.directory import provision_alerting
from litellm_monitoring.exports.export import Export, Part, Stack, left_out
from litellm_monitoring.exports.kubernetes import (
    Resource,
    manifest,
    resource,
    rules_of_prometheus,
    too_large_to_apply,
    with_dashboard,
)
from litellm_monitoring.infra.declaration.resources import Dashboard, Folder
from litellm_monitoring.infra.limits import digest, shortened

_HELD = (
    Part.DATA_SOURCE,
    Part.CONTACT_POINT,
    Part.TEMPLATE,
    Part.MUTE_TIMINGS,
    Part.PROMETHEUS_RULES,
)
_LONGEST_DIRECTORY = 255
"""Bytes of a file's or directory's name on Linux."""


def config_maps(stack: Stack) -> Export:
    """The ConfigMaps of ``stack``, and a ``PrometheusRule`` of what Prometheus evaluates."""
    folder = stack.declaration.folder
    held = (*_HELD, Part.FOLDER, Part.RULES) if folder else _HELD
    remarks = list(left_out(stack, "a ConfigMap for the sidecar", held))
    if folder:
        title, folder = folder.title, replace(folder, title=_directory_of(folder.title))
        if folder.title != title:
            remarks.append(
                f"changed: the folder {title} is called {folder.title}, since the sidecar makes a "
                "directory of it"
            )
    else:
        remarks.append(
            f"left out: the existing folder {stack.declaration.platform.folder_uid}, since the "
            "sidecar knows folders by title; it puts the dashboards where it puts those without "
            "annotation"
        )
    resources = {
        f"dashboard-{slug}": _dashboard(stack, slug, dashboard, folder)
        for slug, dashboard in stack.declaration.dashboards.items()
    }
    provisioned, variables = _provisioned(stack, folder)
    resources |= provisioned
    remarks += filter(None, map(too_large_to_apply, resources.values()))
    if variables:
        remarks.append(f"required: in Grafana, the variables {', '.join(variables)}")
    if stack.declaration.alerting.prometheus:
        resources["prometheus-rule"] = rules_of_prometheus(stack)
    return Export(
        {f"{stack.uid}/{name}.yaml": manifest(each) for name, each in resources.items()},
        tuple(remarks),
    )


def _provisioned(stack: Stack, folder: Folder | None) -> tuple[dict[str, Resource], list[str]]:
    """Grafana's provisioning files of the data source and of what alerts, a ConfigMap each, and the
    environment variables that they take secrets from.
    """
    chosen, declaration = stack.settings.exports, stack.declaration
    found: dict[str, Resource] = {}
    variables: list[str] = []

    def add(name: str, label: str, file: Path) -> None:
        labels = {label: chosen.label_value}
        made = resource(stack, "v1", "ConfigMap", name, labels=labels)
        found[name] = {**made, "data": {file.name: file.read_text("utf-8")}}

    with TemporaryDirectory() as temporary:
        directory = ProvisioningDirectory(Path(temporary))
        if source := declaration.data_source:
            file = directory.write_data_source(source)
            add("data-source", chosen.data_source_label, file)
            variables += directory.variables(source.uid)
        if folder:
            directory.write_folder(folder)
        for file in provision_alerting(directory, declaration.alerting, folder):
            add(file.stem, chosen.alert_label, file)
        if point := declaration.alerting.contact_point:
            variables += contact_point_variables(directory, point.name)
    return found, variables


def _dashboard(stack: Stack, slug: str, dashboard: Dashboard, folder: Folder | None) -> Resource:
    chosen = stack.settings.exports
    made = resource(
        stack,
        "v1",
        "ConfigMap",
        slug,
        labels={chosen.dashboard_label: chosen.label_value},
        annotations={chosen.folder_annotation: folder.title} if folder else None,
    )
    # All files of a directory are of distinct names: a Grafana has one dashboard of a UID.
    return with_dashboard(made, ("data", f"{dashboard.uid}.json"), dashboard.config_json)


def _directory_of(title: str) -> str:
    """The name of a directory for the folder with that ``title``, its own if it can be."""
    name = title.replace("/", "-").lstrip(".")
    if len(name.encode()) > _LONGEST_DIRECTORY:
        name = shortened(name, _LONGEST_DIRECTORY // 4)
    return name or digest(title)
