"""The workflows in a runner (act), which works out their conditions and runs their scripts.

What they run is stood in for: ``python -m tools``, ``make``, ``gh`` and the actions of others note
that they were run, and end as a test says.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from litellm_monitoring.tools.project import ROOT

NOTES = f"""#!{sys.executable}
import json, os, pathlib, sys
here = pathlib.Path(os.environ["NOTES"])
name, words = pathlib.Path(sys.argv[0]).name, sys.argv[1:]
names = ("GRAFANA_AUTH", "PULUMI_ACCESS_TOKEN", "GH_TOKEN", "STACK", "CI", "GITHUB_ACTIONS")
with open(here / "notes", "a") as notes:
    print(json.dumps([name, words, {{n: os.environ[n] for n in names if n in os.environ}}]), file=notes)
answers = json.loads((here / "answers").read_text())
answer = answers.get(" ".join([name, *words[2:4]]), {{}})
for path, text in answer.get("writes", {{}}).items():
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(path).write_text(text)
sys.exit(answer.get("status", 0))
"""
ACTION = """name: stand-in
inputs: {name: {}, path: {}, python-version: {}}
runs:
  using: composite
  steps: [{run: "action $GITHUB_ACTION_PATH ${{ inputs.path }}", shell: bash}]
"""
PREVIEW = {f"build/ci/{name}.md": name for name in ("preview", "comment", "summary")}


@dataclass
class Runner:
    """Runs workflows on a repository of its own."""

    directory: Path

    def run(
        self,
        workflow: str,
        event: str,
        payload: Mapping[str, Any],
        *options: str,
        answers: Mapping[str, Any],
    ) -> tuple[bool, list[tuple[str, list[str], dict[str, str]]]]:
        """Whether the run succeeded, and what was run in it, with some of its environment."""
        (self.directory / "event.json").write_text(json.dumps(payload))
        (self.directory / "answers").write_text(json.dumps(answers))
        notes = self.directory / "notes"
        notes.unlink(missing_ok=True)
        # One workflow may call another.
        texts = [path.read_text() for path in (ROOT / workflow).parent.iterdir()]
        used = re.findall(r"uses: ((actions/[\w-]+)@\w+)", "\n".join(texts))
        local = [f"--local-repository={at}={self.directory / name}" for at, name in used]
        for _, name in used:
            (self.directory / name).mkdir(parents=True, exist_ok=True)
            (self.directory / name / "action.yml").write_text(ACTION)
        done = subprocess.run(
            [
                str(self.directory / "act"),
                event,
                f"--workflows={workflow}",
                f"--eventpath={self.directory / 'event.json'}",
                f"--action-cache-path={self.directory / 'cache'}",
                "--platform=ubuntu-24.04=-self-hosted",
                "--no-cache-server",
                "--use-new-action-cache",
                "--env=GITHUB_REPOSITORY=o/r",
                "--secret=GITHUB_TOKEN=ghs-token",
                *local,
                *options,
            ],
            cwd=self.directory / "repository",
            env={
                "PATH": f"{self.directory / 'bin'}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(self.directory / "home"),
                "NOTES": str(self.directory),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        (self.directory / "log").write_text(done.stdout)
        assert notes.exists(), done.stdout
        return done.returncode == 0, [*map(json.loads, notes.read_text().splitlines())]


@pytest.fixture(scope="module")
def act(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner, compiled."""
    path = tmp_path_factory.mktemp("act") / "act"
    source = ["-mod=readonly", "-trimpath", "-o", str(path), "github.com/nektos/act"]
    subprocess.run(["go", "-C", str(ROOT / ".ci" / "act"), "build", *source], check=True)
    return path


@pytest.fixture
def runner(act: Path, tmp_path: Path) -> Runner:
    repository, binaries = tmp_path / "repository", tmp_path / "bin"
    shutil.copytree(ROOT / ".github", repository / ".github")
    shutil.copy(ROOT / "teams.yaml", repository)
    shutil.copy(act, tmp_path / "act")
    tools = repository / ".venv" / "bin" / "python"
    for path in (tools, *(binaries / name for name in ("make", "gh", "action"))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NOTES)
        path.chmod(0o755)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "All"]):
        subprocess.run([*git, *words], cwd=repository, check=True)
    return Runner(tmp_path)


def pull_request(head: str) -> dict[str, Any]:
    repository = {"full_name": "o/r", "name": "r", "owner": {"login": "o"}}
    sides = {"head": {"repo": {"full_name": head}, "ref": "x"}, "base": {"repo": repository}}
    return {"pull_request": {"number": 7, **sides}, "repository": repository}


SECRETS = [
    "--secret=PULUMI_ACCESS_TOKEN=pul-secret",
    "--secret=GRAFANA_READ_ONLY_TOKEN=glsa-secret",
]


@pytest.mark.parametrize("status", [0, 1])
def test_a_pull_request_of_ours_is_commented_on_with_what_the_engine_says(
    runner: Runner, status: int
) -> None:
    answers = {"python ci preview": {"writes": PREVIEW, "status": status}}
    succeeded, ran = runner.run(
        ".github/workflows/preview.yml",
        "pull_request",
        pull_request("o/r"),
        *SECRETS,
        answers=answers,
    )
    assert succeeded is (status == 0)
    (asked,) = [(words, given) for name, words, given in ran if name == "python"]
    assert asked[0] == ["-m", "tools", "ci", "preview", "HEAD^1"]
    assert asked[1]["GRAFANA_AUTH"] == "glsa-secret"
    assert asked[1]["PULUMI_ACCESS_TOKEN"] == "pul-secret"
    assert "GH_TOKEN" not in asked[1]
    assert [name for name, *_ in ran][-3:] == ["action", "gh", "gh"]
    assert all("GRAFANA_AUTH" not in given for name, _, given in ran if name != "python")


