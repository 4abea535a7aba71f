"""The kinds of resource that the embedded target keeps, each between the properties of the Grafana
provider and files.

Rules follow terraform-provider-grafana, which the Grafana provider for Pulumi wraps: which
properties it knows, which change replaces a resource, what it refuses.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from pulumi.runtime.rpc import UNKNOWN
from pydantic import SecretStr

from dashboards.frame import to_canonical_json
from embedded.access import Grants, StoredTeam
from embedded.files import ProvisioningDirectory, secret_reference
from embedded.storage import TargetError
from infra.resources import DataSource, Folder

Properties = dict[str, Any]
"""Properties of a resource in the provider's own words, secrets in plain text."""


class Kind(ABC):
    """One type of resource, kept in a directory.

    ``known`` are the properties it takes, ``identity`` the one of them that holds the uid.
    """

    known: ClassVar[frozenset[str]]
    identity: ClassVar[str] = "uid"

    def uid(self, inputs: Properties) -> str | None:
        """The uid that ``inputs`` ask for; another one means another resource. None where Grafana
        chooses.
        """
        return str(inputs["uid"])

    def comparable(self, key: str, value: Any) -> Any:
        """The value of a property in a form that is equal where Grafana sees no difference."""
        return value

    @abstractmethod
    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> str:
        """Makes the resource and returns its uid; raises TargetError where Grafana would refuse
        it.
        """

    @abstractmethod
    def update(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> None:
        """Makes the resource as ``inputs`` say."""

    @abstractmethod
    def read(
        self, directory: ProvisioningDirectory, uid: str, last: Properties
    ) -> Properties | None:
        """The resource's inputs as the files have them, or None where it is gone.

        What files do not hold comes from ``last``, the inputs it was last deployed with.
        """

    @abstractmethod
    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        """Deletes the resource, if it is there."""

    def url(self, uid: str) -> str | None:
        """The resource's path in Grafana, if it has one."""
        return None


class _FolderKind(Kind):
    """``grafana:oss/folder:Folder``"""

    known = frozenset({"uid", "title", "parentFolderUid", "preventDestroyIfNotEmpty"})

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> str:
        uid = str(inputs["uid"])
        if directory.read_folder(uid):
            raise TargetError(f"a folder with the uid {uid} exists already")
        self.update(directory, uid, inputs)
        return uid

    def update(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> None:
        parent = inputs.get("parentFolderUid")
        if parent and not directory.read_folder(parent):
            raise TargetError(f"its parent folder {parent} does not exist")
        directory.write_folder(Folder(uid, inputs["title"], parent))

    def read(
        self, directory: ProvisioningDirectory, uid: str, last: Properties
    ) -> Properties | None:
        folder = directory.read_folder(uid)
        if not folder:
            return None
        found = {"uid": folder.uid, "title": folder.title, "parentFolderUid": folder.parent_uid}
        return _merged(last, found)

    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        directory.delete_folder(uid, only_if_empty=bool(last.get("preventDestroyIfNotEmpty")))

    def url(self, uid: str) -> str | None:
        return f"/dashboards/f/{uid}"


class _DashboardKind(Kind):
    """``grafana:oss/dashboard:Dashboard``"""

    known = frozenset({"configJson", "folder", "overwrite"})
    identity = "configJson"

    def uid(self, inputs: Properties) -> str:
        return str(json.loads(inputs["configJson"])["uid"])

    def comparable(self, key: str, value: Any) -> Any:
        return _content(value) if key == "configJson" else value

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> str:
        uid = self.uid(inputs)
        if directory.read_dashboard(uid) and not inputs.get("overwrite"):
            raise TargetError(
                f"a dashboard with the uid {uid} exists already; "
                "dashboards.adopt: true takes it over"
            )
        self.update(directory, uid, inputs)
        return uid

    def update(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> None:
        if not directory.read_folder(inputs["folder"]):
            raise TargetError(f"its folder {inputs['folder']} does not exist")
        directory.write_dashboard(inputs["folder"], inputs["configJson"])

    def read(
        self, directory: ProvisioningDirectory, uid: str, last: Properties
    ) -> Properties | None:
        stored = directory.read_dashboard(uid)
        if not stored:
            return None
        return _merged(last, {"configJson": stored.config_json, "folder": stored.folder_uid})

    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        directory.delete_dashboard(uid)

    def url(self, uid: str) -> str | None:
        return f"/d/{uid}"


class _DataSourceKind(Kind):
    """``grafana:oss/dataSource:DataSource``"""

    known = frozenset(
        {
            "type",
            "uid",
            "name",
            "url",
            "basicAuthEnabled",
            "basicAuthUsername",
            "jsonDataEncoded",
            "secureJsonDataEncoded",
            "httpHeaders",
        }
    )

    def comparable(self, key: str, value: Any) -> Any:
        return _content(value) if key.endswith("Encoded") else value

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> str:
        for other in directory.data_sources():
            if inputs["uid"] == other.uid or inputs["name"] == other.name:
                raise TargetError(
                    f"a data source with the uid {other.uid} and the name {other.name!r} "
                    "exists already"
                )
        uid = str(inputs["uid"])
        self.update(directory, uid, inputs)
        return uid

    def update(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> None:
        if inputs["type"] != "prometheus":
            raise TargetError(f"data sources of type {inputs['type']} are not supported")
        directory.write_data_source(_data_source(inputs))

    def read(
        self, directory: ProvisioningDirectory, uid: str, last: Properties
    ) -> Properties | None:
        stored = directory.read_data_source(uid)
        if not stored:
            return None
        return _merged(
            last,
            {
                "type": "prometheus",
                "uid": stored.uid,
                "name": stored.name,
                "url": stored.url,
                "basicAuthEnabled": stored.basic_auth_username is not None,
                "basicAuthUsername": stored.basic_auth_username,
                "jsonDataEncoded": to_canonical_json(stored.json_data),
                **_secrets(stored, last),
            },
        )

    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        directory.delete_data_source(uid)


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
        return _merged(last, {"name": team.name, "email": team.email, **members})

    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        directory.access.delete_team(int(uid))


class _FolderPermissionKind(Kind):
    """``grafana:oss/folderPermission:FolderPermission``"""

    known = frozenset({"folderUid", "permissions"})
    identity = "folderUid"

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


KINDS: Mapping[str, Kind] = {
    "grafana:oss/folder:Folder": _FolderKind(),
    "grafana:oss/dashboard:Dashboard": _DashboardKind(),
    "grafana:oss/dataSource:DataSource": _DataSourceKind(),
    "grafana:oss/team:Team": _TeamKind(),
    "grafana:oss/folderPermission:FolderPermission": _FolderPermissionKind(),
}
"""The kinds by Pulumi type."""


def _content(encoded: Any) -> Any:
    """What JSON says, whatever its form; a value that is not known yet is none."""
    return json.loads(encoded) if encoded and encoded != UNKNOWN else encoded


def _grants(permissions: list[Any]) -> Grants:
    """Grafana keeps no order, and ignores the organisation in a team's id."""
    grants = [
        {key: str(value).rpartition(":")[2] for key, value in permission.items() if value}
        for permission in permissions
        if isinstance(permission, dict)
    ]
    return sorted(grants, key=lambda grant: sorted(grant.items()))


def _data_source(inputs: Properties) -> DataSource:
    return DataSource(
        uid=inputs["uid"],
        name=inputs["name"],
        url=inputs["url"],
        json_data=json.loads(inputs.get("jsonDataEncoded") or "{}"),
        basic_auth_username=inputs.get("basicAuthUsername"),
        secure_json_data={k: SecretStr(v) for k, v in _secure_json(inputs).items()},
        http_headers={k: SecretStr(v) for k, v in (inputs.get("httpHeaders") or {}).items()},
    )


def _secure_json(inputs: Properties) -> dict[str, str]:
    secure: dict[str, str] = json.loads(inputs.get("secureJsonDataEncoded") or "{}")
    return secure


def _secrets(stored: DataSource, last: Properties) -> Properties:
    """The secret properties of a data source as its file has them.

    The file holds references: behind the one that was deployed is the value that was deployed;
    where somebody wrote another text, that is what Grafana uses.
    """

    def values(found: Mapping[str, SecretStr], deployed: Mapping[str, str]) -> dict[str, str]:
        texts = {key: text.get_secret_value() for key, text in found.items()}
        return {
            key: deployed[key]
            if key in deployed and text == secret_reference(stored.uid, key)
            else text
            for key, text in texts.items()
        }

    secure = values(stored.secure_json_data, _secure_json(last))
    headers = values(stored.http_headers, last.get("httpHeaders") or {})
    return {
        "secureJsonDataEncoded": to_canonical_json(secure) if secure else None,
        "httpHeaders": headers or None,
    }


def _merged(last: Properties, found: Properties) -> Properties:
    """``last`` with what was ``found``, where None stands for a property that is not set."""
    merged = {**last, **found}
    return {key: value for key, value in merged.items() if value is not None or key not in found}
