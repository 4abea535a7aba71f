"""What the Grafana provider says where something is in Grafana already, in words: it names neither
what is there nor what to do about it.
"""

import re
from collections.abc import Mapping
from pathlib import Path

_TAKEN: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "Folder": (
        "folder",
        re.compile(r"createFolder (Conflict|\(status 412\))|createFolderConflict"),
    ),
    "Dashboard": ("dashboard", re.compile(r"postDashboardPreconditionFailed")),
    "DataSource": ("data source", re.compile(r"addDataSourceConflict")),
    "Team": ("Grafana team", re.compile(r"createTeamConflict")),
    "MuteTiming": ("mute timing", re.compile(r"postMuteTimingBadRequest.*already exists")),
    "RuleGroup": ("rule group", re.compile(r"rule group with name .* already exists")),
}
"""By the last part of the resource's type: what people call it, and what the provider says."""


def taken(resource_type: str, name: str, text: str) -> str | None:
    """What ``text``, the provider's words on the resource of that type and ``name``, says if that is
    in Grafana already and its stack does not know of it; None where it says something else.
    """
    kind, said = _TAKEN.get(resource_type.rpartition(":")[2], ("", None))
    if not said or not said.search(text):
        return None
    return f"the {kind} {name} is in Grafana already, and not in the stack's state"


def how_to_take_over(stack: str, directory: Path | None) -> str:
    """What to do about what is :func:`taken`, in a Grafana or in the ``directory`` in its place."""
    if directory:
        return f"Delete it from {directory}, and deploy again."
    return (
        f"Whose it is says: python -m tools adopt --stack {stack}\n"
        "The same with --take-over makes it the stack's."
    )
