"""What a program asks of a component: the declaration that its arguments make, and those of its teams."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pydantic import BaseModel, Field, ValidationError

from litellm_monitoring.infra.arguments.inputs import Inputs
from litellm_monitoring.infra.arguments.reading import Arguments
from litellm_monitoring.infra.arguments.spelling import respelt
from litellm_monitoring.infra.declaration.platform import Platform, on_platform
from litellm_monitoring.infra.declaration.stack import Declaration, declare
from litellm_monitoring.infra.declaration.team_dashboards import shared_with_teams
from litellm_monitoring.infra.identity import shortened_title, slug_of
from litellm_monitoring.infra.limits import NAME, shortened
from litellm_monitoring.infra.settings.combinations.all import mistakes_in_combinations
from litellm_monitoring.infra.settings.combinations.mistakes import Mistake
from litellm_monitoring.infra.settings.kinds import fields
from litellm_monitoring.infra.settings.loading.stack import (
    SettingsError,
    described,
    mistakes_in,
    needing,
    printable,
)
from litellm_monitoring.infra.settings.models.stack import SECRET_KEYS, Settings, TeamIdentity

_SEPARATOR = " "
"""Projects, stacks and teams have none in their names. The provider splits the IDs of what is known by
its name at each colon, and a stack's own name is what comes after a slash.
"""
_LONGEST_IDENTITY = 100
_IDENTITY = re.compile(rf"[\w.-]{{1,{_LONGEST_IDENTITY}}}", re.ASCII)


class ComponentTeam(TeamIdentity):
    """A team whose folder lies in that of the component."""

    name: fields.TeamName | None = None
    """What the names of the team's resources carry; by default made from its alias."""
    cost_center: fields.Text | None = None
    """What its spend is charged to, on the dashboard *Adoption*."""
    settings: Settings = Field(default_factory=Settings)
    """Further settings of the team; `dashboards` are by default those of the component."""


@dataclass(frozen=True)
class Team:
    """A team as it is declared; ``name`` is what its resources' names carry."""

    alias: str
    name: str
    declaration: Declaration


@dataclass(frozen=True)
class Wanted:
    """What a component is to make; ``inputs`` fill in what is not known yet."""

    declaration: Declaration
    teams: Sequence[Team] = ()
    inputs: Inputs = field(default_factory=Inputs)


def wanted(
    name: str,
    arguments: Mapping[str, Any],
    teams: Sequence[Mapping[str, Any]],
    identity: str | None,
) -> Wanted:
    """What the component ``name`` is to make by its ``arguments`` and for its ``teams``.

    Raises:
        pulumi.RunError: naming all mistakes; the engine prints it without a traceback.

    """
    reader = _Reader(name, identity or _identity(name), Inputs())
    if identity is not None and not _IDENTITY.fullmatch(identity):
        reader.corrections.append(
            f"identity = {printable(identity)}: must be at most {_LONGEST_IDENTITY} letters, digits, "
            "-, _ and ."
        )
    found = reader.declared(arguments, teams)
    if reader.corrections or not found:
        raise pulumi.RunError(needing(reader.corrections, reader.place))
    return found


def _identity(name: str) -> str:
    """What tells the component ``name`` of this project and stack apart from all others."""
    parts = (pulumi.get_project(), pulumi.get_stack(), _without_separators(name))
    return shortened(_SEPARATOR.join(parts), _LONGEST_IDENTITY)


def _without_separators(name: str) -> str:
    return re.sub(r"[% :/]", lambda found: f"%{ord(found[0]):02X}", name)


