"""A fleet deployed by something else: a CI system's jobs, or the Pulumi Kubernetes Operator."""

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from litellm_monitoring.embedded.storage import to_yaml
from litellm_monitoring.tools.deploying.retries import RETRIES
from litellm_monitoring.tools.fleet.teams import TeamStack
from litellm_monitoring.tools.project import PROJECT


def matrix_json(teams: Sequence[TeamStack], jobs: int) -> str:
    """A matrix of at most ``jobs`` entries, or one for each environment if those are more; each
    has an ``environment``, and as ``teams`` the options that name some of its teams.
    """
    size = math.ceil(len(teams) / jobs) or 1
    entries = []
    while _entry_count(teams, size) > max(jobs, _entry_count(teams, len(teams) or 1)):
        size += 1
    for environment in dict.fromkeys(team.environment for team in teams):
        names = [team.team for team in teams if team.environment == environment]
        entries += [
            {
                "environment": environment,
                "teams": " ".join(f"--team {name}" for name in names[start : start + size]),
            }
            for start in range(0, len(names), size)
        ]
    return json.dumps({"include": entries})


def _entry_count(teams: Sequence[TeamStack], size: int) -> int:
    environments = [team.environment for team in teams]
    return sum(math.ceil(environments.count(name) / size) for name in set(environments))


def operator_yaml(
    teams: Sequence[TeamStack], repository: str, branch: str, organization: str, secret: str
) -> str:
    """A ``Stack`` for each team, which waits for the environment's
    (https://www.pulumi.com/docs/iac/operations/continuous-delivery/pulumi-kubernetes-operator/).

    Configuration with objects in it needs version 2.3 of the operator.
    """
    return to_yaml(*(_stack(team, repository, branch, organization, secret) for team in teams))


def _stack(
    team: TeamStack, repository: str, branch: str, organization: str, secret: str
) -> dict[str, Any]:
    return {
        "apiVersion": "pulumi.com/v1",
        "kind": "Stack",
        "metadata": {"name": _resource_name(team.stack)},
        "spec": {
            "stack": f"{organization}/{PROJECT}/{team.stack}",
            "projectRepo": repository,
            "branch": branch,
            "config": team.content["config"],
            "destroyOnFinalize": False,
            "envRefs": {
                **{
                    name: {"type": "Secret", "secret": {"name": secret, "key": name}}
                    for name in dict.fromkeys(
                        ("GRAFANA_AUTH", *team.variables, "PULUMI_ACCESS_TOKEN")
                    )
                },
                **{
                    name: {"type": "Literal", "literal": {"value": value}}
                    for name, value in RETRIES.items()
                },
            },
            "prerequisites": [{"name": _resource_name(team.environment)}],
        },
    }


def _resource_name(stack: str) -> str:
    """A name that Kubernetes takes: lower-case letters, digits, ``-`` and ``.``."""
    return re.sub("[^a-z0-9.-]", "-", f"{PROJECT}-{stack}".lower())
