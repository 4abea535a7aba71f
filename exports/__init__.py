"""What a stack declares in the forms that others deploy: each a function from a
:class:`exports.export.Stack` to the :class:`exports.export.Export` of its files.
"""

from collections.abc import Callable, Mapping

from exports.config_maps import config_maps
from exports.export import Export, ExportError, Stack
from exports.git_sync import git_sync
from exports.grafana_operator import grafana_operator
from exports.importable import importable
from exports.terraform import terraform

__all__ = ["FORMATS", "Export", "ExportError", "Stack"]

FORMATS: Mapping[str, Callable[[Stack], Export]] = {
    "config-maps": config_maps,
    "grafana-operator": grafana_operator,
    "import": importable,
    "git-sync": git_sync,
    "terraform": terraform,
}
"""By what ``render --format`` calls them."""
