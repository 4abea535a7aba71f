"""Other programs, run for what they print."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

# As pip does, which has installed uv: a company's proxy is trusted by the machine alone.
UV_SETTINGS: Mapping[str, str] = {"UV_SYSTEM_CERTS": "true"}

_NO_SOLUTION = 1


class NoSolution(click.ClickException):
    """The index does not have what uv was asked for; what cannot be asked is another error."""


def printed(command: Sequence[str | Path], problem: str, directory: Path | None = None) -> bytes:
    """What ``command`` prints in ``directory``, by default the current one.

    Raises:
        click.ClickException: where it fails: the ``problem``, and the last line of what it says.

    """
    done = subprocess.run(command, cwd=directory, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise click.ClickException(f"{problem}: {said[-1]}")
    return done.stdout


def uv() -> str:
    """The command uv, of this Python's environment if it is there.

    Raises:
        click.ClickException: where there is none.

    """
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if not found:
        raise click.ClickException("uv is needed: make installs it, as requirements-dev.txt says")
    return found


def run_uv(*arguments: str) -> str:
    """What uv prints.

    Raises:
        NoSolution: where the index lacks something.
        click.ClickException: where it fails otherwise.

    """
    done = subprocess.run(
        [uv(), *arguments],
        env={**os.environ, **UV_SETTINGS},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        error = NoSolution if done.returncode == _NO_SOLUTION else click.ClickException
        raise error(f"uv {' '.join(arguments[:2])} failed:\n" + "\n".join(said[-3:]))
    return done.stdout
