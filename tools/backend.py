"""Where a stack's state is kept: the backend a person has logged in to, or else a directory.

Without an account, state goes to ``.state/`` and secrets are sealed with a passphrase that is made
there. The engine writes the passphrase's salt into the stack file; it is written into a copy, so
that the repository's own files stay as they are and do not carry one person's salt to another.
"""

import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools.project import PROJECT, project_file, stack_file

_PASSPHRASE_VARIABLES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


@dataclass(frozen=True)
class Backend:
    """``directory`` holds the project and stack files that the engine reads; ``environment`` is
    what it is run with besides this process's own; ``description`` is for people. ``state`` is the
    local backend's directory, None for any other.
    """

    directory: Path
    environment: Mapping[str, str]
    description: str
    state: Path | None = None

    def is_lock_abandoned(self, stack: str) -> bool:
        """Whether whoever locked ``stack`` was killed, as far as this machine can tell.

        A killed engine leaves its lock behind, with its process id and host name in it.
        """
        locks = [json.loads(file.read_text("utf-8")) for file in self._locks(stack)]
        return bool(locks) and all(
            lock["hostname"] == socket.gethostname() and not _is_running(lock["pid"])
            for lock in locks
        )

    def is_locked(self, stack: str) -> bool:
        """Whether a run holds ``stack``, as far as this machine can tell."""
        return bool(self._locks(stack))

    def _locks(self, stack: str) -> list[Path]:
        pattern = f".pulumi/locks/*/{PROJECT}/{stack}/*.json"
        return list(self.state.glob(pattern)) if self.state else []

    def pending_operations(self, stack: str) -> list[Mapping[str, Any]]:
        """What the engine had begun when it was killed, as its state has it."""
        if not self.state:
            return []
        try:
            text = (self.state / f".pulumi/stacks/{PROJECT}/{stack}.json").read_text("utf-8")
        except FileNotFoundError:
            return []
        latest = json.loads(text)["checkpoint"].get("latest") or {}
        return list(latest.get("pending_operations") or [])


def backend_for(stack: str, root: Path) -> Backend:
    """The backend of ``stack`` in the project at ``root``; makes the local one if needed."""
    if logged_in_to := _logged_in_to(root):
        return Backend(root, {}, logged_in_to)
    state = root / ".state"
    state.mkdir(mode=0o700, exist_ok=True)
    environment = {"PULUMI_BACKEND_URL": state.as_uri()}
    if not any(variable in os.environ for variable in _PASSPHRASE_VARIABLES):
        environment["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(_passphrase_file(state))
    return Backend(_copied_files(stack, root, state / "workspace"), environment, ".state", state)


def _logged_in_to(root: Path) -> str | None:
    if url := os.environ.get("PULUMI_BACKEND_URL"):
        return url
    if os.environ.get("PULUMI_ACCESS_TOKEN"):
        return "Pulumi Cloud"
    if url := (project_file(root).get("backend") or {}).get("url"):
        return str(url)
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    try:
        current = json.loads((home / "credentials.json").read_text("utf-8")).get("current")
    except (OSError, ValueError, AttributeError):
        return None
    return str(current) if current else None


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # A process that was killed answers signals until its parent has taken note.
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or ") Z " not in status.read_text("utf-8")


def _passphrase_file(state: Path) -> Path:
    path = state / "passphrase"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
    return path


def _copied_files(stack: str, root: Path, workspace: Path) -> Path:
    workspace.mkdir(exist_ok=True)
    (workspace / "Pulumi.yaml").write_bytes((root / "Pulumi.yaml").read_bytes())
    copy = workspace / f"Pulumi.{stack}.yaml"
    content = dict(stack_file(stack, root))
    if "encryptionsalt" not in content and copy.exists():
        earlier = yaml.safe_load(copy.read_text("utf-8")) or {}
        if salt := earlier.get("encryptionsalt"):
            content["encryptionsalt"] = salt
    copy.write_text(yaml.safe_dump(content), "utf-8")
    return workspace
