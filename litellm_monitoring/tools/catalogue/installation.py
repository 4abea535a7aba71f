"""LiteLLM in a virtual environment of its own, beside the project's and apart from it."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from litellm_monitoring.tools.catalogue.lacking import EXTRA, as_far_as_there
from litellm_monitoring.tools.process import run_uv


def installed(version: str, root: Path, out: Console, constraints: Sequence[Path] = ()) -> Path:
    """The Python that has LiteLLM's proxy in ``version`` beside it, installed below ``root`` where
    it is not there yet, with nothing in other versions than the files ``constraints`` say.

    What the package index does not have is left out, or in another version where there is one;
    ``out`` is told so.

    Raises:
        click.ClickException: where it cannot be installed.

    """
    home = root / version
    python = home / "bin" / "python"
    complete = home / ".complete"
    if not complete.exists():
        try:
            with out.status(f"Installing LiteLLM {version} into {home}"):
                run_uv("venv", "--quiet", "--clear", "--python", sys.executable, str(home))
                remarks = _install(version, python, constraints)
        except click.ClickException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        complete.write_text("".join(f"{each}\n" for each in remarks))
    for each in complete.read_text().splitlines():
        out.print(f"LiteLLM {version}: {each}")
    return python


def _install(version: str, python: Path, constraints: Sequence[Path]) -> list[str]:
    """Returns what is not as LiteLLM asks for it."""

    def attempt(options: Sequence[str]) -> None:
        wanted = (f"litellm[{EXTRA}]=={version}", "prometheus-client")
        run_uv("pip", "install", "--quiet", "--python", str(python), *options, *wanted)

    pinned = [word for path in constraints for word in ("--constraint", str(path))]
    return [*as_far_as_there(version, attempt, pinned).remarks()]
