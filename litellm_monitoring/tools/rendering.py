"""Grafana's provisioning files of a stack, rule files, and what scrapes LiteLLM, written without an
engine.
"""

from collections.abc import Iterator
from pathlib import Path

import click

from litellm_monitoring.alerts.rendering.prometheus import mimir_rules, prometheus_rule
from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.kinds.alerting import write_alerting
from litellm_monitoring.embedded.storage import to_yaml, write_text, write_yaml
from litellm_monitoring.infra.declaration.alerting import Alerting
from litellm_monitoring.infra.declaration.scraping import (
    Scraping,
    alloy,
    pod_monitor,
    scrape_configs,
    scraping_of,
    service_monitor,
)
from litellm_monitoring.infra.declaration.stack import declare
from litellm_monitoring.infra.identity import stack_uid
from litellm_monitoring.infra.program import alert_properties as properties
from litellm_monitoring.infra.settings.models.alerts import RuleSettings
from litellm_monitoring.tools.configuration.settings_file import settings_of


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
        files += _scrape_files(out, stack, settings.rules, scraping_of(settings))
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
