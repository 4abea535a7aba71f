"""What stacks declare, as JSON-like values: computed from their files alone, without an engine.

Secrets are not in it, only that there are some.
"""

import json
import sys
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import click
from pydantic import SecretStr

from litellm_monitoring.infra.declaration.alerting import Alerting
from litellm_monitoring.infra.declaration.resources import Grant
from litellm_monitoring.infra.declaration.stack import declare, scope_of
from litellm_monitoring.infra.identity import stack_uid
from litellm_monitoring.infra.program.alert_properties import mute_timing, rule_group
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.tools import pinned, project
from litellm_monitoring.tools.commit import unpack
from litellm_monitoring.tools.configuration.settings_file import settings_of
from litellm_monitoring.tools.configuration.stack import CannotOpenError
from litellm_monitoring.tools.fleet.teams import FILE, settings_of_teams
from litellm_monitoring.tools.process import printed
from litellm_monitoring.tools.project import stacks

Declared = Mapping[str, Mapping[str, Any]]
"""A stack's resources by a key that stays the same, e.g. ``folder``: kind, name, uid, content."""


def declared(root: Path) -> dict[str, Declared]:
    """What each stack of the project at ``root`` declares, those of teams included. A stack with
    settings in Pulumi ESC that cannot be opened here is left out, which is said.

    Raises:
        click.ClickException: where a stack's settings cannot be used.

    """
    found = dict[str, Settings]()
    for stack in stacks(root):
        try:
            found[stack] = settings_of(stack, root)
        except CannotOpenError as error:
            click.echo(f"Stack {stack} is left out: {error.message}", err=True)
    if (root / FILE).exists():
        try:
            found |= settings_of_teams(root)
        except CannotOpenError as error:
            click.echo(f"The teams are left out: {error.message}", err=True)
    return {stack: _resources(settings, stack) for stack, settings in found.items()}


def declared_now(root: Path) -> dict[str, Declared]:
    """What :func:`declared` says, by the version of our package that the project pins, be it installed
    or not.

    Raises:
        click.ClickException: where it cannot tell.

    """
    if project.IS_CHECKOUT or not (asked := pinned.pinned(root)) or pinned.is_installed(asked):
        return declared(root)
    return _told(root, f"{pinned.said(asked)} cannot tell")


def declared_at(commit: str, root: Path) -> dict[str, Declared]:
    """What each stack declared as of ``commit``, by the code that was there then, or by the version of
    our package that the project pinned then. Where there was no project, nothing.

    Raises:
        click.ClickException: where git has no such commit, or its code cannot tell.

    """
    unknown = f"git knows no {commit}"
    if not printed(["git", "ls-tree", commit, "--", "Pulumi.yaml"], unknown, root):
        return {}
    with tempfile.TemporaryDirectory() as scratch:
        unpack(commit, root, Path(scratch), unknown)
        return _told(Path(scratch), f"{commit} cannot tell")


def _told(root: Path, problem: str) -> dict[str, Declared]:
    """What the code of the project at ``root``, or that which it pins, says that it declares."""
    if project.IS_CHECKOUT:
        command = [sys.executable, "-m", "tools"]
    else:
        command = pinned.command_of(root, project.ENGINES / "versions")
    found: dict[str, Declared] = json.loads(printed([*command, "declared"], problem, root))
    return found


def uids(root: Path) -> set[str]:
    """The uids of everything that the project's stacks make."""
    return {
        uid
        for resources in declared(root).values()
        for resource in resources.values()
        if (uid := resource["uid"])
    }


def without_identity(resources: Declared, stack: str) -> Declared:
    """``resources`` with ``<stack>`` wherever they carry the stack's own name."""
    text = json.dumps(resources)
    for own, common in (
        (stack_uid(stack), "litellm-<stack>"),
        (f"({stack})", "(<stack>)"),
        (f"environment:{stack}", "environment:<stack>"),
    ):
        text = text.replace(json.dumps(own)[1:-1], common)
    found: Declared = json.loads(text)
    return found


