"""A commit's own files."""

import io
import tarfile
from pathlib import Path

from litellm_monitoring.tools.process import printed


def unpack(commit: str, root: Path, directory: Path, problem: str) -> None:
    """Puts the files of ``commit``, below ``root`` in a repository, into ``directory``, links as links.

    Raises:
        click.ClickException: where git does not have it: the ``problem``, and what git says.

    """
    archive = printed(["git", "archive", "--format=tar", commit, "--"], problem, root)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        # They are the project's own; before 3.11.4 Python has no filters.
        files.extraction_filter = getattr(tarfile, "fully_trusted_filter", None)
        files.extractall(directory)
