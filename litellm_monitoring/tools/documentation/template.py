"""What in the template for ``pulumi new`` follows from this project's version and address."""

import re
from pathlib import Path

from litellm_monitoring.tools.version import repository_of, version

_LINK = re.compile(r"^(\[.+\]: )https://\S+?/blob/v[^/]+/", re.MULTILINE)
"""The beginning of a link to a file of this project."""


def template_files(root: Path) -> dict[str, str]:
    """The files of the template below ``root`` that name a version, with the present one."""
    if not (root / "template").exists():
        return {}
    repository, released = repository_of(root), version(root)
    name = f"litellm_monitoring-{released}-py3-none-any.whl"
    readme = (root / "template/README.md").read_text("utf-8")
    return {
        "template/requirements.txt": (
            f"litellm-monitoring @ {repository}/releases/download/v{released}/{name}\n"
        ),
        "template/README.md": _LINK.sub(rf"\1{repository}/blob/v{released}/", readme),
    }
