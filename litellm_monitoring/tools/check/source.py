"""Which Prometheus a stack's queries are sent to, with what credentials."""

import click
from rich.console import Console

from litellm_monitoring.infra.declaration.data_source import data_source
from litellm_monitoring.infra.declaration.resources import DataSource
from litellm_monitoring.infra.settings.models.grafana_provider import GrafanaAccess
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.tools import project
from litellm_monitoring.tools.check.evidence.through_grafana import proxied
from litellm_monitoring.tools.configuration.grafana import grafana_access
from litellm_monitoring.tools.configuration.secrets import settings_with_secrets
from litellm_monitoring.tools.configuration.settings_file import settings_of
from litellm_monitoring.tools.fleet.teams import FILE, settings_of_teams


def settings_of_any(stack: str) -> Settings:
    """Those of a stack that has a file, or of one of the fleet's."""
    if stack not in project.stacks() and (project.ROOT / FILE).exists():
        teams = settings_of_teams(project.ROOT)
        if stack in teams:
            return teams[stack]
    return settings_of(stack, project.ROOT)


def source_of(settings: Settings, stack: str, url: str | None, out: Console) -> DataSource:
    """The stack's data source with its secrets, at ``url`` where that is given; a team's is its
    environment's.

    Raises:
        click.ClickException: where nothing tells the server's address.

    """
    team = settings.team
    if not settings.prometheus.url and team and team.platform_stack in project.stacks():
        stack = team.platform_stack
        settings = settings_of(stack, project.ROOT)
    if stack in project.stacks():
        settings = settings_with_secrets(settings, stack, project.ROOT, out)
    if url:
        at_url = settings.prometheus.model_copy(update={"url": url})
        settings = settings.model_copy(update={"prometheus": at_url})
    if source := data_source(settings, stack) or _through_grafana(settings, stack, out):
        return source
    raise click.ClickException(
        "prometheus.existingUid does not tell the server's address: pass it with --prometheus, or "
        "set Grafana's credentials (GRAFANA_URL and GRAFANA_AUTH, or grafana:url "
        "and grafana:auth), to query through Grafana"
    )


def _through_grafana(settings: Settings, stack: str, out: Console) -> DataSource | None:
    """Grafana's proxy in front of a data source that is there already."""
    access = grafana_of(settings, stack, out)
    return proxied(settings.prometheus, access) if access else None


def grafana_of(settings: Settings, stack: str, out: Console) -> GrafanaAccess | None:
    """The Grafana of a stack that has a file, or of the environment of one of the fleet's."""
    if stack not in project.stacks() and settings.team:
        stack = str(settings.team.platform_stack)
    return grafana_access(stack, project.ROOT, out) if stack in project.stacks() else None
