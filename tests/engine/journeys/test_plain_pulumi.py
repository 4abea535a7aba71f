"""Plain ``pulumi up`` runs the same program to the same end."""

import json
from collections.abc import Mapping

from litellm_monitoring.infra.settings.kinds.pulumi_yaml import read_yaml
from tests.engine.conftest import Project
from tests.project_copy import set_teams
from tests.unit.settings.test_pulumi_yaml import READ_BY_THE_ENGINE


def test_plain_pulumi_and_the_inline_program_give_the_same_resources(
    project: Project, plain_pulumi: Mapping[str, str]
) -> None:
    assert project.tools("up").status == 0
    by_inline_program = project.state()
    up = ["pulumi", "up", "--yes", "--stack", "dev", "--non-interactive"]
    same = project.run(up, plain_pulumi)
    assert same.status == 0, same.output
    assert "5 unchanged" in same.output
    assert project.state() == by_inline_program
    project.set(prometheus={"url": "nonsense"})
    preview = ["pulumi", "preview", "--stack", "dev", "--non-interactive"]
    refused = project.run(preview, plain_pulumi)
    assert refused.status != 0
    assert '  prometheus.url = "nonsense": not a web address' in refused.output
    assert "Traceback" not in refused.output


def test_text_without_quotes(project: Project, plain_pulumi: Mapping[str, str]) -> None:
    """What Pulumi makes of it is what our reading of its files says, and what the program is told of."""
    assert project.tools("up").status == 0
    path, value = "prometheus.tenant", "1234567"
    on_dev = ["--stack", "dev", "--non-interactive"]
    kept = project.run(["pulumi", "config", "set", "--path", path, value, *on_dev], plain_pulumi)
    assert kept.status == 0, kept.output
    preview = ["pulumi", "preview", *on_dev]
    assert project.run(preview, plain_pulumi).status == 0
    file = project.root / "Pulumi.dev.yaml"
    file.write_text(file.read_text().replace(value, "007"))
    refused = project.run(preview, plain_pulumi)
    assert refused.status != 0
    assert f'  {path} = 7: not text to YAML without quotes; write it as "007"' in refused.output
    written = json.loads(READ_BY_THE_ENGINE)
    lines = "".join(f'    "{text}": {text}\n' for text in written)
    config = "config:\n"
    file.write_text(file.read_text().replace(config, f"{config}  other:all:\n{lines}"))
    shown = project.run(["pulumi", "config", "--json", *on_dev], plain_pulumi)
    assert json.loads(json.loads(shown.output)["other:all"]["value"]) == written
    assert read_yaml(file.read_text())["config"]["other:all"] == written


def test_cost_centers_of_the_teams_file(project: Project, plain_pulumi: Mapping[str, str]) -> None:
    """Either program reads the file that lies beside it."""
    set_teams(project.root, {"alias": "search", "costCenter": "CC-4711"})
    project.set(dashboards={"include": ["adoption"]})
    assert project.tools("up").status == 0
    by_inline_program = project.state()
    assert "CC-4711" in project.state_text()
    up = ["pulumi", "up", "--yes", "--stack", "dev", "--non-interactive"]
    same = project.run(up, plain_pulumi)
    assert same.status == 0, same.output
    assert project.state() == by_inline_program
    set_teams(project.root, {"alias": "search", "costCenter": ["CC-4711"]})
    refused = project.run(["pulumi", "preview", *up[3:]], plain_pulumi)
    assert refused.status != 0
    assert "  teams.yaml: teams.0.costCenter: must be text" in refused.output


def test_a_setting_that_is_a_list(project: Project, plain_pulumi: Mapping[str, str]) -> None:
    """The engine takes it for what ``Pulumi.yaml`` declares, and so does the program."""
    preview = ["pulumi", "preview", "--stack", "dev", "--non-interactive"]
    project.set(labels=[{"metadata": "metadata.cost_center"}, {"tag": "batch"}])
    assert project.tools("up").status == 0
    assert "metadata.cost_center" in project.state_text()
    same = project.run(preview, plain_pulumi)
    assert same.status == 0, same.output
    assert "unchanged" in same.output
    project.set(labels=[{"tag": "batch"}, {"tag": "batch"}])
    refused = project.run(preview, plain_pulumi)
    assert refused.status != 0
    assert '  labels.1.tag = "batch": is the label tag_batch, as labels.0 is' in refused.output
