"""``python -m litellm_monitoring.tools.release``: what ``make release`` runs."""

from pathlib import Path

import click

from litellm_monitoring.tools.project import ROOT
from litellm_monitoring.tools.release.build import build
from litellm_monitoring.tools.release.readiness import release_of


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="build/release",
    show_default=True,
    help="Directory for the release; an earlier one in it is deleted.",
)
@click.option("--tag", help="The tag that asks for the release: it must be the version's.")
def release(out: Path, tag: str | None) -> None:
    """Build the release of the commit that is checked out.

    These are the wheel, the source distribution, dashboards and alerts as files, SHA256SUMS of all
    these, and NOTES.md, the version's section of CHANGELOG.md. Nothing is published.
    """
    for path in build(release_of(ROOT, tag or None), ROOT, out):
        click.echo(path)


if __name__ == "__main__":
    release()
