"""What stands against a release, said in one message before anything is built."""

import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_monitoring.tools.release.changelog import readable_elsewhere, sections
from litellm_monitoring.tools.release.readiness import release_of
from tests.release.conftest import Repository

PROJECT = '[project]\nname = "litellm-monitoring"\nversion = "1.2.3"\n'
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-05-04\n\n- A panel.\n"
READY = {"pyproject.toml": PROJECT, "CHANGELOG.md": CHANGELOG}


def message(repository: Repository, tag: str | None = None) -> str:
    with pytest.raises(click.ClickException) as caught:
        release_of(repository.root, tag)
    return caught.value.message


def test_one_that_is_ready(repository: Repository) -> None:
    commit = repository.commit(READY)
    release = release_of(repository.root)
    assert (release.version, release.commit, release.notes) == ("1.2.3", commit, "- A panel.")
    assert release.time == 1777856521


@pytest.mark.parametrize("options", [(), ("--annotate", "--message=1.2.3")])
def test_its_own_tag_does_not_stand_against_it(
    repository: Repository, options: tuple[str, ...]
) -> None:
    commit = repository.commit(READY)
    repository.git("tag", *options, "v1.2.3")
    assert release_of(repository.root, "v1.2.3").commit == commit


@pytest.mark.parametrize("said", ["", "https://github.com/ORGANIZATION/litellm-monitoring"])
def test_the_template_must_take_it_from_where_it_will_be(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/litellm-monitoring")
    address = "https://github.com/acme/litellm-monitoring"
    urls = f'[project.urls]\nRepository = "{said}"\n' if said else ""
    repository.commit({**READY, "pyproject.toml": PROJECT + urls})
    assert message(repository).splitlines()[1:] == [
        f"  - it would be at {address}, and the template takes it from {said or 'nowhere'}: set "
        "Repository in pyproject.toml, and run make reference"
    ]
    repository.commit(
        {**READY, "pyproject.toml": f'{PROJECT}[project.urls]\nRepository = "{address}"\n'}
    )
    assert release_of(repository.root).version == "1.2.3"


def changed(repository: Repository) -> None:
    repository.write({"CHANGELOG.md": CHANGELOG + "- More.\n"})


def untracked(repository: Repository) -> None:
    repository.write({"notes.txt": "x"})


def staged(repository: Repository) -> None:
    repository.write({"notes.txt": "x"})
    repository.git("add", "notes.txt")


def many(repository: Repository) -> None:
    repository.write({f"{number}.txt": "x" for number in range(7)})


def unwritten(repository: Repository) -> None:
    repository.commit({"CHANGELOG.md": CHANGELOG.replace("1.2.3", "1.2.2")})


def undated(repository: Repository) -> None:
    repository.commit({"CHANGELOG.md": CHANGELOG.replace(" - 2026-05-04", "")})


def without_changelog(repository: Repository) -> None:
    repository.git("rm", "--quiet", "CHANGELOG.md")
    repository.commit({})


def empty(repository: Repository) -> None:
    repository.commit({"CHANGELOG.md": CHANGELOG.replace("- A panel.\n", "")})


def tagged_before(repository: Repository) -> None:
    repository.git("tag", "v1.2.3")
    repository.commit({"more.txt": "x"})


def tagged_before_with_a_note(repository: Repository) -> None:
    repository.git("tag", "--annotate", "--message=1.2.3", "v1.2.3")
    repository.commit({"more.txt": "x"})


NO_SECTION = (
    "CHANGELOG.md has no section ## [1.2.3] - YYYY-MM-DD; move what is below Unreleased to it"
)
ELSEWHERE = r"the tag v1.2.3 is on another commit, \w{12}; raise the version in pyproject.toml"


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (changed, "these files differ from the commit: CHANGELOG.md; commit them"),
        (untracked, "these files differ from the commit: notes.txt; commit them"),
        (staged, "these files differ from the commit: notes.txt; commit them"),
        (
            many,
            "these files differ from the commit: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 2 more; "
            "commit them",
        ),
        (unwritten, re.escape(NO_SECTION)),
        (undated, re.escape(NO_SECTION)),
        (without_changelog, re.escape(NO_SECTION)),
        (empty, "the section 1.2.3 of CHANGELOG.md is empty; say what has changed"),
        (tagged_before, ELSEWHERE),
        (tagged_before_with_a_note, ELSEWHERE),
    ],
)
def test_one_that_is_not(
    repository: Repository, spoil: Callable[[Repository], None], expected: str
) -> None:
    repository.commit(READY)
    spoil(repository)
    assert re.fullmatch(rf"1\.2\.3 cannot be released:\n  - {expected}", message(repository))


def test_the_tag_that_asks_is_the_version_s(repository: Repository) -> None:
    repository.commit(READY)
    assert message(repository, "v1.2.4") == (
        "1.2.3 cannot be released:\n  - the tag is v1.2.4; that of 1.2.3 would be v1.2.3"
    )


def test_everything_is_said_at_once(repository: Repository) -> None:
    repository.commit(READY)
    tagged_before(repository)
    unwritten(repository)
    changed(repository)
    lines = message(repository, "v9").splitlines()
    assert [line.split()[1:3] for line in lines[1:]] == [
        ["these", "files"],
        ["the", "tag"],
        ["the", "tag"],
    ]


def test_another_project_s_version_is_not_taken(repository: Repository) -> None:
    repository.commit({**READY, "pyproject.toml": PROJECT.replace("litellm", "other")})
    assert message(repository).startswith("there is no version of this project in ")


def test_what_is_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "not a git repository" in message(Repository(tmp_path))


WORDS = st.text(alphabet=st.sampled_from("ab#[]- \n0."), max_size=60)
VERSIONS = st.from_regex(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}", fullmatch=True)


@given(st.dictionaries(VERSIONS, WORDS.filter(lambda text: "## [" not in text), max_size=5))
def test_every_section_is_found_with_its_text(written: dict[str, str]) -> None:
    parts = [f"## [{version}] - 2026-01-02\n\n{text}\n" for version, text in written.items()]
    changelog = "# Changelog\n\n## [Unreleased]\n\n- Not yet.\n\n" + "\n".join(parts)
    assert sections(changelog) == {version: text.strip() for version, text in written.items()}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[a](docs/a.md)", "[a](https://e.com/v1/docs/a.md)"),
        (
            "[a\n  b](docs/a.md#b), [c](c.md)",
            "[a\n  b](https://e.com/v1/docs/a.md#b), [c](https://e.com/v1/c.md)",
        ),
        ("[a](https://a.example.com)", "[a](https://a.example.com)"),
        ("[a](#b)", "[a](#b)"),
        ("a (docs/a.md)", "a (docs/a.md)"),
    ],
)
def test_notes_can_be_read_where_a_release_is(written: str, expected: str) -> None:
    assert readable_elsewhere(written, "https://e.com/v1") == expected
