"""What teams are charged to: where it is read, and how spend is told apart by it."""

import re
from pathlib import Path

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from promql_parser import Call, StringLiteral

from litellm_monitoring.infra.declaration.stack import scope_of
from litellm_monitoring.infra.settings.loading.cost_centers import with_cost_centers
from litellm_monitoring.infra.settings.loading.stack import SettingsError
from litellm_monitoring.infra.settings.models.stack import Settings
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking.promql import operands, parsed
from litellm_monitoring.signals.catalogue.labels import spellings
from litellm_monitoring.signals.spending import adoption
from litellm_monitoring.tools.configuration.settings_file import settings_of
from tests.project_copy import set_settings, set_teams


def cost_centers(
    root: Path, teams: str | None, stack: str = "prod", **settings: object
) -> dict[str, str]:
    if teams is not None:
        (root / "teams.yaml").write_text(teams)
    return with_cost_centers(Settings.model_validate(settings), stack, root).cost_centers


TEAMS = """
environments: [staging, prod]
teams:
  - {alias: search, costCenter: CC-1}
  - {alias: ads, costCenter: 4711}
  - {alias: quiet}
  - {alias: 7, costCenter: "007"}
  - {costCenter: of nobody}
"""


@pytest.mark.parametrize("stack", ["prod", "organization/litellm/prod", "dev"])
def test_they_are_those_of_the_teams_in_the_file(tmp_path: Path, stack: str) -> None:
    found = cost_centers(tmp_path, TEAMS, stack)
    assert found == {"search": "CC-1", "ads": "4711", "7": "007"}


def test_what_the_stack_says_of_a_team_counts(tmp_path: Path) -> None:
    found = cost_centers(tmp_path, TEAMS, costCenters={"search": "CC-9", "elsewhere": "CC-8"})
    assert found == {"search": "CC-9", "ads": "4711", "7": "007", "elsewhere": "CC-8"}


@pytest.mark.parametrize(("stack", "center"), [("prod", "CC-2"), ("dev", "CC-1")])
def test_a_team_with_an_entry_for_the_environment_has_its_cost_center(
    tmp_path: Path, stack: str, center: str
) -> None:
    teams = "\n".join(
        [
            "teams:",
            "  - {alias: a, costCenter: CC-2, environments: [prod]}",
            "  - {alias: a, name: b, costCenter: CC-1, environments: [dev]}",
        ]
    )
    assert cost_centers(tmp_path, teams, stack) == {"a": center}


@pytest.mark.parametrize("teams", [None, "", "teams: []", "teams: 5", "[]", "teams: [a, {}]"])
def test_without_any_there_are_none(tmp_path: Path, teams: str | None) -> None:
    assert cost_centers(tmp_path, teams) == {}


def test_a_teams_own_stack_charges_nobody(tmp_path: Path) -> None:
    assert cost_centers(tmp_path, TEAMS, team={"alias": "search"}) == {}


def test_every_command_reads_them(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.prod.yaml").write_text("config: {}")
    set_settings(tmp_path, "prod", prometheus={"url": "http://p"}, costCenters={"ads": "CC-9"})
    set_teams(tmp_path, {"alias": "search", "costCenter": "CC-1"})
    scope = scope_of(settings_of("prod", tmp_path), "prod")
    assert scope.cost_centers == {"search": "CC-1", "ads": "CC-9"}
    set_teams(tmp_path, {"alias": "search", "costCenter": []})
    with pytest.raises(click.ClickException, match=r"teams.yaml: teams.0.costCenter: must be text"):
        settings_of("prod", tmp_path)


@pytest.mark.parametrize(
    ("teams", "said"),
    [
        ("teams: [{alias: a, costCenter: [b]}]", "teams.yaml: teams.0.costCenter: must be text"),
        (
            "teams: [{alias: a, costCenter: 007}]",
            'teams.yaml: teams.0.costCenter = 7: not text to YAML without quotes; write it as "007"',
        ),
        ("teams: [{alias: a, costCenter: 1.5}]", "teams.yaml: teams.0.costCenter = 1.5: "),
        ("teams: [", "teams.yaml is not YAML: "),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, teams: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        cost_centers(tmp_path, teams)
    (line,) = error.value.corrections
    assert line.startswith(said)


NEW = "new"
"""The label that tells new series from others."""


def relabelled(node: object) -> list[tuple[str, str]]:
    """The value and the pattern of each ``label_replace``, in the order in which they are applied."""
    found = [each for operand in operands(node) for each in relabelled(operand)]
    if isinstance(node, Call) and node.func.name == "label_replace":
        _, label, value, _, pattern = node.args
        assert isinstance(label, StringLiteral)
        assert isinstance(value, StringLiteral)
        assert isinstance(pattern, StringLiteral)
        if label.val != NEW:
            found.append((str(value.val), str(pattern.val)))
    return found


def charged_to(scope: Scope, team: str) -> str:
    replaced = relabelled(parsed(adoption.spent_by_cost_center(scope, "1d").expr))
    found = [
        value.replace("$$", "$")
        for value, pattern in replaced
        if any(re.fullmatch(pattern, each, re.S) for each in spellings(team))
    ]
    return found[-1]


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(st.dictionaries(names, names, min_size=1, max_size=5))
@example({"0": "1"})
def test_every_team_is_charged_to_its_cost_center_whatever_they_are_called(
    centers: dict[str, str],
) -> None:
    written = [each for team in centers for each in spellings(team)]
    if len(set(written)) < len(written):
        return  # They cannot be told apart.
    scope = Scope(cost_centers=centers)
    for team, center in centers.items():
        assert charged_to(scope, team) == center
        # Grafana would see a variable.
        assert "$" not in adoption.spent_by_cost_center(scope, "1d").expr


def test_a_team_without_one_is_told_apart() -> None:
    scope = Scope(cost_centers={"a": "CC-1"})
    assert [charged_to(scope, team) for team in ("a", "ab", "None", "")] == [
        "CC-1",
        *["no cost center"] * 3,
    ]