class _Reader:
    def __init__(self, name: str, identity: str, inputs: Inputs) -> None:
        self.place = f"LiteLLMMonitoring {printable(name)}"
        self.corrections: list[str] = []
        self._identity = identity
        self._inputs = inputs
        self._stack = pulumi.get_stack()

    def declared(
        self, arguments: Mapping[str, Any], teams: Sequence[Mapping[str, Any]]
    ) -> Wanted | None:
        """None where there are ``corrections``."""
        values = self._read(Settings, arguments)
        settings = self._checked(values, self._identity, is_whole=not self.corrections)
        read = self._teams(teams)
        if settings and settings.team and read:
            self.corrections.append("teams: remove it, or team; a team has no teams")
        if not settings or self.corrections:
            return None
        known = [team for team in read if team]
        settings = settings.model_copy(
            update={
                "environment": settings.environment or self._stack,
                "cost_centers": {
                    **{
                        team.identity.alias: team.identity.cost_center
                        for team in known
                        if team.identity.cost_center
                    },
                    **settings.cost_centers,
                },
            }
        )
        declaration = declare(self._named(settings, self._identity), self._identity)
        made = [
            each
            for team in known
            if (each := self._declared_team(team, declaration.platform, values))
        ]
        return None if self.corrections else Wanted(declaration, made, self._inputs)

    def _read(
        self, model: type[BaseModel], given: Mapping[str, Any], path: tuple[str, ...] = ()
    ) -> dict[str, object]:
        reader = Arguments(self._inputs, self.place)
        values = reader.values(model, given, path)
        self.corrections += described(reader.mistakes, {})
        return values

    def _checked(
        self,
        values: Mapping[str, object],
        identity: str,
        place: str = "",
        *,
        is_whole: bool = True,
    ) -> Settings | None:
        """Settings with these ``values``, where nothing is wrong with them; what goes together is told
        where the values are all that was asked for.
        """
        found, mistakes = None, list[Mistake]()
        try:
            found = Settings.model_validate(values)
        except ValidationError as error:
            mistakes += mistakes_in(error, Settings)
        if is_whole:
            mistakes += mistakes_in_combinations(values, identity)
        self._correct(mistakes, values, place)
        return None if mistakes else found

    def _teams(self, teams: object) -> "list[_ReadTeam | None]":
        if not isinstance(teams, list | tuple) or not all(isinstance(t, Mapping) for t in teams):
            self.corrections.append("teams: must be a list of mappings of keys to values")
            return []
        read = [self._team(each, position) for position, each in enumerate(teams)]
        aliases, names = dict[str, str](), dict[str, str]()
        for team in filter(None, read):
            place, alias, name = team.place.removesuffix("."), team.identity.alias, team.called
            if other := aliases.get(alias):
                self.corrections.append(
                    f"{place}: has the alias {printable(alias)}, as {other} has; a team has one folder"
                )
            elif other := names.get(name):
                self.corrections.append(
                    f"{place}: comes to the name {name}, as {other} does; set another name"
                )
            aliases.setdefault(alias, place)
            names.setdefault(name, place)
        return read

    def _team(self, given: Mapping[str, Any], position: int) -> "_ReadTeam | None":
        place = f"teams.{position}."
        values = self._read(ComponentTeam, given, ("teams", str(position)))
        own = values.pop("settings", {})
        own = own if isinstance(own, Mapping) else {}
        try:
            identity = ComponentTeam.model_validate(values)
        except ValidationError as error:
            self._correct(mistakes_in(error, ComponentTeam), values, place)
            return None
        if "team" in own:
            self.corrections.append(
                f"{place}settings.team: remove it; the keys beside settings say which team it is"
            )
            return None
        return _ReadTeam(place, identity, own)

    def _declared_team(
        self, team: "_ReadTeam", platform: Platform, of_environment: Mapping[str, object]
    ) -> Team | None:
        identity = f"{self._identity}{_SEPARATOR}{team.called}"
        settings = self._checked(
            self._values_of(team, of_environment), identity, f"{team.place}settings."
        )
        if not settings:
            return None
        if not settings.folder.parent_uid and not platform.is_folder_restricted:
            self.corrections.append(
                f"{team.place.removesuffix('.')}: every viewer can see the folder, and could see the "
                "team's inside it; set folder.permissions, e.g. [] for admins only, or "
                "settings.folder.parent_uid of the team to another folder"
            )
            return None
        try:
            settings = on_platform(settings, identity, platform)
        except SettingsError as error:
            for line in error.corrections:
                self.corrections.append(f"{team.place}settings.{respelt(line)}")
            return None
        settings = self._named(settings, identity)
        return Team(team.identity.alias, team.called, declare(settings, identity))

    def _values_of(
        self, team: "_ReadTeam", of_environment: Mapping[str, object]
    ) -> dict[str, object]:
        dashboards = of_environment.get("dashboards", {})
        special = team.own.get("dashboards", {})
        shared = shared_with_teams(dashboards) if isinstance(dashboards, Mapping) else {}
        identity = team.identity.model_dump(
            mode="json", by_alias=True, exclude_unset=True, include=set(TeamIdentity.model_fields)
        )
        protect = of_environment.get("protect")
        return {
            **({} if protect is None else {"protect": protect}),
            **team.own,
            "team": {**identity, "platformStack": self._stack},
            "dashboards": {**shared, **(special if isinstance(special, Mapping) else {})},
        }

    def _named(self, settings: Settings, identity: str) -> Settings:
        """A Grafana has one team of a name, which must carry more than the environment."""
        team = settings.team
        if not team or (of_grafana := team.grafana_team).name:
            return settings
        title = shortened_title(team.title or team.alias)
        made = of_grafana.model_copy(
            update={"name": shortened(f"LiteLLM {title} ({identity})", NAME)}
        )
        return settings.model_copy(update={"team": team.model_copy(update={"grafana_team": made})})

    def _correct(
        self, mistakes: Sequence[Mistake], values: Mapping[str, object], place: str
    ) -> None:
        for mistake in mistakes:
            line = printable(self._described(mistake, values))
            if place.endswith("settings.") and line.startswith("team."):
                of_team = place.removesuffix("settings.")
                self.corrections.append(re.sub(r"\bteam\.(?=grafana_team)", of_team, line))
            else:
                self.corrections.append(place + line)

    def _described(self, mistake: Mistake, values: Mapping[str, object]) -> str:
        (line,) = described([mistake], values, SECRET_KEYS)
        key, advice = ".".join(mistake.path), f": {mistake.advice}"
        shown = line.removeprefix(key).removesuffix(advice)
        if self._inputs.place_of(shown):
            shown = " = (an Output)"
        return f"{respelt(key)}{shown}{respelt(advice)}"


@dataclass(frozen=True)
class _ReadTeam:
    """A team as it was asked for; ``own`` are its settings as a stack's file has them."""

    place: str
    identity: ComponentTeam
    own: Mapping[str, object]

    @property
    def called(self) -> str:
        """What names carry."""
        return self.identity.name or slug_of(self.identity.alias)
