"""Which version of our package a project pins in its ``requirements.txt``, and a Python that has it."""

import hashlib
import json
import re
import shutil
import sys
import tempfile
import venv
from importlib import metadata
from pathlib import Path

import click
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from litellm_monitoring.tools.process import printed
from litellm_monitoring.tools.project import CannotRunError
from litellm_monitoring.tools.version import DISTRIBUTION

FILE = "requirements.txt"

_KEPT = 3
"""How many versions that are not installed in the project are kept; each takes 150 megabytes."""

_CONTINUED = re.compile(r"\\\r?\n")
_AFTER_REQUIREMENT = re.compile(r"\s+(--|#).*")
_WHEEL = re.compile(r"(?:^|/)(?P<name>\w+)-(?P<version>[^-/]+)-[^/]+\.whl(?:#|$)")
_REVISION = re.compile(r"@(?P<revision>[^@/#]+)(?:#|$)")
_RUN = (
    "from importlib.metadata import entry_points as points; "
    f"(script,) = points(group='console_scripts', name='{DISTRIBUTION}'); script.load()()"
)
"""What the console script does; the script itself is not where it was made for once it was moved."""


def requirement_in(text: str) -> Requirement | None:
    """Our package as ``text``, that of a ``requirements.txt``, asks for it; None where it does not."""
    for line in _CONTINUED.sub(" ", text).splitlines():
        asked = _AFTER_REQUIREMENT.sub("", line.strip())
        if (wheel := _WHEEL.search(asked)) and " @ " not in asked:
            asked = f"{wheel['name']} @ {asked}"
        try:
            found = Requirement(asked)
        except InvalidRequirement:
            continue  # A comment, an option, or the path of something else.
        if canonicalize_name(found.name) == DISTRIBUTION:
            return found
    return None


def pinned(root: Path) -> Requirement | None:
    """Our package as the project at ``root`` asks for it; None where it does not."""
    path = root / FILE
    return requirement_in(path.read_text("utf-8")) if path.exists() else None


def is_installed(asked: Requirement) -> bool:
    """Whether what is running is what is ``asked`` for."""
    try:
        installed = Version(metadata.version(DISTRIBUTION))
    except metadata.PackageNotFoundError:
        return True  # A checkout is on Python's path: that is what somebody wants to run.
    if not asked.url:
        return asked.specifier.contains(installed, prereleases=True)
    if wheel := _WHEEL.search(asked.url):
        return Version(wheel["version"]) == installed
    revision = _revision(asked.url)
    try:
        return Version(revision) == installed
    except InvalidVersion:  # A branch or a commit.
        return revision in _installed_from()


def check_that_it_is_installed(root: Path) -> None:
    """Refuses to go on with another version than the project at ``root`` pins: it would deploy what nobody
    asked for.

    Raises:
        CannotRunError: saying what to run.

    """
    if (asked := pinned(root)) and not is_installed(asked):
        raise CannotRunError(
            f"{FILE} asks for {said(asked)}, but {metadata.version(DISTRIBUTION)} is installed: run "
            f"pulumi install, or pip install -r {FILE}"
        )


def said(asked: Requirement) -> str:
    """The version that is asked for, for people."""
    if not asked.url:
        return str(asked)
    wheel = _WHEEL.search(asked.url)
    return f"{DISTRIBUTION} {wheel['version'] if wheel else _revision(asked.url)}"


def command_of(root: Path, cache: Path) -> list[str]:
    """The command line of the version that the project at ``root`` pins: the one that is running, or one
    that is installed below ``cache``, which the next call finds there.

    Raises:
        click.ClickException: where it cannot be installed.

    """
    asked = pinned(root)
    if asked is None or is_installed(asked):
        return [sys.executable, "-c", _RUN]
    text = (root / FILE).read_text("utf-8")
    key = hashlib.sha256(f"{sys.version_info[:2]} {text}".encode()).hexdigest()[:16]
    place = cache / key
    if not place.exists():
        click.echo(f"Installing {said(asked)} into {place}, to compare with it", err=True)
        _install(root / FILE, place)
    place.touch()
    for unused in sorted(cache.iterdir(), key=lambda each: each.stat().st_mtime)[:-_KEPT]:
        shutil.rmtree(unused, ignore_errors=True)
    return [str(_python(place)), "-c", _RUN]


def _install(requirements: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, ignore_cleanup_errors=True) as scratch:
        made = Path(scratch) / place.name
        venv.create(made, with_pip=True, symlinks=sys.platform != "win32")
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        printed(
            [_python(made), *install, "-r", requirements.name],
            f"{FILE} cannot be installed",
            requirements.parent,
        )
        if not place.exists():  # Another run may have been quicker.
            made.rename(place)


def _python(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _revision(url: str) -> str:
    found = _REVISION.search(url)
    return found["revision"] if found else "its newest commit"


def _installed_from() -> set[str]:
    """The revision that was asked for when what is running was installed, and its commit."""
    told = metadata.distribution(DISTRIBUTION).read_text("direct_url.json")
    found = json.loads(told or "{}").get("vcs_info", {})
    return {str(found[key]) for key in ("requested_revision", "commit_id") if key in found}
