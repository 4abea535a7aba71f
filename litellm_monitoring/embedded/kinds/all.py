"""The kinds of resource that the embedded target keeps, each between the properties of the Grafana
provider and files.

Rules follow terraform-provider-grafana, which the Grafana provider for Pulumi wraps: which
properties it knows, which change replaces a resource, what it refuses.
"""

import json
from collections.abc import Mapping
from typing import Any

from pulumi.runtime.rpc import UNKNOWN
from pydantic import SecretStr

from litellm_monitoring.dashboards.frame.model import to_canonical_json
from litellm_monitoring.embedded.bridge import Defaults
from litellm_monitoring.embedded.files import ProvisioningDirectory, secret_reference
from litellm_monitoring.embedded.kinds.access import ACCESS_KINDS
from litellm_monitoring.embedded.kinds.alerting import ALERTING_KINDS
from litellm_monitoring.embedded.kinds.kind import Kind, Properties, merged
from litellm_monitoring.embedded.storage import TargetError
from litellm_monitoring.infra.declaration.resources import DataSource, Folder
from litellm_monitoring.infra.settings.models.prometheus import is_of_prometheus


class _FolderKind(Kind):
    """``grafana:oss/folder:Folder``"""

    known = frozenset({"uid", "title", "parentFolderUid", "preventDestroyIfNotEmpty"})

    def state(self, inputs: Properties) -> Properties:
        return {"parentFolderUid": "", **inputs}

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> str:
        uid = str(inputs["uid"])
        if directory.read_folder(uid):
            raise TargetError(
                "failed to create folder: [POST /folders] createFolder (status 412): {}"
            )
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
        return merged(last, found)

    def delete(self, directory: ProvisioningDirectory, uid: str, last: Properties) -> None:
        directory.delete_folder(uid, only_if_empty=bool(last.get("preventDestroyIfNotEmpty")))

    def url(self, uid: str) -> str | None:
        return f"/dashboards/f/{uid}"


class _DashboardKind(Kind):
    """``grafana:oss/dashboard:Dashboard``"""

    known = frozenset({"configJson", "folder", "overwrite"})
    identity = "configJson"
    encoded = frozenset({"configJson"})

    def state(self, inputs: Properties) -> Properties:
        return {**inputs, "configJson": _without_panel_ids(inputs["configJson"])}

    def uid(self, inputs: Properties) -> str | None:
        config_json = inputs["configJson"]
        return None if config_json == UNKNOWN else str(json.loads(config_json)["uid"])

    def comparable(self, key: str, value: Any) -> Any:
        return _content(value) if key == "configJson" else value

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> str:
        uid = str(self.uid(inputs))
        if directory.read_dashboard(uid) and not inputs.get("overwrite"):
            raise TargetError(
                "[POST /dashboards/db][412] postDashboardPreconditionFailed "
                '{"message":"The dashboard has been changed by someone else",'
                '"status":"version-mismatch"}'
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
        return merged(last, {"configJson": stored.config_json, "folder": stored.folder_uid})

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
    secret = frozenset({"secureJsonDataEncoded", "httpHeaders"})
    encoded = frozenset({"jsonDataEncoded"})
    defaults = Defaults(
        {
            "accessMode": "proxy",
            "basicAuthUsername": "",
            "databaseName": "",
            "isDefault": False,
            "privateDataSourceConnectNetworkId": "",
            "username": "",
        }
    )

    def state(self, inputs: Properties) -> Properties:
        return {**self.defaults.own, **inputs}

    def comparable(self, key: str, value: Any) -> Any:
        return _content(value) if key.endswith("Encoded") else value

    def create(self, directory: ProvisioningDirectory, inputs: Properties) -> str:
        for other in directory.data_sources():
            for key, taken in (("name", other.name), ("uid", other.uid)):
                if inputs[key] == taken:
                    raise TargetError(
                        "[POST /datasources][409] addDataSourceConflict "
                        f'{{"message":"data source with the same {key} already exists"}}'
                    )
        uid = str(inputs["uid"])
        self.update(directory, uid, inputs)
        return uid

    def update(self, directory: ProvisioningDirectory, uid: str, inputs: Properties) -> None:
        if not is_of_prometheus(inputs["type"]):
            raise TargetError(f"data sources of type {inputs['type']} are not supported")
        directory.write_data_source(_data_source(inputs))

    def read(
        self, directory: ProvisioningDirectory, uid: str, last: Properties
    ) -> Properties | None:
        stored = directory.read_data_source(uid)
        if not stored:
            return None
        return merged(
            last,
            {
                "type": stored.type,
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
    **ACCESS_KINDS,
    **ALERTING_KINDS,
}
"""The kinds by Pulumi type."""


def _content(encoded: Any) -> Any:
    """What JSON says, whatever its form; a value that is not known yet is none."""
    return json.loads(encoded) if encoded and encoded != UNKNOWN else encoded


def _without_panel_ids(config_json: str) -> str:
    """A dashboard's model as the provider keeps it; one that is not known yet is none."""
    if config_json == UNKNOWN:
        return config_json
    model = json.loads(config_json)
    for panel in model.get("panels") or ():
        panel.pop("id", None)
    return to_canonical_json(model)


def _data_source(inputs: Properties) -> DataSource:
    return DataSource(
        uid=inputs["uid"],
        name=inputs["name"],
        url=inputs["url"],
        type=inputs["type"],
        json_data=json.loads(inputs.get("jsonDataEncoded") or "{}"),
        basic_auth_username=inputs.get("basicAuthUsername") or None,
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
