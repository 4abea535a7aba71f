"""``python -m tools diff`` in a repository of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from litellm_monitoring.infra.identity import stack_uid
from litellm_monitoring.tools.difference.declared import without_identity
from tests.project_copy import copy_project, only_prod_v2, set_settings, set_teams


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The project, committed once."""
    copy_project(tmp_path)
    only_prod_v2(tmp_path)
    git(tmp_path, "init", "-q")
    commit_all(tmp_path)
    return tmp_path


def commit_all(repository: Path) -> None:
    git(repository, "add", "-A")
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    git(repository, *identity, "commit", "-qm", "all of it")


def git(repository: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=repository, check=True)


def diff(repository: Path, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tools", "diff", *arguments],
        cwd=repository,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.splitlines()


def test_an_unchanged_project(repository: Path) -> None:
    assert diff(repository) == ["No stack would change."]


def test_a_project_in_a_folder_that_a_larger_repository_did_not_have(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "README.md").touch()
    commit_all(tmp_path)
    project = tmp_path / "monitoring"
    project.mkdir()
    copy_project(project)
    only_prod_v2(project)
    commit_all(tmp_path)
    assert diff(project) == ["No stack would change."]
    everything = [
        "  folder LiteLLM (dev): created",
        "  data source LiteLLM Prometheus (dev): created",
        "  dashboard LiteLLM Prod v2: created",
    ]
    assert diff(project, "HEAD~1", "--stack", "dev") == ["dev", *everything]


def test_a_changed_panel_is_named_in_every_stack(repository: Path) -> None:
    module = repository / "dashboards/shipped/prod_v2.py"
    module.write_text(module.read_text().replace('"Requests per second by Key Alias"', '"By key"'))
    change = [
        "  dashboard LiteLLM Prod v2: updated",
        "    panel “Requests per second by Key Alias”: renamed to “By key”",
    ]
    assert diff(repository) == ["dev, prod, staging", *change]
    assert diff(repository, "--stack", "prod") == ["prod", *change]


def test_the_stacks_of_teams_are_among_them(repository: Path) -> None:
    set_teams(repository, {"alias": "Ads!", "name": "ads"}, environments=["staging", "prod"])
    both = "LiteLLM Ads! (staging), LiteLLM Ads! (prod)"
    assert diff(repository) == [
        "staging-ads, prod-ads",
        f"  folder {both}: created",
        f"  Grafana team {both}: created",
        f"  folder permissions {both}: created",
        "  dashboard LiteLLM Prod v2 · Ads!: created",
    ]
    commit_all(repository)
    set_teams(repository, {"alias": "Ads?", "name": "ads"}, environments=["prod"])
    assert diff(repository) == [
        "prod-ads",
        "  folder LiteLLM Ads? (prod): updated",
        "    title: LiteLLM Ads! (prod) → LiteLLM Ads? (prod)",
        "  Grafana team LiteLLM Ads? (prod): updated",
        "    name: LiteLLM Ads! (prod) → LiteLLM Ads? (prod)",
        "  dashboard LiteLLM Prod v2 · Ads?: updated",
        "    description: The traffic of the LiteLLM team Ads! → The traffic of the LiteLLM team Ads?",
        "    tags:",
        "      - litellm, environment:prod, team:ads-ab1b43f4, litellm-prod-ads",
        "      + litellm, environment:prod, team:ads-3116302a, litellm-prod-ads",
        "    team: Ads! → Ads?",
        "    title: LiteLLM Prod v2 · Ads! → LiteLLM Prod v2 · Ads?",
        "staging-ads",
        "  stack staging-ads: left behind",
    ]


def test_a_changed_selector_is_said_once(repository: Path) -> None:
    set_settings(repository, "prod", selector='namespace="llm"')
    assert diff(repository, "HEAD") == [
        "prod",
        "  dashboard LiteLLM Prod v2: updated",
        '    selector: namespace="llm-prod" → namespace="llm"',
    ]


def test_no_secret_is_shown(repository: Path) -> None:
    set_settings(
        repository,
        "prod",
        prometheus={"url": "http://x", "auth": {"type": "bearer"}},
        prometheusToken={"secure": "v1:abc"},
    )
    assert diff(repository, "--format", "markdown", "--stack", "prod") == [
        "### `prod`",
        "",
        "data source `LiteLLM Prometheus (prod)` would be updated",
        "",
        "```diff",
        "  secrets: nothing → Authorization",
        "  url: http://prometheus.monitoring.svc:9090 → http://x",
        "```",
    ]


def test_how_two_environments_differ(repository: Path) -> None:
    assert diff(repository, "--stack", "staging", "--stack", "prod") == [
        "staging → prod",
        "  folder LiteLLM (<stack>): updated",
        "    protect: false → true",
        "  data source LiteLLM Prometheus (<stack>): updated",
        "    protect: false → true",
        "  folder permissions LiteLLM (<stack>): updated",
        "    protect: false → true",
        "  dashboard LiteLLM Prod v2: updated",
        "    protect: false → true",
        '    selector: namespace="llm-staging" → namespace="llm-prod"',
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "Error: git knows no nonsense: fatal: Not a valid object name nonsense"),
        (
            ["--stack", "test"],
            "Error: there is no Pulumi.test.yaml; the stacks are: dev, prod, staging",
        ),
    ],
)
def test_what_is_not_there(repository: Path, arguments: list[str], message: str) -> None:
    assert diff(repository, *arguments) == [message]


@pytest.mark.parametrize("stack", ["e", "litellm", "environment", "team.a"])
def test_a_stacks_own_name_is_set_aside_whatever_it_is(stack: str) -> None:
    named = {
        "folder": {
            "uid": stack_uid(stack),
            "name": f"LiteLLM ({stack})",
            "content": {"tags": ["litellm", f"environment:{stack}"], "uid": stack_uid(stack, "x")},
        }
    }
    assert without_identity(named, stack) == {
        "folder": {
            "uid": "litellm-<stack>",
            "name": "LiteLLM (<stack>)",
            "content": {"tags": ["litellm", "environment:<stack>"], "uid": "litellm-<stack>-x"},
        }
    }
