"""What pipelines say of a pull request and of a night, in the lengths that GitHub takes."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.tools.changes.dashboards import Change
from litellm_monitoring.tools.ci.page import Section, page, whole
from litellm_monitoring.tools.ci.pull_request import COMMENT_LENGTH, SUMMARY_BYTES, Changes, Preview
from litellm_monitoring.tools.difference.stacks import Fate, ResourceDiff
from tests.project_copy import copy_project, set_settings

TEXTS = st.text(alphabet=st.sampled_from("a`~>#|é𝕏 \t\r\n…"), max_size=300)


def fences_are_closed(markdown: str) -> bool:
    """Whether each code block ends, as CommonMark has it."""
    fence = ""
    for line in markdown.split("\n"):
        if not fence and (opened := re.match(r"(`{3,})(\w*)$", line)):
            fence = opened[1]
        elif fence and re.fullmatch(rf" {{0,3}}{fence}`*[ \t]*", line):
            fence = ""
    return not fence


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=8), st.integers(3_000, 6_000))
def test_a_page_is_no_longer_than_it_may_be_and_ends_what_it_begins(
    given_texts: list[tuple[str, str]], length: int
) -> None:
    sections = [Section(stack, "preview", text * 40) for stack, text in given_texts]
    shown = page(sections, length)
    assert len(shown) <= length
    assert fences_are_closed(shown)
    assert (shown == whole(sections)) == (len(whole(sections)) <= length)


def test_what_is_cut_keeps_its_first_lines_and_its_last() -> None:
    lines = [f"line {number}" for number in range(1_000)]
    shown = page([Section("dev", "preview", "\n".join(lines))], 2_000).splitlines()
    assert shown[:5] == ["", "#### preview of `dev`", "", "```text", "line 0"]
    assert shown[-7:] == [*lines[-6:], "```"]
    (note,) = [line for line in shown if "left out" in line]
    left_out = int(note.split()[1])
    assert note == f"… {left_out} more lines are left out here …"
    assert len([line for line in shown if line.startswith("line")]) == 1_000 - left_out


def test_the_long_are_cut_before_the_short() -> None:
    short = Section("dev", "preview", "\n".join("abcdefghij"))
    long = Section("prod", "preview", "x\n" * 10_000)
    assert whole([short]) in page([short, long], 2_000)


def test_a_line_that_is_too_long_is_cut_too() -> None:
    shown = page([Section("dev", "preview", "x" * 5_000)], 3_000)
    assert "x" * 2_000 + " … 3000 more characters are left out" in shown


def test_what_does_not_fit_at_all_is_named() -> None:
    sections = [Section(f"stack-{number}", "preview", "a\n" * 9) for number in range(200)]
    shown = page(sections, 3_000)
    assert re.search(
        r"\nLeft out: preview of `stack-\d+`, .*, preview of `stack-\d+` and \d+ more\.\n$", shown
    )


def many(stacks: int, panels: int) -> tuple[ResourceDiff, ...]:
    return tuple(
        ResourceDiff(
            f"stack-{stack}",
            "dashboard",
            "Overview",
            Fate.UPDATED,
            tuple(Change(f"panel “{stack} {panel}”", "unit", "s", "ms") for panel in range(panels)),
        )
        for stack in range(stacks)
    )


@pytest.mark.parametrize(("stacks", "panels"), [(200, 100), (1_000, 3), (1, 20_000)])
def test_a_preview_that_is_cut_says_so_and_where_all_of_it_is(stacks: int, panels: int) -> None:
    sections = tuple(Section(f"stack-{at}", "preview", "~ update\n" * 99) for at in range(stacks))
    preview = Preview(Changes(many(stacks, panels)), sections, "[this run](https://g/1)")
    note = (
        "> This was cut to fit. All of it is in the artifact `preview` of [this run](https://g/1)."
    )
    assert len(preview.comment) <= COMMENT_LENGTH
    assert preview.comment.startswith(note)
    assert fences_are_closed(preview.comment)
    assert re.search("#### preview of|\nLeft out: ", preview.comment)
    assert len(preview.summary.encode()) <= SUMMARY_BYTES
    assert preview.summary == preview.whole or preview.summary.startswith(note)
    assert all(f"#### preview of `stack-{stack}`" in preview.whole for stack in range(stacks))


def test_what_fits_is_not_touched() -> None:
    preview = Preview(Changes(many(2, 2)), (Section("dev", "preview", "3 unchanged\n"),), "here")
    assert preview.comment == preview.summary == preview.whole
    assert preview.whole.endswith("\n#### preview of `dev`\n\n```text\n3 unchanged\n```\n")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    copy_project(tmp_path)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    commit(tmp_path)
    return tmp_path


def commit(repository: Path) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "commit", "-qam", "A change"], cwd=repository, check=True)


def ci(repository: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB")}
    return subprocess.run(
        [sys.executable, "-m", "tools", "ci", *arguments],
        cwd=repository,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def written(repository: Path) -> dict[str, str]:
    directory = repository / "build" / "ci"
    return {path.name: path.read_text() for path in directory.iterdir()}


@pytest.mark.parametrize("lacking", ["", "teams.yaml", "Pulumi.prod.yaml"])
def test_without_secrets_it_is_the_difference(repository: Path, lacking: str) -> None:
    if lacking:
        kept = (repository / lacking).read_text()
        (repository / lacking).unlink()
        commit(repository)
        (repository / lacking).write_text(kept)
        subprocess.run(["git", "add", "-A"], cwd=repository, check=True)
    set_settings(repository, "dev", folder={"title": "Mine"})
    done = ci(repository, "preview", "HEAD", "--diff-only")
    assert (done.returncode, done.stderr) == (0, "")
    texts = written(repository)
    assert set(texts) == {"preview.md", "comment.md", "summary.md"}
    assert "title: LiteLLM (dev) → Mine" in texts["comment.md"]
    assert "#### preview" not in texts["preview.md"]


def test_a_base_that_cannot_be_used_is_not_the_fault_of_who_repairs_it(repository: Path) -> None:
    file = repository / "Pulumi.dev.yaml"
    kept = file.read_text()
    file.write_text("config: 1")
    commit(repository)
    broken = ci(repository, "preview", "HEAD", "--diff-only")
    assert (
        broken.returncode,
        "What changes cannot be told" in written(repository)["comment.md"],
    ) == (
        1,
        True,
    )
    file.write_text(kept)
    repaired = ci(repository, "preview", "HEAD", "--diff-only")
    assert repaired.returncode == 0
    assert "HEAD cannot tell: " in written(repository)["comment.md"]


def answering(repository: Path, status: int, fleet_status: int, *, teams: bool) -> None:
    """Has ``drift`` and ``fleet drift`` of the copy end so."""
    if teams:
        (repository / "teams.yaml").write_text("{environments: [prod], teams: [{alias: a}]}")
    (repository / "litellm_monitoring" / "tools" / "run.py").write_text("")
    main = repository / "litellm_monitoring" / "tools" / "__main__.py"
    main.write_text(
        "import sys\n"
        'if sys.argv[1] in ("drift", "fleet"):\n'
        '    print(" ".join(sys.argv[1:]), "was asked")\n'
        f'    sys.exit({fleet_status} if sys.argv[1] == "fleet" else {status})\n' + main.read_text()
    )


@pytest.mark.parametrize(
    ("status", "fleet_status", "teams", "found", "text"),
    [
        (0, 0, True, 0, ""),
        (0, 9, False, 0, ""),
        (1, 0, True, 1, "drift --stack prod was asked"),
        (0, 1, True, 1, "fleet drift --environment prod was asked"),
        (1, 2, True, 2, "drift --stack prod was asked"),
        (0, 2, True, 2, None),
        (2, 0, True, 2, None),
        (-9, 0, False, 2, None),
    ],
)
def test_a_night(
    repository: Path, status: int, fleet_status: int, teams: bool, found: int, text: str | None
) -> None:
    answering(repository, status, fleet_status, teams=teams)
    run = {
        "GITHUB_RUN_ID": "5",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "o/r",
    }
    (repository / "build" / "ci").mkdir(parents=True)
    (repository / "build" / "ci" / "drift.md").write_text("of an earlier night")
    assert ci(repository, "drift", "prod", **run).returncode == found
    issue = written(repository).get("drift.md")
    if text:
        assert issue is not None
        assert text in issue
        assert issue.startswith("Found by [this run](https://github.com/o/r/actions/runs/5).\n")
    else:
        assert issue == text


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ``gh`` that notes what it is asked, and says what is in ``says``."""
    binaries = tmp_path / "bin"
    binaries.mkdir()
    (binaries / "gh").write_text(
        f"#!{sys.executable}\n"
        "import json, pathlib, sys\n"
        "here = pathlib.Path(__file__).parent\n"
        "files = [a.partition('@')[2] for a in sys.argv if a.startswith('body=@')]\n"
        "files += [b for a, b in zip(sys.argv, sys.argv[1:]) if a == '--body-file']\n"
        "body = [pathlib.Path(file).read_text() for file in files]\n"
        "with open(here / 'asked', 'a') as asked:\n"
        "    print(json.dumps([sys.argv[1:], body]), file=asked)\n"
        "print((here / 'says').read_text(), end='')\n"
    )
    (binaries / "gh").chmod(0o755)
    (binaries / "says").write_text("")
    monkeypatch.setenv("PATH", f"{binaries}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GITHUB_REPOSITORY", "o/r")
    return binaries


