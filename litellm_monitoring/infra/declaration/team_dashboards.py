"""What teams have of the dashboards of their environment."""

from collections.abc import Mapping
from typing import Any

from litellm_monitoring.dashboards import slugs

_NOT_SHARED = ("uids", "adopt")
"""Settings of an environment's dashboards that its teams' do not share."""


def shared_with_teams(dashboards: Mapping[str, Any]) -> dict[str, Any]:
    """What an environment says of its dashboards as far as it goes for a team's; of those that it
    includes, the ones that can be limited to a team.
    """
    shared = {key: value for key, value in dashboards.items() if key not in _NOT_SHARED}
    if isinstance(included := shared.pop("include", None), list):
        include = [slug for slug in included if slug in slugs(of_team=True)]
        shared |= {"include": include} if include else {}
    return shared
