"""The three kinds of resource that the embedded target keeps, each between the properties of the
Grafana provider and the files of the provisioning layout.

Rules follow terraform-provider-grafana, which the Grafana provider for Pulumi wraps: which
properties it knows, which change replaces a resource, what it refuses.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import SecretStr

from dashboards.frame import to_canonical_json
from embedded.files import ProvisioningDirectory, TargetError, secret_reference
from infra.resources import DataSource, Folder

Properties = dict[str, Any]
"""Properties of a resource in the provider's own words, secrets in plain text."""


class Kind(ABC):
    """One type of resource, kept in a directory.

    ``known`` are the properties it takes, ``json_properties`` those of them that hold JSON and are compared
    by content, ``identity`` the one that holds the uid.
    """

    known: ClassVar[frozenset[str]]
    json_properties: ClassVar[frozenset[str]] = frozenset()
    identity: ClassVar[str] = "uid"

    def uid(self, inputs: Properties) -> str:
        """The uid that ``inputs`` ask for; another one means another resource."""
        return str(inputs["uid"])

    @abstractmethod
    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> None:
        """Makes the resource; raises TargetError where Grafana would refuse it."""

    @abstractmethod
    def update(self, directory: ProvisioningDirectory, inputs: Properties) -> None:
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

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> None:
        if directory.read_folder(inputs["uid"]):
            raise TargetError(f"a folder with the uid {inputs['uid']} exists already")
        self.update(directory, inputs)

    def update(self, directory: ProvisioningDirectory, inputs: Properties) -> None:
        parent = inputs.get("parentFolderUid")
        if parent and not directory.read_folder(parent):
            raise TargetError(f"its parent folder {parent} does not exist")
        directory.write_folder(Folder(inputs["uid"], inputs["title"], parent))

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
    json_properties = frozenset({"configJson"})
    identity = "configJson"

    def uid(self, inputs: Properties) -> str:
        return str(json.loads(inputs["configJson"])["uid"])

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> None:
        uid = self.uid(inputs)
        if directory.read_dashboard(uid) and not inputs.get("overwrite"):
            raise TargetError(
                f"a dashboard with the uid {uid} exists already; "
                "dashboards.adopt: true takes it over"
            )
        self.update(directory, inputs)

    def update(self, directory: ProvisioningDirectory, inputs: Properties) -> None:
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
    json_properties = frozenset({"jsonDataEncoded", "secureJsonDataEncoded"})

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> None:
        for other in directory.data_sources():
            if inputs["uid"] == other.uid or inputs["name"] == other.name:
                raise TargetError(
                    f"a data source with the uid {other.uid} and the name {other.name!r} "
                    "exists already"
                )
        self.update(directory, inputs)

    def update(self, directory: ProvisioningDirectory, inputs: Properties) -> None:
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


KINDS: Mapping[str, Kind] = {
    "grafana:oss/folder:Folder": _FolderKind(),
    "grafana:oss/dashboard:Dashboard": _DashboardKind(),
    "grafana:oss/dataSource:DataSource": _DataSourceKind(),
}
"""The kinds by Pulumi type."""


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
