"""What Grafana's provisioning files cannot say, kept beside them: teams, and who sees a folder.

No Grafana reads it; it shows what would be deployed::

    access/teams/<id>.json
    access/folders/<folder uid>.json
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from litellm_monitoring.embedded.storage import TargetError, file_name, unreadable, write_text


@dataclass(frozen=True)
class StoredTeam:
    """A team as its file holds it; ``id`` is the number that the directory gave it."""

    id: int
    name: str
    email: str | None = None
    members: tuple[str, ...] = ()


Grants = list[dict[str, str]]
"""What is granted on a folder, each to a ``role`` or a ``teamId``."""


class AccessDirectory:
    """Reads and writes the layout below ``root``."""

    def __init__(self, root: Path) -> None:
        self._teams = root / "access" / "teams"
        self._folders = root / "access" / "folders"

    def new_team_id(self) -> int:
        """A number that no team has."""
        return 1 + max((int(path.stem) for path in self._teams.glob("*.json")), default=0)

    def write_team(self, team: StoredTeam) -> None:
        """Writes ``team``; raises TargetError where another has its name."""
        for other in self.teams():
            if other.name == team.name and other.id != team.id:
                raise TargetError(
                    '[POST /teams][409] createTeamConflict {"message":"Team name taken"}'
                )
        _write(self._team_file(team.id), asdict(team))

    def read_team(self, team_id: int) -> StoredTeam | None:
        """The team ``team_id``, or None where there is none."""
        path = self._team_file(team_id)
        found = _read(path)
        if found is None:
            return None
        try:
            return StoredTeam(**{**found, "members": tuple(found["members"])})
        except (KeyError, TypeError) as error:
            raise unreadable(path) from error

    def delete_team(self, team_id: int) -> None:
        """Deletes the team ``team_id``, if it is there."""
        self._team_file(team_id).unlink(missing_ok=True)

    def teams(self) -> Iterator[StoredTeam]:
        """All teams."""
        for path in sorted(self._teams.glob("*.json")):
            if team := self.read_team(int(path.stem)):
                yield team

    def write_grants(self, folder_uid: str, grants: Grants) -> None:
        """Writes what is granted on a folder; raises TargetError for a team that is not there."""
        for grant in grants:
            team_id = grant.get("teamId")
            if team_id and not self.read_team(int(team_id)):
                raise TargetError(f"there is no team with the id {team_id}")
        _write(self._folder_file(folder_uid), {"permissions": grants})

    def read_grants(self, folder_uid: str) -> Grants | None:
        """What is granted on a folder, or None where nobody has said."""
        path = self._folder_file(folder_uid)
        found = _read(path)
        try:
            return None if found is None else list(found["permissions"])
        except (KeyError, TypeError) as error:
            raise unreadable(path) from error

    def delete_grants(self, folder_uid: str) -> None:
        """Forgets what is granted on a folder."""
        self._folder_file(folder_uid).unlink(missing_ok=True)

    def _team_file(self, team_id: int) -> Path:
        return self._teams / f"{team_id}.json"

    def _folder_file(self, uid: str) -> Path:
        return self._folders / file_name(uid, ".json")


def _write(path: Path, content: object) -> None:
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise unreadable(path) from error
