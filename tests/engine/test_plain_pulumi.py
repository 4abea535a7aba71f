"""Plain ``pulumi up`` runs the same program to the same end."""

from collections.abc import Mapping

from tests.engine.conftest import Project


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
