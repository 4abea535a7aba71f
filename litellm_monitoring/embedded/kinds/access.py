"""Teams and folder permissions, as the Grafana provider has them."""

from collections.abc import Mapping
from typing import Any

from litellm_monitoring.embedded.access import Grants, StoredTeam
from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.kinds.kind import Kind, Properties, merged
from litellm_monitoring.embedded.storage import TargetError


class _TeamKind(Kind):
    """``grafana:oss/team:Team``"""

    known = frozenset({"name", "email", "members"})

    def uid(self, inputs: Properties) -> str | None:
        return None

    def comparable(self, key: str, value: Any) -> Any:
        return sorted(value) if key == "members" and isinstance(value, list) else value

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> str:
        uid = str(directory.access.new_team_id())
        self.update(directory, uid, inputs)
        return uid

    def update(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> None:
        members = tuple(inputs.get("members") or ())
        directory.access.write_team(
            StoredTeam(int(uid), inputs["name"], inputs.get("email"), members)
        )

    def read(
        self, directory: ProvisioningDirectory, uid: str, last: Properties
    ) -> Properties | None:
        team = directory.access.read_team(int(uid))
        if not team:
            return None
        # Without members in the settings they are people's to choose.
        members = {"members": list(team.members)} if "members" in last else {}
        return merged(last, {"name": team.name, "email": team.email, **members})

    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        directory.access.delete_team(int(uid))


class _FolderPermissionKind(Kind):
    """``grafana:oss/folderPermission:FolderPermission``"""

    known = frozenset({"folderUid", "permissions"})
    identity = "folderUid"
    whole = frozenset({"permissions"})

    def uid(self, inputs: Properties) -> str | None:
        return str(inputs["folderUid"])

    def comparable(self, key: str, value: Any) -> Any:
        return _grants(value) if key == "permissions" and isinstance(value, list) else value

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> str:
        uid = str(inputs["folderUid"])
        self.update(directory, uid, inputs)
        return uid

    def update(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> None:
        if not directory.read_folder(uid):
            raise TargetError(f"the folder {uid} does not exist")
        directory.access.write_grants(uid, _grants(inputs.get("permissions") or []))

    def read(
        self, directory: ProvisioningDirectory, uid: str, last: Properties
    ) -> Properties | None:
        grants = directory.access.read_grants(uid)
        if grants is None:
            return None
        known = last.get("permissions") or []
        return {
            **last,
            "folderUid": uid,
            "permissions": known if _grants(known) == _grants(grants) else grants,
        }

    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        directory.access.delete_grants(uid)


ACCESS_KINDS: Mapping[str, Kind] = {
    "grafana:oss/team:Team": _TeamKind(),
    "grafana:oss/folderPermission:FolderPermission": _FolderPermissionKind(),
}
"""The kinds by Pulumi type."""


def _grants(permissions: list[Any]) -> Grants:
    """Grafana keeps no order, and ignores the organisation in a team's id."""
    grants = [
        {key: str(value).rpartition(":")[2] for key, value in permission.items() if value}
        for permission in permissions
        if isinstance(permission, dict)
    ]
    return sorted(grants, key=lambda grant: sorted(grant.items()))
