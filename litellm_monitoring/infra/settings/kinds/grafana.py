"""The kinds of value that Grafana limits, besides those of :mod:`litellm_monitoring.infra.settings.kinds.fields`."""

import re
from functools import partial
from typing import Annotated

from pydantic import AfterValidator

from litellm_monitoring.infra.limits import (
    ADDRESS,
    NAME,
    TAG,
    TITLE,
    at_most,
    at_most_bytes,
)
from litellm_monitoring.infra.settings.kinds.fields import HttpUrl, Text, Uid

_A_NUMBER = re.compile(r"-?[0-9]+")
_GRAFANAS_FOLDERS = ("general", "sharedwithme")


def _folder_uid(value: str) -> str:
    if _A_NUMBER.fullmatch(value):
        raise ValueError(
            "is a number, which Pulumi's Grafana provider takes for one that folders had before "
            "they had UIDs; use a UID with a letter"
        )
    if value in _GRAFANAS_FOLDERS:
        raise ValueError("is the UID of a folder of Grafana's own; use another")
    return value


FolderUid = Annotated[Uid, AfterValidator(_folder_uid)]
FolderTitle = Annotated[
    Text,
    AfterValidator(str.strip),
    AfterValidator(partial(at_most, TITLE, "the title of a folder")),
]
"""Without what is blank around it, as Grafana keeps it."""
Tag = Annotated[Text, AfterValidator(partial(at_most, TAG, "a tag"))]
TeamName = Annotated[Text, AfterValidator(partial(at_most, NAME, "the name of a team"))]
SourceName = Annotated[
    Text, AfterValidator(partial(at_most_bytes, NAME, "the name of a data source"))
]
SourceUrl = Annotated[
    HttpUrl, AfterValidator(partial(at_most_bytes, ADDRESS, "the address of a data source"))
]
SourceUser = Annotated[
    Text, AfterValidator(partial(at_most, ADDRESS, "the user name of a data source"))
]
