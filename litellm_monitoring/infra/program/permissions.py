"""What deploying takes of Grafana's permissions
(https://grafana.com/docs/grafana/latest/administration/roles-and-permissions/access-control/custom-role-actions-scopes/).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from litellm_monitoring.infra.declaration.stack import Declaration

Actions = Collection[str]


@dataclass(frozen=True)
class FolderAllows:
    """What may be done in the folder that things are put into, if that ``is_there``, or else in the
    one that it is to be made in.
    """

    is_there: bool
    actions: Actions


@dataclass(frozen=True)
class _Need:
    """What ``what`` takes: one of these sets of permissions, whole."""

    what: str
    ways: Sequence[frozenset[str]]

    def lacking(self, allowed: Actions) -> frozenset[str]:
        """What the nearest way lacks; nothing where one is allowed."""
        return min((way - frozenset(allowed) for way in self.ways), key=len)


def lacking_permissions(
    declaration: Declaration, allowed: Actions, folder: FolderAllows | None
) -> dict[str, frozenset[str]]:
    """What making a ``declaration`` takes beyond what is ``allowed`` in the organisation and in its
    ``folder``, by what it is for.
    """
    return {
        need.what: missing
        for needs, actions in (
            (_organisation_needs(declaration, folder), allowed),
            (_folder_needs(declaration, folder), folder.actions if folder else ()),
        )
        for need in needs
        if (missing := need.lacking(actions))
    }


def _organisation_needs(declaration: Declaration, folder: FolderAllows | None) -> Iterator[_Need]:
    if declaration.folder and not folder:
        yield _need("folder", "folders:create")
    if declaration.data_source:
        yield _need("data source", "datasources:create", "datasources:write", "datasources:read")
    if team := declaration.grafana_team:
        members = ("teams.permissions:write",) if team.members else ()
        yield _need("Grafana team", "teams:create", "teams:write", "teams:read", *members)
    if any(grant.existing_team for grant in declaration.grants or ()):
        yield _need("existing Grafana team", "teams:read")
    alerting = declaration.alerting
    if alerting.grafana:
        yield _Need(
            "rules",
            (
                frozenset({"alert.provisioning:write"}),
                frozenset({"alert.rules.provisioning:write"}),
                frozenset(
                    f"alert.{each}"
                    for each in ("rules:create", "rules:write", "rules:delete", _PROVENANCE)
                ),
            ),
        )
    if alerting.contact_point or alerting.mute_timings:
        yield _Need(
            "contact point, message template and mute timings",
            (
                frozenset({"alert.provisioning:write"}),
                frozenset({"alert.notifications.provisioning:write"}),
                frozenset({"alert.notifications:write", f"alert.{_PROVENANCE}"}),
            ),
        )


_PROVENANCE = "provisioning.provenance:write"


def _folder_needs(declaration: Declaration, folder: FolderAllows | None) -> Iterator[_Need]:
    """Who makes a folder may do all in it, unless it lies in another."""
    if not folder:
        return
    if declaration.folder:
        yield _need("folder", "folders:write" if folder.is_there else "folders:create")
    yield _need("dashboards", "dashboards:create", "dashboards:write")
    if declaration.grants is not None:
        yield _need("folder permissions", "folders.permissions:write")


def _need(what: str, *actions: str) -> _Need:
    return _Need(what, (frozenset(actions),))
