"""What a stack declares as files, written without an engine: Grafana's provisioning files, rule files
and what scrapes LiteLLM, or one of the :mod:`litellm_monitoring.exports`.
"""

from collections.abc import Iterator
from pathlib import Path

import click

from litellm_monitoring.alerts.rendering.prometheus import mimir_rules, prometheus_rule
from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.storage import to_yaml, write_text, write_yaml
from litellm_monitoring.exports import FORMATS, ExportError, Stack
from litellm_monitoring.exports.directory import keep_only, provision_alerting, write_files
from litellm_monitoring.exports.export import Part, left_out
from litellm_monitoring.infra.declaration.alerting import Alerting
from litellm_monitoring.infra.declaration.scraping import (
    Scraping,
    alloy,
    pod_monitor,
    scrape_configs,
    scraping_of,
    service_monitor,
)
from litellm_monitoring.infra.identity import stack_uid
from litellm_monitoring.infra.settings.models.alerts import RuleSettings
from litellm_monitoring.tools.configuration.settings_file import settings_of

_PROVISIONED = frozenset(Part) - {
    Part.PARENT_FOLDER,
    Part.PERMISSIONS,
    Part.TEAM,
    Part.PROTECTION,
}

PROVISIONING = "provisioning"
"""The format that is not an export: what Grafana, Prometheus and Alloy read from their directories."""


def render_to(out: Path, stack: str, root: Path, form: str = PROVISIONING) -> list[Path]:
    """Writes what ``stack`` declares below ``out`` in a format, says what that cannot hold, and returns
    the files; none is left of what was rendered before and is no more.

    Raises:
        click.ClickException: where the format cannot say it, or ``out`` cannot be written.

    """
    exported = Stack.of(settings_of(stack, root), stack)
    try:
        if form == PROVISIONING:
            files = _provisioning_files(out, exported)
            remarks = tuple(left_out(exported, "a provisioning file", _PROVISIONED))
        else:
            export = FORMATS[form](exported)
            files, remarks = write_files(out, export.files), export.remarks
        for gone in keep_only(out, f"{form}-{exported.uid}", files):
            click.echo(f"deleted: {gone}", err=True)
    except ExportError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    for remark in remarks:
        click.echo(remark, err=True)
    return files


def _provisioning_files(out: Path, exported: Stack) -> list[Path]:
    stack, settings, declaration = exported.name, exported.settings, exported.declaration
    if not declaration.folder:
        raise click.ClickException(
            "folder.existingUid: provisioning files cannot refer to an existing folder; set "
            "folder.title and folder.uid"
        )
    directory = ProvisioningDirectory(out)
    files = [directory.write_folder(declaration.folder)]
    if declaration.data_source:
        files.append(directory.write_data_source(declaration.data_source))
    for dashboard in declaration.dashboards.values():
        files.append(
            directory.write_dashboard(declaration.platform.folder_uid, dashboard.config_json)
        )
    files += provision_alerting(directory, declaration.alerting, declaration.folder)
    files += _rule_files(out, stack, settings.rules, declaration.alerting)
    files += _scrape_files(out, stack, settings.rules, scraping_of(settings))
    return files


def _rule_files(
    out: Path, stack: str, settings: RuleSettings, alerting: Alerting
) -> Iterator[Path]:
    """The same groups three times: for Prometheus itself, for its operator and for Mimir."""
    groups = alerting.prometheus
    if not groups:
        return
    name = stack_uid(stack)
    resource_name = _resource_name(stack)
    for system, content in (
        ("prometheus", {"groups": groups}),
        (
            "kubernetes",
            prometheus_rule(resource_name, settings.namespace, settings.labels, groups),
        ),
        ("mimir", mimir_rules(name, groups)),
    ):
        path = out / "rules" / system / f"{name}.yaml"
        write_yaml(path, content)
        yield path


def _scrape_files(
    out: Path, stack: str, settings: RuleSettings, scraping: Scraping | None
) -> Iterator[Path]:
    """The same scrape for Prometheus itself, for its operator and for Grafana Alloy."""
    if not scraping:
        return
    name, directory = stack_uid(stack), out / "scrape"
    documents = [("prometheus", scrape_configs(scraping))]
    if scraping.scrape.kubernetes:
        resource = (_resource_name(stack), settings.namespace, settings.labels, scraping)
        documents.append(("kubernetes/service-monitor", service_monitor(*resource)))
        documents.append(("kubernetes/pod-monitor", pod_monitor(*resource)))
    for system, content in documents:
        path = directory / system / f"{name}.yaml"
        write_text(path, _unmet(scraping, "#") + to_yaml(content))
        yield path
    path = directory / "alloy" / f"{name}.alloy"
    write_text(path, _unmet(scraping, "//") + alloy(name, scraping))
    yield path


def _unmet(scraping: Scraping, comment: str) -> str:
    """What the reader has to see to: labels that the selector wants and that have no one value."""
    if not scraping.unmet:
        return ""
    wanted = ", ".join(map(str, scraping.unmet))
    return f"{comment} The stack's queries also want {wanted}: add labels that match.\n"


def _resource_name(stack: str) -> str:
    return stack_uid(stack).lower().replace("_", "-")
