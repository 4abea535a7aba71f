"""``teams.yaml``: the teams, and the stack that each has in each of its environments."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self

import click
from pydantic import AfterValidator, Field, ValidationError

from litellm_monitoring.infra.declaration.platform import Platform, on_platform
from litellm_monitoring.infra.declaration.stack import grafana_team
from litellm_monitoring.infra.declaration.team_dashboards import shared_with_teams
from litellm_monitoring.infra.identity import slug_of
from litellm_monitoring.infra.settings.kinds import fields
from litellm_monitoring.infra.settings.kinds.written import below, marked, rewritten_in
from litellm_monitoring.infra.settings.loading.stack import (
    SettingsError,
    described,
    load_settings,
    mistakes_in,
    printable,
)
from litellm_monitoring.infra.settings.models.base import Model
from litellm_monitoring.infra.settings.models.stack import SECRET_KEYS, Settings, TeamIdentity
from litellm_monitoring.tools.configuration.grafana import sealed_variables
from litellm_monitoring.tools.configuration.settings_file import platform_of
from litellm_monitoring.tools.configuration.stack import as_pulumi_hands_it, config_of
from litellm_monitoring.tools.project import (
    PROJECT,
    read_mapping,
    stack_file,
    stacks,
    with_namespace,
)

FILE = "teams.yaml"


def _no_secret(settings: dict[str, Any]) -> dict[str, Any]:
    if secret := sorted(SECRET_KEYS & settings.keys()):
        raise ValueError(
            f"{secret[0]} is a secret, which this file cannot hold; use a separate stack file for "
            "the team instead"
        )
    if "team" in settings:
        raise ValueError("the keys beside settings say which team it is; remove it")
    return settings


class FleetTeam(TeamIdentity):
    """A team, and where it gets a stack."""

    name: fields.TeamName | None = None
    """What commands and the names of its stacks call the team; by default made from its alias."""
    environments: tuple[fields.StackName, ...] | None = None
    """Stacks of the environments that it gets a stack in; by default those of the file."""
    cost_center: fields.Text | None = None
    """What its spend is charged to, on the dashboard *Adoption* of its environments."""
    settings: Annotated[dict[str, Any], AfterValidator(_no_secret)] = Field(default_factory=dict)
    """Further settings of its stacks, as in `Pulumi.<stack>.yaml`; `dashboards` are by default those of the environment's stack."""


class Fleet(Model):
    """All teams."""

    environments: tuple[fields.StackName, ...] = ()
    """Stacks of the environments that every team gets a stack in unless it says otherwise."""
    teams: tuple[FleetTeam, ...] = ()
    """The teams."""


@dataclass(frozen=True)
class TeamStack:
    """The stack of a team in ``environment``; ``content`` is that of its stack file, and ``place``
    is where the team stands in ``teams.yaml``, in whose settings ``rewritten`` is what was written
    of those that do not look so any more. ``variables`` are those of the Grafana provider that stand
    for what the environment's configuration seals, which the team's cannot hold.
    """

    stack: str
    team: str
    alias: str
    environment: str
    content: Mapping[str, Any]
    place: str
    rewritten: Mapping[tuple[str, ...], str]
    variables: Sequence[str] = ()

    @cached_property
    def settings(self) -> Settings:
        """What the file sets; raises SettingsError where that cannot be used."""
        config, secret_keys = as_pulumi_hands_it(self.content["config"])
        return load_settings(config, secret_keys, PROJECT, self.stack, self.rewritten)


def all_team_stacks(root: Path) -> list[TeamStack]:
    """The stacks of all teams in all environments.

    Raises:
        click.ClickException: naming all mistakes in ``teams.yaml``.

    """
    if not (root / FILE).exists():
        raise click.ClickException(f"there is no {FILE}; docs/teams.md describes its format")
    values, rewritten = read_mapping(root / FILE), rewritten_in(root / FILE)
    of_teams = {path: written for path, written in rewritten.items() if "settings" not in path[2:3]}
    try:
        fleet = Fleet.model_validate(marked(values, of_teams))
    except ValidationError as error:
        raise _corrections(described(mistakes_in(error, Fleet), values)) from None
    lines = list(_unknown_environments(fleet, root))
    if not lines:
        found = list(_team_stacks(fleet, root, rewritten))
        lines = [*_mistakes_in_settings(found), *_collisions(found, root)]
    if lines:
        raise _corrections(lines)
    return found


def team_stacks(root: Path, environment: str) -> list[TeamStack]:
    """The stacks of all teams in ``environment``.

    Raises:
        click.ClickException: naming all mistakes in ``teams.yaml``, or why the environment cannot
            have teams.

    """
    found = [team for team in all_team_stacks(root) if team.environment == environment]
    _settings_on(platform_of(environment, root), found)
    return found


def settings_of_teams(root: Path) -> dict[str, Settings]:
    """The settings of all teams' stacks, with what their environments' offer.

    Raises:
        click.ClickException: what :func:`team_stacks` does.

    """
    found = all_team_stacks(root)
    return {
        stack: settings
        for environment in dict.fromkeys(team.environment for team in found)
        for stack, settings in _settings_on(
            platform_of(environment, root),
            [team for team in found if team.environment == environment],
        ).items()
    }


