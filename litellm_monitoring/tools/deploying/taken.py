"""What the Grafana provider says where something is in Grafana already, in words: it names neither
what is there nor what to do about it.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from litellm_monitoring.tools.deploying.provider_errors import KINDS
from litellm_monitoring.tools.project import COMMAND

_TAKEN: Mapping[str, re.Pattern[str]] = {
    "Folder": re.compile(r"createFolder (Conflict|\(status 412\))|createFolderConflict"),
    "Dashboard": re.compile(r"postDashboardPreconditionFailed"),
    "DataSource": re.compile(r"addDataSourceConflict"),
    "Team": re.compile(r"createTeamConflict"),
    "MuteTiming": re.compile(r"postMuteTimingBadRequest.*already exists"),
    "RuleGroup": re.compile(r"rule group with name .* already exists"),
}
"""What the provider says, by the last part of the resource's type."""


def taken(resource_type: str, name: str, text: str) -> str | None:
    """What ``text``, the provider's words on the resource of that type and ``name``, says if that is
    in Grafana already and its stack does not know of it; None where it says something else.
    """
    kind = resource_type.rpartition(":")[2]
    if kind not in _TAKEN or not _TAKEN[kind].search(text):
        return None
    return f"the {KINDS[kind]} {name} is in Grafana already, and not in the stack's state"


def how_to_take_over(stack: str, directory: Path | None) -> str:
    """What to do about what is :func:`taken`, in a Grafana or in the ``directory`` in its place."""
    if directory:
        return f"Delete it from {directory}, and deploy again."
    return (
        f"Whose it is says: {COMMAND} adopt --stack {stack}\n"
        "The same with --take-over makes it the stack's."
    )
