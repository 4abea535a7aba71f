"""A CI job leaves nothing behind that only it knew of."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import click
import pytest
import yaml

from litellm_monitoring.tools.lasting import check_that_it_lasts
from litellm_monitoring.tools.project import ROOT

REAL = {"GRAFANA_URL": "https://grafana.example.com"}
RUNNERS = [
    {"CI": "true"},
    {"CI": "1"},
    {"GITHUB_ACTIONS": "true"},
    {"CI": "", "GITLAB_CI": "true"},
    {"JENKINS_URL": "https://jenkins.example.com"},
    {"TF_BUILD": "True"},
]
PERSONS: list[Mapping[str, str]] = [
    {},
    {"CI": ""},
    {"CI": "false"},
    {"CI": "0", "GITHUB_ACTIONS": ""},
]
BACKENDS = [
    {"PULUMI_ACCESS_TOKEN": "pul-x"},
    {"PULUMI_BACKEND_URL": "s3://state", "PULUMI_ACCESS_TOKEN": ""},
    {"PULUMI_BACKEND_URL": "file:///var/state"},
]
NO_BACKENDS: list[Mapping[str, str]] = [{}, {"PULUMI_BACKEND_URL": ""}]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That of somebody who is logged in to nothing."""
    for name in list(os.environ):
        if re.match("PULUMI|GRAFANA|GITHUB|CI$", name):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    (tmp_path / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    (tmp_path / "Pulumi.qa.yaml").write_text("config: {}\n")
    return tmp_path


def refusal(project: Path, monkeypatch: pytest.MonkeyPatch, *given: Mapping[str, str]) -> str:
    for variables in given:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
    try:
        check_that_it_lasts("qa", project)
    except click.ClickException as error:
        return error.message
    return ""


@pytest.mark.parametrize("runner", RUNNERS, ids=str)
@pytest.mark.parametrize("backend", NO_BACKENDS, ids=str)
def test_a_ci_job_with_a_grafana_needs_a_backend(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    runner: Mapping[str, str],
    backend: Mapping[str, str],
) -> None:
    variable = next(name for name, value in runner.items() if value)
    assert refusal(project, monkeypatch, REAL, runner, backend) == (
        "stack qa has a Grafana, but no Pulumi backend: its state would be kept in .state, which is "
        f"gone when this CI job ends ({variable} is set). Set PULUMI_ACCESS_TOKEN; or set "
        "PULUMI_BACKEND_URL, or backend.url in Pulumi.yaml, to where state is to be kept."
    )


def test_a_missing_secret_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {"PULUMI_ACCESS_TOKEN": ""}
    assert refusal(project, monkeypatch, REAL, {"CI": "true"}, missing) == (
        "stack qa has a Grafana, but no Pulumi backend: its state would be kept in .state, which is "
        "gone when this CI job ends (CI is set). PULUMI_ACCESS_TOKEN is empty: there is no such "
        "secret, or it is not given to this job. Set PULUMI_ACCESS_TOKEN; or set "
        "PULUMI_BACKEND_URL, or backend.url in Pulumi.yaml, to where state is to be kept."
    )


def test_so_it_is_where_nothing_says_that_this_is_a_ci_job(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal(project, monkeypatch, REAL, {"PULUMI_ACCESS_TOKEN": ""}) == (
        "stack qa has a Grafana, but no Pulumi backend. PULUMI_ACCESS_TOKEN is empty: there is no "
        "such secret, or it is not given to this job. Set PULUMI_ACCESS_TOKEN; or set "
        "PULUMI_BACKEND_URL, or backend.url in Pulumi.yaml, to where state is to be kept. To keep "
        "state in .state, unset PULUMI_ACCESS_TOKEN."
    )


@pytest.mark.parametrize("runner", [*RUNNERS, *PERSONS], ids=str)
@pytest.mark.parametrize("backend", BACKENDS, ids=str)
def test_with_a_backend_every_machine_may(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    runner: Mapping[str, str],
    backend: Mapping[str, str],
) -> None:
    assert refusal(project, monkeypatch, REAL, runner, backend) == ""


@pytest.mark.parametrize("person", PERSONS, ids=str)
@pytest.mark.parametrize("backend", NO_BACKENDS, ids=str)
@pytest.mark.parametrize("grafana", [{}, REAL], ids=str)
def test_a_person_keeps_state_in_a_directory(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    person: Mapping[str, str],
    backend: Mapping[str, str],
    grafana: Mapping[str, str],
) -> None:
    assert refusal(project, monkeypatch, person, backend, grafana) == ""


def test_the_stack_file_names_a_grafana_too(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = {"config": {"grafana:url": "https://grafana.example.com"}}
    (project / "Pulumi.qa.yaml").write_text(yaml.safe_dump(config))
    assert "no Pulumi backend" in refusal(project, monkeypatch, {"CI": "true"})


@pytest.mark.parametrize("grafana", [{}, {"GRAFANA_URL": ""}], ids=str)
def test_no_directory_of_a_runner_is_attached_to_a_state_that_stays(
    project: Path, monkeypatch: pytest.MonkeyPatch, grafana: Mapping[str, str]
) -> None:
    backend = {"PULUMI_ACCESS_TOKEN": "pul-x"}
    assert refusal(project, monkeypatch, {"CI": "true"}, grafana, backend) == (
        "stack qa has no Grafana, so it would be deployed to the directory build/grafana, which is "
        "gone when this CI job ends (CI is set), while its state stays in Pulumi Cloud. Set "
        "grafana:url in Pulumi.qa.yaml, or GRAFANA_URL."
    )


@pytest.mark.parametrize(
    "backend",
    [{}, {"PULUMI_ACCESS_TOKEN": ""}, {"PULUMI_BACKEND_URL": "file:///tmp/state"}],
    ids=str,
)
def test_both_may_be_directories(
    project: Path, monkeypatch: pytest.MonkeyPatch, backend: Mapping[str, str]
) -> None:
    assert refusal(project, monkeypatch, {"CI": "true"}, backend) == ""
