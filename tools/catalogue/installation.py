"""LiteLLM in a virtual environment of its own, beside the project's and apart from it."""

import shutil
import subprocess
import sys
from pathlib import Path

import click
from rich.console import Console

# LiteLLM pins these to versions that not every package index has; any will do.
_ANY_VERSION = ("certifi", "litellm-proxy-extras")


def installed(version: str, root: Path, out: Console) -> Path:
    """The Python that has LiteLLM's proxy in ``version`` beside it; installs it where it is not.

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
    with out.status(f"Installing LiteLLM {version} into {home}"):
        home.parent.mkdir(parents=True, exist_ok=True)
        overrides = home.parent / f"{version}.overrides.txt"
        overrides.write_text("".join(f"{name}\n" for name in _ANY_VERSION), "utf-8")
        try:
            _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home))
            _run(
                *(uv, "pip", "install", "--quiet", "--python", str(python)),
                *("--override", str(overrides), f"litellm[proxy]=={version}", "prometheus-client"),
            )
        except click.ClickException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        finally:
            overrides.unlink()
    complete.touch()
    return python


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise click.ClickException(f"{' '.join(command[1:3])} failed:\n" + "\n".join(said[-3:]))