def _settings_on(platform: Platform, teams: Iterable[TeamStack]) -> dict[str, Settings]:
    try:
        return {team.stack: on_platform(team.settings, team.stack, platform) for team in teams}
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def chosen(found: Sequence[TeamStack], names: Collection[str]) -> list[TeamStack]:
    """Those of the teams called ``names``, or all where none is named.

    Raises:
        click.ClickException: naming a team that there is none of.

    """
    for name in names:
        if not any(name in (team.team, team.alias) for team in found):
            raise click.ClickException(
                f"there is no team {printable(name)}; the teams are: "
                f"{', '.join(team.team for team in found) or 'none'}"
            )
    return [team for team in found if not names or {team.team, team.alias} & set(names)]


def _environments(team: FleetTeam, fleet: Fleet) -> Iterable[str]:
    chosen = fleet.environments if team.environments is None else team.environments
    return dict.fromkeys(chosen)


def _unknown_environments(fleet: Fleet, root: Path) -> Iterator[str]:
    known = stacks(root)
    for position, team in enumerate(fleet.teams):
        for name in _environments(team, fleet):
            if name not in known:
                yield (
                    f"teams.{position}: there is no stack {name} for its environment; "
                    f"there are: {', '.join(known)}"
                )


def _team_stacks(
    fleet: Fleet, root: Path, rewritten: Mapping[tuple[str, ...], str]
) -> Iterator[TeamStack]:
    shared: dict[str, _Shared] = {}
    for position, team in enumerate(fleet.teams):
        name = team.name or slug_of(team.alias)
        for environment in _environments(team, fleet):
            if environment not in shared:
                shared[environment] = _Shared.by(environment, root)
            yield TeamStack(
                stack=f"{environment}-{name}",
                team=name,
                alias=team.alias,
                environment=environment,
                content=_content(team, environment, shared[environment]),
                place=f"teams.{position}",
                rewritten=below(rewritten, "teams", str(position), "settings"),
                variables=shared[environment].variables,
            )


@dataclass(frozen=True)
class _Shared:
    """What an environment's stack shares with its teams': ``header`` is what its file says besides
    configuration, ``config`` what is not the project's own, ``dashboards`` what it sets of those.
    """

    header: Mapping[str, Any]
    config: Mapping[str, object]
    dashboards: Mapping[str, Any]
    variables: Sequence[str]

    @classmethod
    def by(cls, environment: str, root: Path) -> Self:
        """What the stack of ``environment`` shares."""
        file = stack_file(environment, root)
        config, secret_keys = config_of(environment, root)
        written = with_namespace(file["config"])
        dashboards = json.loads(config.get(f"{PROJECT}:dashboards") or "{}")
        return cls(
            # What its environments of Pulumi ESC set of Grafana is in the configuration.
            {key: value for key, value in file.items() if key not in ("config", "environment")},
            {
                key: written.get(key, value)
                for key, value in config.items()
                if not key.startswith(f"{PROJECT}:") and key not in secret_keys
            },
            dashboards if isinstance(dashboards, dict) else {},
            sealed_variables(secret_keys),
        )


def _content(team: FleetTeam, environment: str, shared: _Shared) -> dict[str, Any]:
    """The stack file of ``team``, beside the environment's: the same Grafana and the same way to
    seal secrets.
    """
    identity = team.model_dump(
        mode="json", by_alias=True, exclude_unset=True, include=set(TeamIdentity.model_fields)
    )
    own = {f"{PROJECT}:{key}": value for key, value in team.settings.items()}
    key = f"{PROJECT}:dashboards"
    special = own.get(key, {})
    if isinstance(special, dict):
        dashboards = shared_with_teams(shared.dashboards) | special
        own |= {key: dashboards} if dashboards else {}
    return {
        **shared.header,
        "config": {
            **shared.config,
            f"{PROJECT}:team": {**identity, "platformStack": environment},
            **own,
        },
    }


def _mistakes_in_settings(found: Iterable[TeamStack]) -> list[str]:
    lines: dict[str, None] = {}
    for team in found:
        try:
            _ = team.settings
        except SettingsError as error:
            lines |= dict.fromkeys(f"{team.place}.settings.{line}" for line in error.corrections)
    return list(lines)


def _collisions(found: Iterable[TeamStack], root: Path) -> Iterator[str]:
    taken = {stack: f"the stack of Pulumi.{stack}.yaml" for stack in stacks(root)}
    for team in found:
        called = f"{team.place} ({printable(team.alias)})"
        if other := taken.get(team.stack):
            yield f"{called} comes to the name {team.stack}, as does {other}; set another name"
        taken.setdefault(team.stack, called)
    yield from _teams_made_twice(found)


def _teams_made_twice(found: Iterable[TeamStack]) -> Iterator[str]:
    """A Grafana has one team of a name; which stacks share one is told by its address."""
    taken: dict[tuple[object, str], TeamStack] = {}
    for team in found:
        try:
            settings = team.settings
        except SettingsError:
            continue
        made = settings.team and grafana_team(settings.team, team.environment)
        if not made:
            continue
        other = taken.setdefault((team.content["config"].get("grafana:url"), made.name), team)
        if other.stack != team.stack:
            yield (
                f"{team.place}: its stack {team.stack} and {other.stack} would both create the "
                f"Grafana team {printable(made.name)}; set another title, or create the team by "
                "hand and set grafanaTeam.existingName to it"
            )


def _corrections(lines: Sequence[str]) -> click.ClickException:
    count = "1 entry needs" if len(lines) == 1 else f"{len(lines)} entries need"
    return click.ClickException(
        "\n".join([f"{count} correction in {FILE}:", *(f"  {printable(line)}" for line in lines)])
    )
