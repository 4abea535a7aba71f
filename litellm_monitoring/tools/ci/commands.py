"""``python -m tools ci``: what the workflows in ``.github`` and GitLab's jobs run."""

import os
import sys
from pathlib import Path

import click

from litellm_monitoring.tools import project
from litellm_monitoring.tools.looking import COULD_NOT_LOOK, DIFFERS, LookingCommand

_out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="build/ci",
    show_default=True,
    help="Directory for the Markdown files.",
)


@click.group()
def ci() -> None:
    """What pipelines run: a pull request's preview, and the nightly look."""


@ci.command()
@click.argument("base")
@click.option("--stack", "names", multiple=True, help="Only this stack; can be repeated.")
@click.option(
    "--diff-only", is_flag=True, help="Leave the engine out: for a job that is given no secrets."
)
@_out_option
def preview(base: str, names: tuple[str, ...], diff_only: bool, out: Path) -> None:
    """Write what a pull request would change since BASE, a git commit.

    preview.md has all of it; comment.md and summary.md what GitHub takes in one comment and in the
    summary of a step. Exit status 1 if a part of it failed.
    """
    from litellm_monitoring.tools.ci.looks import looks
    from litellm_monitoring.tools.ci.pull_request import Preview, difference

    changes, failed = difference(base, names, project.ROOT)
    stacks = [] if diff_only else names or project.stacks(project.ROOT)
    sections = tuple(looks("preview", stacks, project.ROOT))
    found = Preview(changes, sections, _place())
    _write(out / "preview.md", found.whole)
    _write(out / "comment.md", found.comment)
    _write(out / "summary.md", found.summary)
    if failed or any(section.status for section in sections):
        sys.exit(1)


@ci.command(cls=LookingCommand)
@click.argument("stack")
@_out_option
def drift(stack: str, out: Path) -> None:
    """Write what was changed by hand in STACK and in its teams' stacks.

    drift.md has it; it is empty if nothing was changed, and absent if that could not be told. Exit
    status 1 if anything was changed, 2 if it could not look everywhere.
    """
    from litellm_monitoring.tools.ci.looks import looks
    from litellm_monitoring.tools.ci.page import page
    from litellm_monitoring.tools.ci.pull_request import COMMENT_LENGTH

    path = out / "drift.md"
    path.unlink(missing_ok=True)
    sections = list(looks("drift", [stack], project.ROOT))
    statuses = {section.status for section in sections}
    differing = [section for section in sections if section.status == DIFFERS]
    if differing or statuses == {0}:
        lead = f"Found by {_place()}.\n" if differing else ""
        _write(path, lead + page(differing, COMMENT_LENGTH - len(lead)))
    sys.exit(COULD_NOT_LOOK if statuses - {0, DIFFERS} else max(statuses))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _place() -> str:
    """Where this runs, as a link where it is a run of GitHub's."""
    if "GITHUB_RUN_ID" not in os.environ:
        return "this job"
    repository = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}".format_map(os.environ)
    return f"[this run]({repository}/actions/runs/{os.environ['GITHUB_RUN_ID']})"