def chosen(resources: Mapping[str, Declared], names: Collection[str]) -> dict[str, Declared]:
    """The stacks called ``names``, or all where none is named."""
    return {name: resources[name] for name in resources if not names or name in names}


def _resources(settings: Settings, stack: str) -> Declared:
    declaration = declare(settings, stack)
    resources: dict[str, dict[str, Any]] = {}
    if folder := declaration.folder:
        content: dict[str, Any] = {"title": folder.title, "parentFolderUid": folder.parent_uid}
        resources["folder"] = _resource("folder", folder.title, folder.uid, content)
    if source := declaration.data_source:
        content = {
            "name": source.name,
            "url": source.url,
            "plugin": source.type,
            "basicAuthUsername": source.basic_auth_username,
            "jsonData": dict(source.json_data),
            "secrets": sorted([*source.secure_json_data, *source.http_headers]),
        }
        resources["data source"] = _resource("data source", source.name, source.uid, content)
    if team := declaration.grafana_team:
        content = {"name": team.name, "email": team.email, "members": team.members}
        resources["team"] = _resource("Grafana team", team.name, "", content)
    if declaration.grants is not None:
        title = declaration.folder.title if declaration.folder else ""
        content = {"may": [_grant(grant) for grant in declaration.grants]}
        resources["access"] = _resource(
            "folder permissions", title, declaration.platform.folder_uid, content
        )
    for slug, dashboard in declaration.dashboards.items():
        model = _model(dashboard.config_json, scope_of(settings, stack).selector())
        model["selector"] = declaration.platform.selector
        if settings.team:
            model["team"] = settings.team.alias
        resources[slug] = _resource("dashboard", model["title"], model.pop("uid"), model)
    resources |= _rules(declaration.alerting)
    for resource in resources.values():
        resource["content"]["protect"] = declaration.protect
    return resources


def _rules(alerting: Alerting) -> dict[str, dict[str, Any]]:
    """Rules one by one, since that is how people think of them."""
    found: dict[str, dict[str, Any]] = {}
    for group in alerting.prometheus:
        for rule in group["rules"]:
            name = rule.get("alert") or rule["record"]
            kind = "alert" if "alert" in rule else "recording rule"
            found[f"prometheus {name}"] = _resource(kind, name, "", dict(rule))
    for grafana_group in alerting.grafana:
        group = rule_group(grafana_group, alerting, "")
        for rule in group["rules"]:
            kind = "recording rule" if "record" in rule else "alert"
            found[f"grafana {rule['name']}"] = _resource(kind, rule["name"], rule["uid"], rule)
    if point := alerting.contact_point:
        ways = {kind: _without_secrets(way) for kind, way in point.ways.items()}
        found["contact point"] = _resource("contact point", point.name, "", ways)
    if template := alerting.template:
        content = {"template": template.template}
        found["messages"] = _resource("message template", template.name, "", content)
    for timing in alerting.mute_timings:
        found[timing.slug] = _resource("mute timing", timing.name, "", mute_timing(timing))
    return found


def _without_secrets(way: Mapping[str, object]) -> dict[str, Any]:
    return {
        key: "(secret)" if isinstance(value, SecretStr) else value for key, value in way.items()
    }


def _grant(grant: Grant) -> str:
    team = grant.existing_team or grant.existing_team_id or "(its own)"
    who = f"role {grant.role}" if grant.role else f"Grafana team {team}"
    return f"{who}: {grant.permission}"


def _model(config_json: str, selector: str) -> dict[str, Any]:
    """A dashboard's model without the stack's own matchers, which are in every query: where they
    alone differ, that is one thing to say.
    """
    if selector:
        config_json = config_json.replace(json.dumps(selector, ensure_ascii=False)[1:-1], "…")
    model: dict[str, Any] = json.loads(config_json)
    return model


def _resource(kind: str, name: str, uid: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "name": name, "uid": uid, "content": content}
