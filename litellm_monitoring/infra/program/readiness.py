"""Whether a Grafana can take what a stack declares: asked before anything is made in it."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from litellm_monitoring.infra.declaration.stack import Declaration
from litellm_monitoring.infra.program.grafana_api import Answer, GrafanaApi, UnreachableError
from litellm_monitoring.infra.program.permissions import FolderAllows, lacking_permissions
from litellm_monitoring.infra.settings.models.grafana_provider import (
    HOW_TO_AUTHENTICATE,
    GrafanaAccess,
)
from litellm_monitoring.infra.settings.models.prometheus import AuthType, Plugin

_OLDEST = 11
_OLDEST_WITH_ALERTS = 12
_WITHOUT_CLOUDS = (13, 1)
"""The version whose own Prometheus data source authenticates at neither AWS nor Azure any more."""
_VERSION = re.compile(r"(\d+)\.(\d+)")
_AT_ONCE = 6
_CONTACT_POINTS = ("api", "alertmanager", "grafana", "config", "api", "v1", "receivers")
"""Those of provisioning are named by how they notify where Grafana has made them itself."""
_HEALTH, _PERMISSIONS = ("api", "health"), ("api", "access-control", "user", "permissions")


def cannot_answer(access: GrafanaAccess) -> str | None:
    """Why questions to a Grafana are in vain, whatever they are about."""
    try:
        return _refusal(access, GrafanaApi(access).ask(*_PERMISSIONS))
    except UnreachableError as error:
        return str(error)


def obstacles(access: GrafanaAccess, declaration: Declaration, *, is_preview: bool) -> list[str]:
    """All that keeps a Grafana from taking what ``declaration`` declares, a sentence each. For a preview
    it is enough to be allowed to read.
    """
    try:
        grafana = GrafanaApi(access)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            health = pool.submit(grafana.ask, *_HEALTH)
            permissions = pool.submit(grafana.ask, *_PERMISSIONS)
            missing = [pool.submit(look) for look in _looks(grafana, declaration)]
            folder = pool.submit(_folder_allows, grafana, declaration)
            if refusal := _refusal(access, permissions.result()):
                return [refusal]
            found = [*_too_old(access, health.result(), declaration)]
            found += [said for each in missing if (said := each.result())]
            allowed = permissions.result().found
            if not is_preview and isinstance(allowed, Mapping):
                found += _not_allowed(lacking_permissions(declaration, [*allowed], folder.result()))
            return found
    except UnreachableError as error:
        return [str(error)]


def _refusal(access: GrafanaAccess, answer: Answer) -> str | None:
    if answer.status == 401:
        return f"{access.url} rejects the credentials: {HOW_TO_AUTHENTICATE}"
    return None


def _too_old(access: GrafanaAccess, health: Answer, declaration: Declaration) -> Iterator[str]:
    said = health.content.get("version", "") if isinstance(health.content, Mapping) else ""
    version = _VERSION.match(str(said))
    if not version:
        return  # It may be hidden from who asks.
    major = int(version[1])
    if major < _OLDEST:
        yield f"{access.url} is Grafana {said}: the dashboards require Grafana {_OLDEST} or newer"
    elif major < _OLDEST_WITH_ALERTS and declaration.alerting.grafana:
        yield (
            f"{access.url} is Grafana {said}: rules in Grafana require Grafana {_OLDEST_WITH_ALERTS} "
            "or newer; set alerts.managedBy and recordingRules to prometheus or off"
        )
    if (major, int(version[2])) >= _WITHOUT_CLOUDS:
        yield from _taken_away(access, str(said), declaration)


def _taken_away(access: GrafanaAccess, version: str, declaration: Declaration) -> Iterator[str]:
    source = declaration.data_source
    if not source or source.type != Plugin.PROMETHEUS:
        return
    for option, auth_type, plugin in (
        ("sigV4Auth", AuthType.SIGV4, Plugin.AMAZON),
        ("azureCredentials", AuthType.AZURE, Plugin.AZURE),
    ):
        if option in source.json_data:
            yield (
                f"{access.url} is Grafana {version}, whose own Prometheus data source knows no "
                f"{auth_type}: install the plugin {plugin}, and set prometheus.plugin to it"
            )


def _looks(grafana: GrafanaApi, declaration: Declaration) -> Iterator[Callable[[], str | None]]:
    """Questions for what is to be there already, each with what to say if it is not."""
    platform = declaration.platform
    if not declaration.folder:
        yield lambda: _absent(
            grafana.ask("api", "folders", platform.folder_uid),
            f"folder.existingUid = {platform.folder_uid}: there is no such folder in Grafana",
        )
    elif parent := declaration.folder.parent_uid:
        yield lambda: _absent(
            grafana.ask("api", "folders", parent),
            f"folder.parentUid = {parent}: there is no such folder in Grafana",
        )
    if (source := declaration.data_source) and source.type != Plugin.PROMETHEUS:
        yield lambda: _absent(
            grafana.ask("api", "plugins", source.type, "settings"),
            f"prometheus.plugin = {source.type}: the plugin is not installed in Grafana",
        )
    if not declaration.data_source:
        yield lambda: _absent(
            grafana.ask("api", "datasources", "uid", platform.data_source_uid),
            f"prometheus.existingUid = {platform.data_source_uid}: there is no such data source in "
            "Grafana",
        )
    if names := _contact_points(declaration):
        yield lambda: _absent_contact_points(grafana, names)
    for name in dict.fromkeys(
        grant.existing_team for grant in declaration.grants or () if grant.existing_team
    ):
        yield lambda name=name: _absent_team(grafana, name)  # type: ignore[misc]


def _contact_points(declaration: Declaration) -> set[str]:
    """The contact points that are not made, by name."""
    alerting = declaration.alerting
    named = {route.contact_point for route in (alerting.routes or {}).values()}
    return named - {alerting.contact_point.name if alerting.contact_point else ""}


def _absent(answer: Answer, said: str) -> str | None:
    return said if answer.status == 404 else None


def _absent_contact_points(grafana: GrafanaApi, names: Collection[str]) -> str | None:
    found = grafana.ask(*_CONTACT_POINTS).found
    if not isinstance(found, list):
        return None
    there = {str(point.get("name")) for point in found}
    if not (absent := sorted(set(names) - there)):
        return None
    return (
        f"contact point {', '.join(absent)}: there is none of that name in Grafana; there are: "
        f"{', '.join(sorted(there)) or 'none'}"
    )


def _absent_team(grafana: GrafanaApi, name: str) -> str | None:
    found = grafana.ask("api", "teams", "search", name=name).found
    is_known = isinstance(found, Mapping) and "teams" in found
    return f"there is no Grafana team {name}" if is_known and not found["teams"] else None


def _folder_allows(grafana: GrafanaApi, declaration: Declaration) -> FolderAllows | None:
    """None where Grafana does not say."""
    own, parent = (
        declaration.platform.folder_uid,
        declaration.folder and declaration.folder.parent_uid,
    )
    for uid, is_there in ((own, True), (parent, False)):
        if not uid:
            continue
        answer = grafana.ask("api", "folders", uid, accesscontrol="true")
        if isinstance(found := answer.found, Mapping) and "accessControl" in found:
            actions = [
                action for action, is_allowed in found["accessControl"].items() if is_allowed
            ]
            return FolderAllows(is_there, actions)
    return None


def _not_allowed(lacking: Mapping[str, Collection[str]]) -> Iterator[str]:
    if lacking:
        named = "; ".join(f"{what}: {', '.join(sorted(each))}" for what, each in lacking.items())
        yield (
            f"the credentials lack permissions ({named}); without role-based access control, the "
            "service account requires the role Admin"
        )
