"""``python -m litellm_monitoring.tools.catalogue.pins``: pin what is installed with each LiteLLM that is tested."""

from collections.abc import Sequence
from pathlib import Path

import click
from packaging.requirements import Requirement

from litellm_monitoring.tools.catalogue.lacking import as_far_as_there
from litellm_monitoring.tools.process import run_uv

_OPTIONS = ("--quiet", "--upgrade", "--universal", "--no-header", "--no-annotate")


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--python-version", required=True, help="The oldest Python that they are for.")
def pins(files: Sequence[Path], python_version: str) -> None:
    """Pin the newest versions that FILES, each NAME.in, allow, in NAME.txt.

    What the package index does not have is left out, or in another version where there is one.
    """
    for asked_for in files:
        pinned = asked_for.with_suffix(".txt")

        def attempt(options: Sequence[str], asked_for: Path = asked_for, to: Path = pinned) -> None:
            run_uv(
                *("pip", "compile", *_OPTIONS, "--python-version", python_version),
                *(*options, str(asked_for), "--output-file", str(to)),
            )

        for remark in as_far_as_there(_version(asked_for), attempt).remarks():
            click.echo(f"{pinned}: {remark}")


def _version(asked_for: Path) -> str:
    """The LiteLLM that a file asks for."""
    requirements = map(Requirement, asked_for.read_text("utf-8").splitlines())
    (litellm,) = (each for each in requirements if each.name == "litellm")
    (specifier,) = litellm.specifier
    return specifier.version


if __name__ == "__main__":
    pins()
