"""Grafana's provisioning files of a stack, written without an engine."""

from pathlib import Path

import click

from embedded.files import ProvisioningDirectory
from infra.declaration import declare
from tools.settings_file import settings_of


def render_to(out: Path, stack: str, root: Path) -> list[Path]:
    """Writes what ``stack`` declares below ``out`` and returns the files.

    Raises:
        click.ClickException: where provisioning files cannot say it, or ``out`` cannot be written.

    """
    declaration = declare(settings_of(stack, root), stack)
    if not declaration.folder:
        raise click.ClickException(
            "folder.existingUid: provisioning files cannot refer to a folder that is there "
            "already; set folder.title and folder.uid"
        )
    directory = ProvisioningDirectory(out)
    try:
        files = [directory.write_folder(declaration.folder)]
        if declaration.data_source:
            files.append(directory.write_data_source(declaration.data_source))
        for dashboard in declaration.dashboards.values():
            files.append(
                directory.write_dashboard(declaration.platform.folder_uid, dashboard.config_json)
            )
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    return files