@pytest.mark.parametrize(("head", "actor"), [("fork/r", "someone"), ("o/r", "dependabot[bot]")])
def test_one_that_is_given_no_secrets_gets_the_difference_and_no_comment(
    runner: Runner, head: str, actor: str
) -> None:
    succeeded, ran = runner.run(
        ".github/workflows/preview.yml",
        "pull_request",
        pull_request(head),
        f"--actor={actor}",
        answers={"python ci preview": {"writes": PREVIEW}},
    )
    assert succeeded
    assert [words for name, words, _ in ran if name == "python"] == [
        ["-m", "tools", "ci", "preview", "HEAD^1", "--diff-only"]
    ]
    assert [name for name, *_ in ran if name in ("gh", "action")] == ["action", "action"]


@pytest.mark.parametrize(
    ("status", "text", "succeeds", "said"),
    [
        (0, "", True, ["issue list"]),
        (1, "title: a → b", True, ["issue list", "issue create"]),
        (1, None, False, []),  # It did not get as far as telling.
        (2, None, False, []),
        (2, "title: a → b", False, ["issue list", "issue create"]),
    ],
)
def test_a_night(
    runner: Runner, status: int, text: str | None, succeeds: bool, said: list[str]
) -> None:
    writes = {} if text is None else {"build/ci/drift.md": text}
    succeeded, ran = runner.run(
        ".github/workflows/drift.yml",
        "schedule",
        {"repository": {"full_name": "o/r"}},
        *SECRETS,
        "--matrix=stack:prod",
        answers={"python ci drift": {"writes": writes, "status": status}},
    )
    assert succeeded is succeeds
    assert [" ".join(words[:2]) for name, words, _ in ran if name == "gh"] == said
    assert [words[2:] for name, words, _ in ran if name == "python"] == [["ci", "drift", "prod"]]


@pytest.mark.parametrize("teams", [True, False])
def test_deploying_goes_from_stack_to_stack_each_with_its_teams(
    runner: Runner, teams: bool
) -> None:
    if not teams:
        (runner.directory / "repository" / "teams.yaml").unlink()
    succeeded, ran = runner.run(
        ".github/workflows/deploy.yml",
        "push",
        {"repository": {"full_name": "o/r"}},
        "--secret=PULUMI_ACCESS_TOKEN=pul-secret",
        "--secret=GRAFANA_AUTH=glsa-secret",
        answers={},
    )
    assert succeeded
    expected = [
        words
        for stack in ("dev", "staging", "prod")
        for words in (
            ["up", "--stack", stack, "--yes"],
            *([["fleet", "up", "--environment", stack, "--yes"]] if teams else []),
        )
    ]
    assert [words[2:] for name, words, _ in ran if name == "python"] == expected


NOTED = ["--notes-file", "build/release/NOTES.md"]
BUILT = {
    "build/release/a.whl": "wheel",
    "build/release/NOTES.md": "- A panel.",
    "build/release/SHA256SUMS": f"{hashlib.sha256(b'wheel').hexdigest()}  a.whl\n",
}


@pytest.mark.parametrize(
    ("tag", "is_there", "said"),
    [
        ("v1.2.3", False, ["create", "v1.2.3", "--verify-tag", "--title", "v1.2.3", *NOTED]),
        (
            "v1.2.3rc1",
            False,
            ["create", "v1.2.3rc1", "--verify-tag", "--title", "v1.2.3rc1", *NOTED, "--prerelease"],
        ),
        ("v1.2.3", True, ["upload", "v1.2.3", "--clobber"]),
    ],
)
def test_a_tag_is_built_and_then_published(
    runner: Runner, tag: str, is_there: bool, said: list[str]
) -> None:
    succeeded, ran = runner.run(
        ".github/workflows/release.yml",
        "push",
        {"ref": f"refs/tags/{tag}", "repository": {"full_name": "o/r"}},
        *(f"--env=GITHUB_REF_NAME={tag}",),
        answers={"action": {"writes": BUILT}, f"gh {tag} --json": {"status": 0 if is_there else 1}},
    )
    assert succeeded
    assert [words for name, words, _ in ran if name == "make"] == [["release", f"TAG={tag}"]]
    looked, published = ((words, given) for name, words, given in ran if name == "gh")
    assert looked[0] == ["release", "view", tag, "--json", "url"]
    files = ["build/release/SHA256SUMS", "build/release/a.whl"]
    assert published[0] == ["release", *said, *files]
    assert published[1]["GH_TOKEN"] == "ghs-token"
    assert all("GH_TOKEN" not in given for name, _, given in ran if name != "gh")


def test_what_was_changed_on_the_way_is_not_published(runner: Runner) -> None:
    succeeded, ran = runner.run(
        ".github/workflows/release.yml",
        "push",
        {"ref": "refs/tags/v1.2.3", "repository": {"full_name": "o/r"}},
        "--env=GITHUB_REF_NAME=v1.2.3",
        answers={"action": {"writes": {**BUILT, "build/release/a.whl": "another"}}},
    )
    assert not succeeded
    assert [words for name, words, _ in ran if name == "gh"] == []
