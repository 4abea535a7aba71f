"""Grafana's provisioning files of a stack, and rule files, written without an engine."""

from collections.abc import Iterator
from pathlib import Path

import click

from alerts.prometheus import mimir_rules, prometheus_rule
from embedded.alerting_kinds import write_alerting
from embedded.files import ProvisioningDirectory
from embedded.storage import write_yaml
from infra import alert_properties as properties
from infra.alert_settings import RuleSettings
from infra.alerting import Alerting
from infra.declaration import declare
from infra.identity import stack_uid
from tools.settings_file import settings_of


def render_to(out: Path, stack: str, root: Path) -> list[Path]:
    """Writes what ``stack`` declares below ``out`` and returns the files.

    Raises:
        click.ClickException: where provisioning files cannot say it, or ``out`` cannot be written.

    """
    settings = settings_of(stack, root)
    declaration = declare(settings, stack)
    if not declaration.folder:
        raise click.ClickException(
            "folder.existingUid: provisioning files cannot refer to an existing folder; set "
            "folder.title and folder.uid"
        )
    directory = ProvisioningDirectory(out)
    try:
        files = [directory.write_folder(declaration.folder)]
        if declaration.data_source:
            files.append(directory.write_data_source(declaration.data_source))
        for dashboard in declaration.dashboards.values():
            files.append(
                directory.write_dashboard(declaration.platform.folder_uid, dashboard.config_json)
            )
        files += _alerting(directory, declaration.alerting, declaration.folder.uid)
        files += _rule_files(out, stack, settings.rules, declaration.alerting)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    return files


def _alerting(
    directory: ProvisioningDirectory, alerting: Alerting, folder_uid: str
) -> Iterator[Path]:
    if alerting.template:
        yield write_alerting(
            directory, "MessageTemplate", properties.message_template(alerting.template)
        )
    if alerting.contact_point:
        yield write_alerting(
            directory, "ContactPoint", properties.contact_point(alerting.contact_point)
        )
    for timing in alerting.mute_timings:
        yield write_alerting(directory, "MuteTiming", properties.mute_timing(timing))
    for group in alerting.grafana:
        yield write_alerting(
            directory, "RuleGroup", properties.rule_group(group, alerting, folder_uid)
        )


def _rule_files(
    out: Path, stack: str, settings: RuleSettings, alerting: Alerting
) -> Iterator[Path]:
    """The same groups three times: for Prometheus itself, for its operator and for Mimir."""
    groups = alerting.prometheus
    if not groups:
        return
    name = stack_uid(stack)
    resource_name = name.lower().replace("_", "-")
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
