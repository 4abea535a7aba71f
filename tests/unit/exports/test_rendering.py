"""``render --format`` from outside: what is in the directory, and what is told beside it."""

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from litellm_monitoring.exports import FORMATS
from litellm_monitoring.exports.directory import keep_only
from litellm_monitoring.tools.__main__ import render
from litellm_monitoring.tools.rendering import PROVISIONING, render_to
from tests.project_copy import copy_project, set_settings

ALL = [PROVISIONING, *FORMATS]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    copy_project(tmp_path)
    set_settings(tmp_path, "dev", dashboards={"include": ["prod-v2"]})
    return tmp_path


def files(out: Path) -> set[str]:
    found = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    return {path for path in found if not path.startswith(".rendered/")}


def test_each_format_can_be_chosen() -> None:
    (choice,) = (each.type for each in render.params if each.name == "form")
    assert isinstance(choice, click.Choice)
    assert list(choice.choices) == ALL


@pytest.mark.parametrize(
    ("form", "names"),
    [
        (
            PROVISIONING,
            {
                "provisioning/dashboards/litellm-dev.yaml",
                "provisioning/dashboards/litellm-dev/litellm-dev-prod-v2.json",
                "provisioning/datasources/litellm-dev-prometheus.yaml",
            },
        ),
        (
            "config-maps",
            {"litellm-dev/dashboard-prod-v2.yaml", "litellm-dev/data-source.yaml"},
        ),
        (
            "grafana-operator",
            {
                "litellm-dev/dashboard-prod-v2.yaml",
                "litellm-dev/data-source.yaml",
                "litellm-dev/folder.yaml",
            },
        ),
        ("import", {"litellm-dev/litellm-dev-prod-v2.json"}),
        ("git-sync", {"LiteLLM dev/litellm-dev-prod-v2.json"}),
        (
            "terraform",
            {
                "litellm-dev/dashboards.tf",
                "litellm-dev/dashboards/litellm-dev-prod-v2.json",
                "litellm-dev/data_source.tf",
                "litellm-dev/folder.tf",
                "litellm-dev/versions.tf",
            },
        ),
    ],
)
def test_files(project: Path, form: str, names: set[str]) -> None:
    out = project / "out"
    returned = render_to(out, "dev", project, form)
    assert files(out) == names
    assert {str(path.relative_to(out)) for path in returned} == names


@pytest.mark.parametrize("form", ALL)
def test_what_is_rendered_no_more_is_deleted_and_nothing_else(
    project: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = project / "out"
    set_settings(project, "dev", dashboards={"include": ["prod-v2", "adoption"]})
    set_settings(project, "staging", dashboards={"include": ["prod-v2"]})
    render_to(out, "dev", project, form)
    before = files(out)
    render_to(out, "staging", project, form)
    both = files(out)
    (own := out / "litellm-dev").mkdir(exist_ok=True)
    (own / "terraform.tfstate").write_text("{}")
    capsys.readouterr()

    set_settings(project, "dev", dashboards={"include": ["prod-v2"]})
    render_to(out, "dev", project, form)
    (gone,) = both - files(out)
    assert "adoption" in gone
    assert gone in before
    assert files(out) == both - {gone} | {"litellm-dev/terraform.tfstate"}
    assert f"deleted: {out / gone}\n" in capsys.readouterr().err


@pytest.mark.parametrize("form", ALL)
def test_what_is_rendered_twice_is_the_same(project: Path, form: str) -> None:
    out = project / "out"
    texts = [
        {path: path.read_text() for path in render_to(out, "dev", project, form)} for _ in range(2)
    ]
    assert texts[0] == texts[1]


def test_another_format_leaves_files_alone(project: Path) -> None:
    out = project / "out"
    for form in ALL:
        render_to(out, "dev", project, form)
    found = files(out)
    render_to(out, "dev", project, "import")
    assert files(out) == found


def test_a_list_that_was_edited_deletes_nothing_elsewhere(tmp_path: Path) -> None:
    (outside := tmp_path / "precious").write_text("")
    out = tmp_path / "out"
    (out / ".rendered").mkdir(parents=True)
    (out / ".rendered" / "x").write_text(f"../precious\n{outside}\n.\n")
    assert keep_only(out, "x", []) == []
    assert outside.exists()


def test_empty_directories_go_too(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    file = tmp_path / "a" / "b" / "c"
    file.write_text("")
    keep_only(tmp_path, "x", [file])
    assert keep_only(tmp_path, "x", []) == [file]
    assert not (tmp_path / "a").exists()


def test_what_is_left_out_is_said_beside_the_files(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litellm_monitoring.tools.project.ROOT", project)
    set_settings(project, "dev", folder={"permissions": []})
    said: list[Any] = []
    for form in (PROVISIONING, "config-maps"):
        out = project / form
        run = CliRunner().invoke(render, ["--out", str(out), "--format", form])
        assert run.exit_code == 0, run.output
        said.append(run.stderr.splitlines())
        assert all(Path(line).is_file() for line in run.stdout.splitlines())
    permissions = (
        "left out: the folder's permissions, which {} cannot hold; set them in Grafana; until then, "
        "whoever sees a new folder sees it"
    )
    assert said[0] == [permissions.format("a provisioning file")]
    assert said[1][0] == permissions.format("a ConfigMap for the sidecar")


def test_a_team_stack_builds_on_its_environments(project: Path) -> None:
    set_settings(project, "dev", folder={"permissions": []})
    team = {"alias": "search", "platformStack": "dev"}
    (project / "Pulumi.dev-search.yaml").write_text("config: {}\n")
    set_settings(project, "dev-search", team=team, dashboards={"include": ["prod-v2"]})
    out = project / "out"
    files = render_to(out, "dev-search", project, "terraform")
    texts = {path.name: path.read_text() for path in files}
    assert "data_source.tf" not in texts
    assert 'parent_folder_uid = "litellm-dev"' in texts["folder.tf"]
    assert '"litellm-dev-prometheus"' in texts["litellm-dev-search-prod-v2.json"]
    assert "team_id    = grafana_team.litellm.id" in texts["folder.tf"]


def test_a_directory_that_cannot_be_written(project: Path) -> None:
    (project / "out").write_text("")
    with pytest.raises(click.ClickException, match="out"):
        render_to(project / "out", "dev", project, "import")
