"""Where a stack's state is kept: the backend a person has logged in to, or else a directory.

Without an account, state goes to ``.state/`` and secrets are sealed with a passphrase that is made
there. The engine writes the passphrase's salt into the stack file; it is written into a copy, so
that the repository's own files stay as they are and do not carry one person's salt to another.
"""

import contextlib
import json
import os
import re
import secrets
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from litellm_monitoring.embedded.storage import write_text, write_yaml
from litellm_monitoring.tools.project import PROJECT, project_file

_SALT = re.compile(r"^encryptionsalt: (\S+)$", re.MULTILINE)
"""A line of the engine's, which may have been killed while it wrote the rest of the file."""


@dataclass(frozen=True)
class Backend:
    """``directory`` holds the project and stack files that the engine reads; ``environment`` is
    what it is run with besides this process's own; ``description`` is for people. ``state`` is where a
    backend that is a directory keeps its state, None for any other.
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
        return self._in_state(f"locks/*/{PROJECT}/{stack}/*.json")

    def _in_state(self, pattern: str) -> list[Path]:
        return list(self.state.glob(f".pulumi/{pattern}")) if self.state else []

    def mend(self, stack: str) -> None:
        """Removes the empty files of attributes that an engine leaves when it is killed while it
        writes: it does not read what they lie beside, and does not need them. Other stacks are
        read by ``stack`` too.
        """
        for pattern in (
            f"stacks/{PROJECT}/*.attrs",
            f"locks/*/{PROJECT}/{stack}/*.attrs",
            f"history/{PROJECT}/{stack}/*.attrs",
            f"backups/{PROJECT}/{stack}/*.attrs",
        ):
            for path in self._in_state(pattern):
                with contextlib.suppress(FileNotFoundError):
                    if path.stat().st_size == 0:
                        path.unlink()

    def has(self, stack: str) -> bool | None:
        """Whether there is a state of ``stack``; None where only the engine can tell."""
        return self._state_file(stack).exists() if self.state else None

    def stacks(self) -> list[str] | None:
        """The project's stacks that have a state; None where only the engine can tell."""
        if not self.state:
            return None
        return [path.stem for path in self._state_file("*").parent.glob("*.json")]

    def pending_operations(self, stack: str) -> list[Mapping[str, Any]]:
        """What the engine had begun when it was killed, as its state has it."""
        return list(self._latest(stack).get("pending_operations") or [])

    @contextlib.contextmanager
    def unless_it_fails(self, stack: str) -> Iterator[None]:
        """Puts the state of ``stack`` back, where it is a file, if what is done meanwhile fails: what the
        engine imports loses what was pending.
        """
        path = self._state_file(stack)
        before = path.read_text("utf-8") if self.state else ""
        try:
            yield
        except BaseException:
            if before:
                write_text(path, before)
            raise

    def resources(self, stack: str) -> list[Mapping[str, Any]]:
        """What the state of ``stack`` has, as far as it is a directory that has it."""
        return list(self._latest(stack).get("resources") or [])

    def outputs(self, stack: str) -> Mapping[str, Any] | None:
        """The outputs of ``stack``, secrets sealed; None where only the engine can tell."""
        if not self.state:
            return None
        own = [found for found in self.resources(stack) if found["type"] == "pulumi:pulumi:Stack"]
        return own[0].get("outputs", {}) if own else {}

    def stacks_of_teams_in(self, environment: str) -> list[str]:
        """The teams' stacks that build on the stack of ``environment``, as far as this machine can
        tell.
        """
        return sorted(
            stack
            for stack in self.stacks() or []
            if (self.outputs(stack) or {}).get("platformStack") == environment
        )

    def _latest(self, stack: str) -> Mapping[str, Any]:
        """The deployment in the state of ``stack``; empty where there is none."""
        path = self._state_file(stack)
        if not self.state or not path.exists():
            return {}
        return json.loads(path.read_text("utf-8"))["checkpoint"].get("latest") or {}

    def _state_file(self, stack: str) -> Path:
        return (self.state or self.directory) / f".pulumi/stacks/{PROJECT}/{stack}.json"


def backend_for(root: Path) -> Backend:
    """The backend of the project at ``root``; makes the local one if needed."""
    if url := logged_in_to(root):
        return Backend(root, {}, url, directory_of(url))
    return workspace_backend(root)


def workspace_backend(root: Path) -> Backend:
    """The same with a directory of its own for the engine's files, where those of the stacks are to
    be written.
    """
    state = root / ".state"
    state.mkdir(mode=0o700, exist_ok=True)
    workspace = state / "workspace"
    write_text(workspace / "Pulumi.yaml", (root / "Pulumi.yaml").read_text("utf-8"))
    if url := logged_in_to(root):
        return Backend(workspace, {}, url, directory_of(url))
    environment = {"PULUMI_BACKEND_URL": state.as_uri()}
    if not _has_passphrase():
        environment["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(_passphrase_file(state))
    return Backend(workspace, environment, ".state", state)


def write_stack_file(workspace: Path, stack: str, content: Mapping[str, Any]) -> None:
    """Makes ``content`` that of the stack's file, whose salt stays what it is."""
    path = workspace / f"Pulumi.{stack}.yaml"
    earlier = path.read_text("utf-8") if path.exists() else ""
    if "encryptionsalt" not in content and (salt := _SALT.search(earlier)):
        content = {**content, "encryptionsalt": salt[1]}
    write_yaml(path, content)


def directory_of(url: str) -> Path | None:
    """Where a backend that is a directory keeps its state; None for any other."""
    parts = urlsplit(url)
    return Path(f"{parts.netloc}{parts.path}").expanduser() if parts.scheme == "file" else None


def logged_in_to(root: Path) -> str | None:
    """The backend that the engine would choose by itself, None where it would ask for one. An empty
    variable is one that is not set: a pipeline has one for each secret that it lacks.
    """
    if url := os.environ.get("PULUMI_BACKEND_URL"):
        return url
    if url := (project_file(root).get("backend") or {}).get("url"):
        return str(url)
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    with contextlib.suppress(OSError, ValueError, AttributeError):
        if current := json.loads((home / "credentials.json").read_text("utf-8")).get("current"):
            return str(current)
    return "Pulumi Cloud" if os.environ.get("PULUMI_ACCESS_TOKEN") else None


def _has_passphrase() -> bool:
    """Whether a passphrase is given. An empty one is one, for the engine too; no file is none."""
    return "PULUMI_CONFIG_PASSPHRASE" in os.environ or bool(
        os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    )


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
