"""What is deployed from a CI job must outlast it: a runner's files are gone when the job ends.

On a person's machine state may be kept in ``.state``, and a Grafana be a directory; both are still
there the next day. Of a CI job they are not, and Grafana and the state would know nothing of each
other: the next job would find what is deployed in its way, and nobody could delete it.
"""

import os
from pathlib import Path

import click

from litellm_monitoring.tools.configuration.stack import is_grafana_configured
from litellm_monitoring.tools.deploying.backend import directory_of, logged_in_to

_RUNNERS = (
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "TF_BUILD",
    "BITBUCKET_COMMIT",
    "BUILDKITE",
    "CIRCLECI",
    "CODEBUILD_BUILD_ARN",
    "DRONE",
    "JENKINS_URL",
    "SEMAPHORE",
    "TEAMCITY_VERSION",
    "TRAVIS",
    "APPVEYOR",
    "PULUMI_CI_SYSTEM",
)
"""Variables by which the Pulumi engine knows a CI job too, beside ``CI``, which most of them set."""
_TOKEN = "PULUMI_ACCESS_TOKEN"


def check_that_it_lasts(stack: str, root: Path) -> None:
    """Refuses a state that is gone before what it tells of, and a Grafana that is gone before its
    state.

    Raises:
        click.ClickException: saying what to set.

    """
    runner, backend = _runner(), logged_in_to(root)
    if is_grafana_configured(stack, root, os.environ):
        if not backend and (runner or _TOKEN in os.environ):
            raise click.ClickException(_without_backend(stack, runner))
    elif runner and backend and not directory_of(backend):
        raise click.ClickException(
            f"stack {stack} has no Grafana, so it would be deployed to the directory build/grafana, "
            f"which is gone when this CI job ends ({runner} is set), while its state stays in "
            f"{backend}. Set grafana:url in Pulumi.{stack}.yaml, or GRAFANA_URL."
        )


def _without_backend(stack: str, runner: str | None) -> str:
    problem = f"stack {stack} has a Grafana, but no Pulumi backend"
    if runner:
        problem += (
            f": its state would be kept in .state, which is gone when this CI job ends ({runner} is "
            "set)"
        )
    remedy = (
        f"Set {_TOKEN}; or set PULUMI_BACKEND_URL, or backend.url in Pulumi.yaml, to where state is "
        "to be kept."
    )
    if _TOKEN in os.environ:
        problem += f". {_TOKEN} is empty: there is no such secret, or it is not given to this job"
        remedy += "" if runner else f" To keep state in .state, unset {_TOKEN}."
    return f"{problem}. {remedy}"


def _runner() -> str | None:
    """The variable that says that this is a CI job; None on a person's machine."""
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        return "CI"
    return next((name for name in _RUNNERS if os.environ.get(name)), None)
