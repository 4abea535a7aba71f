"""Grafana's provisioning files for alerting, one for each rule group, contact point, template and
mute timing
(https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/)::

    provisioning/alerting/<kind>-<hash of its name>.yaml
"""

import copy
import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from litellm_monitoring.embedded.storage import file_name, read_yaml, unreadable, write_yaml

Content = Mapping[str, Any]


class AlertingDirectory:
    """Reads and writes the layout below ``root``."""

    def __init__(self, root: Path) -> None:
        self._files = root / "provisioning" / "alerting"

    def write(self, uid: str, content: Content) -> Path:
        """Makes ``content``, by the key of its kind, that of the file ``uid``."""
        file = self.file(uid)
        write_yaml(file, {"apiVersion": 1, **content})
        return file

    def read(self, uid: str) -> Content | None:
        """The content of the file ``uid``, or None where there is none."""
        file = self.file(uid)
        try:
            found = dict(read_yaml(file))
        except FileNotFoundError:
            return None
        except (TypeError, ValueError, yaml.YAMLError) as error:
            raise unreadable(file) from error
        found.pop("apiVersion", None)
        return found

    def delete(self, uid: str) -> None:
        """Deletes the file ``uid``, if it is there."""
        self.file(uid).unlink(missing_ok=True)

    def change(self, change: Callable[[Content], Content]) -> None:
        """Makes every file what ``change`` makes of its content."""
        for uid in self._uids():
            before = self.read(uid)
            if before is not None and (after := change(before)) != before:
                self.write(uid, after)

    def named_in_rules(self, setting: str) -> set[str]:
        """What the notification settings of all rules have for ``setting``."""
        contents = [self.read(uid) or {} for uid in self._uids()]
        return {
            rule["notification_settings"][setting]
            for content in contents
            for group in content.get("groups", ())
            for rule in group["rules"]
            if setting in rule.get("notification_settings", {})
        }

    def unmute_rules(self, timing: str) -> None:
        """Takes the mute timing out of all rules, as the provider does before it deletes one."""

        def unmuted(content: Content) -> Content:
            found = copy.deepcopy(dict(content))
            for group in found.get("groups", ()):
                for rule in group["rules"]:
                    settings = rule.get("notification_settings", {})
                    names = settings.pop("mute_time_intervals", [])
                    if kept := [name for name in names if name != timing]:
                        settings["mute_time_intervals"] = kept
            return found

        self.change(unmuted)

    def _uids(self) -> Iterator[str]:
        for path in sorted(self._files.glob("*.yaml")):
            yield path.stem

    def file(self, uid: str) -> Path:
        """Where the file ``uid`` is."""
        return self._files / file_name(uid, ".yaml")


def alerting_uid(kind: str, *names: str) -> str:
    """What the file of something with ``names`` of a person's choosing is called."""
    return f"{kind}-{hashlib.sha256(';'.join(names).encode()).hexdigest()[:16]}"
