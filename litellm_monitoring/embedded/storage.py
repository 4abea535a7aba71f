"""Files that are replaced whole or not at all."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from litellm_monitoring.infra.settings.kinds.fields import GRAFANA_UID
from litellm_monitoring.infra.settings.kinds.pulumi_yaml import is_read_as_text


class TargetError(Exception):
    """An operation that the directory refuses, as a Grafana would; the message says why."""


def file_name(uid: str, suffix: str) -> str:
    """The name of the file for ``uid``; raises TargetError where that is no Grafana uid."""
    if not GRAFANA_UID.fullmatch(uid):
        raise TargetError(f"{uid!r} is not a Grafana uid")
    return uid + suffix


def read_yaml(path: Path) -> Any:
    """The content of a file; raises what reading it and yaml do."""
    return yaml.safe_load(path.read_text("utf-8"))


class _Dumper(yaml.SafeDumper):
    """Puts each text on one line: of those over several lines, Go's readers refuse some that
    Python's take, such as ones with a tab. And has quotes around what is text to Python's alone,
    such as 1e5.
    """

    def represent_str(self, text: str) -> yaml.ScalarNode:
        """The node of ``text``, quoted where there is more in it than what prints."""
        style = None if text.isprintable() and is_read_as_text(text) else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _Dumper.represent_str)


def to_yaml(*documents: Mapping[str, object]) -> str:
    """``documents`` as YAML that Go programs read as well: Grafana, Pulumi, Kubernetes."""
    return yaml.dump_all(
        documents,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=float("inf"),
        explicit_start=len(documents) > 1,
    )


def write_yaml(path: Path, content: Mapping[str, object]) -> None:
    """Makes ``content`` that of the file."""
    write_text(path, to_yaml(content))


def write_text(path: Path, text: str) -> None:
    """Makes ``text`` that of the file, whose directory is made if needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, 0o644)
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise


def unreadable(path: Path) -> TargetError:
    """The error for a file that somebody has spoilt."""
    return TargetError(
        f"{path} does not hold what was deployed; delete the file and refresh to deploy it anew"
    )
