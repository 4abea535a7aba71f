"""A directory of rendered files, in which none remains that is rendered no more; and Grafana's
provisioning files of what alerts.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.kinds.alerting import write_alerting
from litellm_monitoring.embedded.storage import write_text
from litellm_monitoring.infra.declaration.alerting import Alerting
from litellm_monitoring.infra.declaration.resources import Folder
from litellm_monitoring.infra.program import alert_properties as properties

_LISTS = ".rendered"
"""Hidden from what reads the directory: kubectl, Terraform and Git Sync pass over it."""


def write_files(out: Path, texts: Mapping[str, str]) -> list[Path]:
    """Writes each of ``texts`` to its path below ``out`` and returns the files."""
    for path, text in texts.items():
        write_text(out / path, text)
    return [out / path for path in texts]


def keep_only(out: Path, what: str, files: Iterable[Path]) -> list[Path]:
    """Deletes what was rendered below ``out`` as ``what`` the last time and is not among ``files``
    now, and returns it. Other files, such as people's own, stay.
    """
    root = out.resolve()
    now = {file.resolve().relative_to(root).as_posix() for file in files}
    listed = out / _LISTS / what
    gone = []
    for path in sorted(_read(listed) - now):
        file = (root / path).resolve()
        # What is listed may have been edited: nothing outside of the directory is touched.
        if file.is_relative_to(root) and file.is_file():
            file.unlink()
            gone.append(out / path)
            _remove_empty(file.parent, root)
    write_text(listed, "".join(f"{path}\n" for path in sorted(now)))
    return gone


def provision_alerting(
    directory: ProvisioningDirectory, alerting: Alerting, folder: Folder | None
) -> Iterator[Path]:
    """Writes what alerts, rules only into a ``folder``, and returns the files."""
    if alerting.template:
        yield write_alerting(
            directory, "MessageTemplate", properties.message_template(alerting.template)
        )
    if alerting.contact_point:
        yield write_alerting(
            directory, "ContactPoint", properties.contact_point(alerting.contact_point)
        )
    for timing in alerting.mute_timings:
        yield write_alerting(directory, "MuteTiming", properties.mute_timing(timing))
    if folder:
        for group in alerting.grafana:
            yield write_alerting(
                directory, "RuleGroup", properties.rule_group(group, alerting, folder.uid)
            )


def _read(listed: Path) -> set[str]:
    try:
        return set(filter(None, listed.read_text("utf-8").splitlines()))
    except FileNotFoundError:
        return set()


def _remove_empty(directory: Path, root: Path) -> None:
    with contextlib.suppress(OSError):
        while directory != root:
            directory.rmdir()
            directory = directory.parent