def script(name: str, *arguments: str) -> int:
    path = Path(__file__).parents[3] / ".github" / name
    return subprocess.run([str(path), *arguments], check=False).returncode


def asked(gh: Path) -> list[tuple[list[str], list[str]]]:
    return [
        (words, body) for words, body in map(json.loads, (gh / "asked").read_text().splitlines())
    ]


ODD = "# `prod`; $(touch /tmp/x) \"'\n" + "é𝕏" * 32_000
"""More bytes than one argument of a command may have."""


@pytest.mark.parametrize(("there", "method"), [("", []), ("17\n18\n", ["--method", "PATCH"])])
def test_there_is_one_comment(gh: Path, tmp_path: Path, there: str, method: list[str]) -> None:
    (gh / "says").write_text(there)
    (tmp_path / "comment.md").write_text(ODD)
    assert script("comment", "7", str(tmp_path / "comment.md")) == 0
    words, body = asked(gh)[-1]
    place = "comments/17" if there else "7/comments"
    assert words[:-2] == ["api", "--silent", *method, f"repos/o/r/issues/{place}"]
    assert body == [f"<!-- litellm-monitoring preview -->\n{ODD}"]


@pytest.mark.parametrize(
    ("there", "text", "done"),
    [
        ("", ODD, ["issue", "create", "--title", "a `b`"]),
        ("7", ODD, ["issue", "edit", "7"]),
        ("7", "", ["issue", "close", "7"]),
        ("", "", ["issue", "list"]),
    ],
)
def test_there_is_one_issue_as_long_as_there_is_a_difference(
    gh: Path, tmp_path: Path, there: str, text: str, done: list[str]
) -> None:
    (gh / "says").write_text(there)
    (tmp_path / "drift.md").write_text(text)
    assert script("issue", "a `b`", str(tmp_path / "drift.md")) == 0
    words, body = asked(gh)[-1]
    assert words[: len(done)] == done
    assert body == ([text] if text else [])


@pytest.mark.parametrize("name", ["comment", "issue"])
def test_a_failure_of_github_fails_the_step(gh: Path, tmp_path: Path, name: str) -> None:
    shutil.copy("/bin/false", gh / "gh")
    (tmp_path / "text.md").write_text("text")
    assert script(name, "7", str(tmp_path / "text.md")) != 0
