"""What stands against a release of what is checked out."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from litellm_monitoring.tools.process import printed
from litellm_monitoring.tools.release.changelog import sections
from litellm_monitoring.tools.version import repository_of, version_in

_SHOWN = 5
"""How many changed files are named."""


@dataclass(frozen=True)
class Release:
    """A version, and the commit that it is made from. ``time`` is the commit's, in seconds since 1970;
    ``notes`` are what the changelog says.
    """

    version: str
    commit: str
    time: int
    notes: str


def release_of(root: Path, tag: str | None = None) -> Release:
    """The release that the checkout at ``root`` is; ``tag`` is the one that asks for it, if any.

    Raises:
        click.ClickException: naming everything that stands against it.

    """
    commit = git(root, "rev-parse", "HEAD^{commit}").strip()
    version = version_in(root)
    if not version:
        raise click.ClickException(f"there is no version of this project in {root}/pyproject.toml")
    notes = _notes(root, version)
    against = [
        *_changed(root),
        *_unwritten(version, notes),
        *_tagged(root, version, commit, tag),
        *_elsewhere(root),
    ]
    if against:
        listed = "".join(f"\n  - {each}" for each in against)
        raise click.ClickException(f"{version} cannot be released:{listed}")
    time = int(git(root, "show", "--no-patch", "--format=%ct", commit))
    return Release(version, commit, time, notes or "")


def git(root: Path, *arguments: str) -> str:
    """What git prints about the repository at ``root``.

    Raises:
        click.ClickException: where it fails.

    """
    return printed(
        ["git", *arguments], "a release is made of a commit, and git says", root
    ).decode()


def _notes(root: Path, version: str) -> str | None:
    try:
        return sections((root / "CHANGELOG.md").read_text("utf-8")).get(version)
    except FileNotFoundError:
        return None


def _changed(root: Path) -> Iterator[str]:
    changed = [line[3:] for line in git(root, "status", "--porcelain").splitlines()]
    if changed:
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        yield f"these files differ from the commit: {', '.join(changed[:_SHOWN])}{more}; commit them"


def _unwritten(version: str, notes: str | None) -> Iterator[str]:
    if notes is None:
        yield (
            f"CHANGELOG.md has no section ## [{version}] - YYYY-MM-DD; move what is below "
            "Unreleased to it"
        )
    elif not notes:
        yield f"the section {version} of CHANGELOG.md is empty; say what has changed"


def _tagged(root: Path, version: str, commit: str, tag: str | None) -> Iterator[str]:
    own = f"v{version}"
    if tag and tag != own:
        yield f"the tag is {tag}; that of {version} would be {own}"
    tagged = git(root, "for-each-ref", "--format=%(objectname) %(*objectname)", f"refs/tags/{own}")
    if tagged.split() and tagged.split()[-1] != commit:
        yield (
            f"the tag {own} is on another commit, {tagged.split()[-1][:12]}; raise the version in "
            "pyproject.toml"
        )


def _elsewhere(root: Path) -> Iterator[str]:
    """The template for ``pulumi new`` has the address of the wheel, which GitHub's jobs know."""
    if not os.environ.get("GITHUB_REPOSITORY"):
        return
    here, said = (
        "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}".format_map(os.environ),
        repository_of(root),
    )
    if said != here:
        yield (
            f"it would be at {here}, and the template takes it from {said or 'nowhere'}: set Repository "
            "in pyproject.toml, and run make reference"
        )
