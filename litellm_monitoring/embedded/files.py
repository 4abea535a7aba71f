"""Grafana's provisioning layout as files: one for each data source, folder and dashboard.

Grafana reads it at start
(https://grafana.com/docs/grafana/latest/administration/provisioning/)::

    provisioning/datasources/<data source uid>.yaml
    provisioning/dashboards/<folder uid>.yaml
    provisioning/dashboards/<folder uid>/<dashboard uid>.json
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from litellm_monitoring.dashboards.frame.model import to_canonical_json
from litellm_monitoring.embedded.access import AccessDirectory
from litellm_monitoring.embedded.alerting import AlertingDirectory, Content
from litellm_monitoring.embedded.storage import (
    TargetError,
    file_name,
    read_yaml,
    unreadable,
    write_text,
    write_yaml,
)
from litellm_monitoring.infra.declaration.resources import DataSource, Folder

_PARENT_UID = "parentFolderUid"
"""Key of a dashboard provider's options that Grafana ignores: its files cannot nest folders."""


@dataclass(frozen=True)
class StoredDashboard:
    """A dashboard as its file holds it."""

    folder_uid: str
    config_json: str


class ProvisioningDirectory:
    """Reads and writes the layout below ``root``, and ``access`` beside it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.access = AccessDirectory(root)
        self.alerting = AlertingDirectory(root)
        self._data_sources = root / "provisioning" / "datasources"
        self._dashboards = root / "provisioning" / "dashboards"

    def write_folder(self, folder: Folder) -> Path:
        """Writes ``folder``, empty if it is new, and returns its file."""
        contents = self._dashboards / file_name(folder.uid, "")
        contents.mkdir(parents=True, exist_ok=True)
        options = {"path": literal(str(contents.resolve()))}
        if folder.parent_uid:
            options[_PARENT_UID] = folder.parent_uid
        provider = {
            "name": folder.uid,
            "orgId": 1,
            "folder": literal(folder.title),
            "folderUid": folder.uid,
            "type": "file",
            "disableDeletion": False,
            "allowUiUpdates": False,
            "options": options,
        }
        file = self._folder_file(folder.uid)
        self._rename_in_rules(folder)
        write_yaml(file, {"apiVersion": 1, "providers": [provider]})
        return file

    def _rename_in_rules(self, folder: Folder) -> None:
        """Rules name their folder by its title."""
        before = self.read_folder(folder.uid)
        if not before or before.title == folder.title:
            return
        old, new = folder_path(before.title), folder_path(folder.title)

        def renamed(content: Content) -> Content:
            groups = [
                {**group, "folder": new} if group["folder"] == old else group
                for group in content.get("groups", ())
            ]
            return {**content, "groups": groups} if groups else content

        self.alerting.change(renamed)

    def read_folder(self, uid: str) -> Folder | None:
        """The folder ``uid``, or None where there is none."""
        try:
            (provider,) = read_yaml(self._folder_file(uid))["providers"]
            if provider["folderUid"] != uid:
                return None
            return Folder(
                uid=provider["folderUid"],
                title=text(provider["folder"]),
                parent_uid=provider["options"].get(_PARENT_UID),
            )
        except FileNotFoundError:
            return None
        except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
            raise unreadable(self._folder_file(uid)) from error

    def delete_folder(self, uid: str, *, only_if_empty: bool) -> None:
        """Deletes the folder ``uid`` with its dashboards.

        Raises:
            TargetError: where ``only_if_empty`` and it holds dashboards or folders.

        """
        dashboards = sorted((self._dashboards / uid).glob("*.json"))
        folders = [child for child in self.folder_uids() if self._parent_uid(child) == uid]
        if only_if_empty and (dashboards or folders):
            held = ", ".join([*(path.stem for path in dashboards), *folders])
            raise TargetError(f"folder {uid} is not empty: it holds {held}")
        for path in dashboards:
            path.unlink()
        self._folder_file(uid).unlink(missing_ok=True)
        self.access.delete_grants(uid)
        # Where it holds files that are not ours, the directory stays.
        with contextlib.suppress(OSError):
            (self._dashboards / uid).rmdir()

    def folder_uids(self) -> list[str]:
        """The uids of all folders."""
        return sorted(path.stem for path in self._dashboards.glob("*.yaml"))

    def write_dashboard(self, folder_uid: str, config_json: str) -> Path:
        """Writes a dashboard into the folder, and out of any other, indented for people to
        read; returns its file.
        """
        model = json.loads(config_json)
        text = json.dumps(model, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        file = self._dashboards / folder_uid / file_name(model["uid"], ".json")
        write_text(file, text)
        for path in self._dashboards.glob(f"*/{file.name}"):
            if path != file:
                path.unlink()
        return file

    def read_dashboard(self, uid: str) -> StoredDashboard | None:
        """The dashboard ``uid`` of whichever folder, or None where there is none."""
        for path in sorted(self._dashboards.glob(f"*/{file_name(uid, '.json')}")):
            try:
                model = json.loads(path.read_text("utf-8"))
                if model.get("uid") == uid:
                    return StoredDashboard(path.parent.name, to_canonical_json(model))
            except (ValueError, AttributeError) as error:
                raise unreadable(path) from error
        return None

    def delete_dashboard(self, uid: str) -> None:
        """Deletes the dashboard ``uid``, if it is there."""
        for path in self._dashboards.glob(f"*/{file_name(uid, '.json')}"):
            path.unlink()

    def write_data_source(self, data_source: DataSource) -> Path:
        """Writes ``data_source``, a ``$VARIABLE`` in place of each secret; returns its file."""
        uid = data_source.uid
        options = dict(data_source.json_data)
        secure = {key: secret_reference(uid, key) for key in sorted(data_source.secure_json_data)}
        for position, name in enumerate(sorted(data_source.http_headers), start=1):
            options[f"httpHeaderName{position}"] = name
            secure[f"httpHeaderValue{position}"] = secret_reference(uid, name)
        entry: dict[str, object] = {
            "name": literal(data_source.name),
            "uid": uid,
            "type": data_source.type,
            "access": "proxy",
            "url": literal(data_source.url),
            "editable": False,
            "jsonData": in_strings(literal, options),
        }
        if data_source.basic_auth_username is not None:
            entry["basicAuth"] = True
            entry["basicAuthUser"] = literal(data_source.basic_auth_username)
        if secure:
            entry["secureJsonData"] = secure
        file = self._data_source_file(uid)
        # "prune" has Grafana delete, at its next start, what the files no longer name.
        write_yaml(file, {"apiVersion": 1, "prune": True, "datasources": [entry]})
        return file

    def read_data_source(self, uid: str) -> DataSource | None:
        """The data source ``uid``, its secrets as their references, or None where there is none."""
        path = self._data_source_file(uid)
        try:
            (entry,) = read_yaml(path)["datasources"]
            if entry["uid"] != uid:
                return None
            options = in_strings(text, entry["jsonData"])
            secure = dict(entry.get("secureJsonData", {}))
            headers = {}
            for key in [key for key in options if key.startswith("httpHeaderName")]:
                reference = secure.pop(key.replace("Name", "Value", 1), "")
                headers[options.pop(key)] = SecretStr(reference)
            return DataSource(
                uid=entry["uid"],
                name=text(entry["name"]),
                url=text(entry["url"]),
                type=entry["type"],
                json_data=options,
                basic_auth_username=text(entry["basicAuthUser"])
                if "basicAuthUser" in entry
                else None,
                secure_json_data={key: SecretStr(value) for key, value in secure.items()},
                http_headers=headers,
            )
        except FileNotFoundError:
            return None
        except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
            raise unreadable(path) from error

    def delete_data_source(self, uid: str) -> None:
        """Deletes the data source ``uid``, if it is there."""
        self._data_source_file(uid).unlink(missing_ok=True)

    def variables(self, uid: str) -> list[str]:
        """The environment variables that the data source ``uid`` takes its secrets from."""
        stored = self.read_data_source(uid)
        secrets = (
            [*stored.secure_json_data.values(), *stored.http_headers.values()] if stored else []
        )
        return [secret.get_secret_value().removeprefix("$") for secret in secrets]

    def data_sources(self) -> Iterator[DataSource]:
        """All data sources, by uid."""
        for path in sorted(self._data_sources.glob("*.yaml")):
            if data_source := self.read_data_source(path.stem):
                yield data_source

    def _parent_uid(self, uid: str) -> str | None:
        folder = self.read_folder(uid)
        return folder.parent_uid if folder else None

    def _folder_file(self, uid: str) -> Path:
        return self._dashboards / file_name(uid, ".yaml")

    def _data_source_file(self, uid: str) -> Path:
        return self._data_sources / file_name(uid, ".yaml")


def secret_reference(uid: str, key: str) -> str:
    """The ``$VARIABLE`` that stands for the secret ``key`` (a key of Grafana's
    ``secureJsonData``, or a header's name) of the data source ``uid``.
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", f"{uid}_{key}")
    return "$" + re.sub(r"\W+", "_", words).upper()


def folder_path(title: str) -> str:
    """How a rule group's file names the folder with that title: by a path of folders in folders."""
    return literal(title.replace("/", "\\/"))


def literal(text: str) -> str:
    """``text`` as Grafana reads it from a provisioning file, where ``$`` begins a variable."""
    return text.replace("$", "$$")


def text(literal: str) -> str:
    """What Grafana reads where a provisioning file has ``literal``."""
    return literal.replace("$$", "$")


def in_strings(change: Callable[[str], str], value: Any) -> Any:
    """``value``, JSON-like, with ``change`` applied to each string in it that is not a key."""
    match value:
        case str():
            return change(value)
        case list():
            return [in_strings(change, item) for item in value]
        case dict():
            return {key: in_strings(change, item) for key, item in value.items()}
        case _:
            return value
