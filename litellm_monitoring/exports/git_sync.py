"""Dashboards in the layout of a repository that Grafana's Git Sync reads
(https://grafana.com/docs/grafana/latest/observability-as-code/provision-resources/): resources of
Kubernetes's form, in directories that become folders.
"""

import json
import re

from litellm_monitoring.exports.export import Export, Part, Stack, left_out
from litellm_monitoring.infra.limits import digest

API_VERSION = "dashboard.grafana.app/v1beta1"
"""Of a dashboard whose spec is the JSON model that Grafana has had before."""

_HELD = (Part.FOLDER,)
_NOT_IN_A_PATH = re.compile(r"[^a-zA-Z0-9 _.-]+")
_LONGEST_DIRECTORY = 80


def git_sync(stack: Stack) -> Export:
    """The dashboards of ``stack``, in the directory that is its folder."""
    remarks = list(left_out(stack, "a repository of Git Sync", _HELD))
    declaration = stack.declaration
    directory = ""
    if folder := declaration.folder:
        name = _directory_of(folder.title)
        directory = f"{name}/"
        if name != folder.title:
            remarks.append(
                f"changed: the folder {folder.title} is called {name}, since Git Sync makes it of a "
                "directory, whose name has letters, digits, spaces, -, _ and . only"
            )
    else:
        remarks.append(
            f"left out: the existing folder {declaration.platform.folder_uid}, since a repository "
            "has folders of its own; the dashboards are at its root"
        )
    files = {}
    for dashboard in declaration.dashboards.values():
        spec = json.loads(dashboard.config_json)
        # Grafana takes the UID from the name, and deletes it from what it writes into a repository.
        name = spec.pop("uid")
        content = {
            "apiVersion": API_VERSION,
            "kind": "Dashboard",
            "metadata": {"name": name},
            "spec": spec,
        }
        text = json.dumps(content, indent=2, ensure_ascii=False)
        files[f"{directory}{name}.json"] = f"{text}\n"
    return Export(files, tuple(remarks))


def _directory_of(title: str) -> str:
    """The name of a directory for the folder with that ``title``, of the few characters that Grafana
    takes in the paths of a repository. One that loses more than parentheses is told apart by a hash
    of the whole.
    """
    plain = re.sub(r"[()]", "", title)
    name = " ".join(_NOT_IN_A_PATH.sub(" ", plain).split()).strip(". ")
    if name == " ".join(plain.split()) and len(name) <= _LONGEST_DIRECTORY:
        return name
    return f"{name[:_LONGEST_DIRECTORY].strip('. ')} {digest(title)}".strip()
