"""LiteLLM in a virtual environment of its own, beside the project's and apart from it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

_ANY_VERSION = Path(__file__).with_name("any-version.txt")


def installed(version: str, root: Path, out: Console, constraints: Sequence[Path] = ()) -> Path:
    """The Python that has LiteLLM's proxy in ``version`` beside it, installed below ``root`` where
    it is not there yet, with nothing in other versions than the files ``constraints`` say.

    Raises:
        click.ClickException: where it cannot be installed.

    """
    home = root / version
    python = home / "bin" / "python"
    complete = home / ".complete"
    if complete.exists():
        return python
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if not uv:
        raise click.ClickException("uv is needed to install LiteLLM: run make catalogue")
    wanted = [f"litellm[proxy]=={version}", "prometheus-client"]
    try:
        with out.status(f"Installing LiteLLM {version} into {home}"):
            _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home))
            versions = ["--override", str(_ANY_VERSION)]
            for path in constraints:
                versions += ["--constraint", str(path)]
            _run(uv, "pip", "install", "--quiet", "--python", str(python), *versions, *wanted)
    except click.ClickException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    complete.touch()
    return python


def _run(*command: str) -> None:
    # As pip does, which has installed uv: a company's proxy is trusted by the machine alone.
    environment = {**os.environ, "UV_SYSTEM_CERTS": "true"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise click.ClickException(f"{' '.join(command[1:3])} failed:\n" + "\n".join(said[-3:]))
