"""What may be set about exports, and what is said of mistakes."""

import json
from typing import Any

import pytest

from litellm_monitoring.infra.settings.loading.stack import SettingsError, load_settings
from litellm_monitoring.tools.project import PROJECT


def mistakes(**exports: Any) -> str:
    config = {
        f"{PROJECT}:prometheus": json.dumps({"url": "http://p"}),
        f"{PROJECT}:exports": json.dumps(exports),
    }
    with pytest.raises(SettingsError) as error:
        load_settings(config, (), PROJECT, "dev")
    return str(error.value)


@pytest.mark.parametrize(
    ("exports", "says"),
    [
        ({"namespace": "Monitoring"}, "not a name of Kubernetes"),
        ({"labels": {"a b": "c"}}, "not a label of Kubernetes"),
        ({"labels": {"a": "b" * 64}}, "not a label's value in Kubernetes"),
        ({"dashboardLabel": "-"}, "not a label of Kubernetes"),
        ({"labelValue": "yes!"}, "not a label's value in Kubernetes"),
        ({"folderAnnotation": "a/b/c"}, "not a label of Kubernetes"),
        ({"instanceSelector": {"a": " "}}, "not a label's value in Kubernetes"),
        ({"secret": "my_secret"}, "not a name of Kubernetes"),
        ({"nameSpace": "a"}, "exports.nameSpace"),
    ],
)
def test_mistakes(exports: dict[str, Any], says: str) -> None:
    assert says in mistakes(**exports)
