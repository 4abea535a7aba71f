"""What a stack declares in the forms that others deploy: each a function from a
:class:`litellm_monitoring.exports.export.Stack` to the :class:`exports.export.Export` of its files.
"""

from collections.abc import Callable, Mapping

from litellm_monitoring.exports.config_maps import config_maps
from litellm_monitoring.exports.export import Export, ExportError, Stack
from litellm_monitoring.exports.git_sync import git_sync
from litellm_monitoring.exports.grafana_operator import grafana_operator
from litellm_monitoring.exports.importable import importable
from litellm_monitoring.exports.terraform import terraform

__all__ = ["FORMATS", "Export", "ExportError", "Stack"]

FORMATS: Mapping[str, Callable[[Stack], Export]] = {
    "config-maps": config_maps,
    "grafana-operator": grafana_operator,
    "import": importable,
    "git-sync": git_sync,
    "terraform": terraform,
}
"""By what ``render --format`` calls them."""
