"""What each team is charged to: as ``teams.yaml`` and a stack's own settings say."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from litellm_monitoring.infra.settings.combinations.mistakes import Mistake
from litellm_monitoring.infra.settings.kinds import fields
from litellm_monitoring.infra.settings.kinds.pulumi_yaml import read_yaml
from litellm_monitoring.infra.settings.kinds.written import marked, rewritten_in
from litellm_monitoring.infra.settings.loading.stack import SettingsError, described
from litellm_monitoring.infra.settings.models.stack import Settings

FILE = "teams.yaml"

_ALIAS = TypeAdapter(fields.TeamAlias)
_COST_CENTER = TypeAdapter(fields.Text)


def with_cost_centers(settings: Settings, stack: str, root: Path) -> Settings:
    """``settings`` of ``stack`` with the cost centers that ``teams.yaml`` below ``root`` has of teams
    of which they say nothing. A team's stack has none.

    Raises:
        SettingsError: where that file is not YAML, or a cost center is not text.

    """
    if settings.team:
        return settings
    found = _in_file(root / FILE, stack)
    return settings.model_copy(update={"cost_centers": {**found, **settings.cost_centers}})


def _in_file(file: Path, stack: str) -> dict[str, str]:
    """By alias. One team may have entries for several environments: that for this one counts most."""
    fleet = _read(file, stack)
    elsewhere, here, mistakes = dict[str, str](), dict[str, str](), []
    for position, team in enumerate(_list(fleet.get("teams"))):
        if not isinstance(team, Mapping) or team.get("costCenter") is None:
            continue
        try:
            alias = _ALIAS.validate_python(team.get("alias"))
        except ValidationError:
            continue  # The commands for fleets say what is wrong with it.
        try:
            center = _COST_CENTER.validate_python(team["costCenter"])
        except ValidationError as error:
            said = error.errors()[0]
            advice = str(said.get("ctx", {}).get("error", "must be text"))
            mistakes.append(Mistake(("teams", str(position), "costCenter"), advice))
            continue
        environments = _list(team.get("environments", fleet.get("environments")))
        (here if stack.rpartition("/")[2] in environments else elsewhere)[alias] = center
    if mistakes:
        raise SettingsError([f"{FILE}: {line}" for line in described(mistakes, fleet)], stack)
    return {**elsewhere, **here}


def _read(file: Path, stack: str) -> Mapping[str, Any]:
    try:
        text = file.read_text("utf-8")
        found = marked(read_yaml(text), rewritten_in(file))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError([f"{FILE}: {error.strerror}"], stack) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        problem = " ".join(str(error).split())
        raise SettingsError([f"{FILE} is not YAML: {problem}"], stack) from None
    return found if isinstance(found, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
