"""Builds what a release consists of, so that the same commit gives the same bytes."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from litellm_monitoring.tools.commit import unpack
from litellm_monitoring.tools.process import UV_SETTINGS, uv
from litellm_monitoring.tools.release.archives import rewrite_sdist, rewrite_wheel, write_zip
from litellm_monitoring.tools.release.changelog import readable_elsewhere
from litellm_monitoring.tools.release.contents import contents
from litellm_monitoring.tools.release.readiness import Release
from litellm_monitoring.tools.version import repository_of

SUMS = "SHA256SUMS"
NOTES = "NOTES.md"


def build(release: Release, root: Path, out: Path) -> list[Path]:
    """Writes the release of the checkout at ``root`` to ``out``, and returns the files.

    A release that was in ``out`` is deleted.

    Raises:
        click.ClickException: where the packages cannot be built, or ``out`` has something else.

    """
    if out.exists() and any(out.iterdir()) and not (out / SUMS).exists():
        raise click.ClickException(f"{out} has files that are no release; name another directory")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    made = sorted([*_packages(release, root, out), *_archives(release, root, out)])
    sums = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made
    )
    (out / SUMS).write_text(sums, "utf-8")
    files = f"{repository_of(root)}/blob/v{release.version}"
    (out / NOTES).write_text(f"{readable_elsewhere(release.notes, files)}\n", "utf-8")
    return [*made, out / SUMS, out / NOTES]


def _archives(release: Release, root: Path, out: Path) -> Iterator[Path]:
    for kind, files in contents(root).items():
        path = out / f"litellm-monitoring-{release.version}-{kind}.zip"
        write_zip(path, files, release.time)
        yield path


def _packages(release: Release, root: Path, out: Path) -> Iterator[Path]:
    """The wheel and the source distribution, built of the commit's files alone."""
    with tempfile.TemporaryDirectory() as scratch:
        unpack(release.commit, root, Path(scratch), "the commit cannot be unpacked")
        _run_uv_build(Path(scratch), out, release)
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    rewrite_wheel(wheel, release.time)
    rewrite_sdist(sdist, release.time)
    yield from (wheel, sdist)


def _run_uv_build(source: Path, out: Path, release: Release) -> None:
    """Runs the build backend, in the version that ``requirements-dev.txt`` pins."""
    # What this machine has Python look at would come before that version.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment |= {"SOURCE_DATE_EPOCH": str(release.time), **UV_SETTINGS}
    done = subprocess.run(
        [
            *(
                uv(),
                "build",
                "--quiet",
                "--python",
                sys.executable,
                "--out-dir",
                str(out.resolve()),
            ),
            *("--build-constraints", "requirements-dev.txt", "--require-hashes"),
        ],
        cwd=source,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise click.ClickException(f"the packages cannot be built:\n{done.stderr.strip()}")
    # uv keeps what is built out of git.
    (out / ".gitignore").unlink(missing_ok=True)
