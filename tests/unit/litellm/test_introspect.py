"""What is asked of a LiteLLM that nobody has seen: modules that register metrics in ways of their
own.
"""

import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from litellm_monitoring.tools.catalogue.commands import observed_by

BASE = {
    "litellm/__init__.py": "",
    "litellm/proxy/__init__.py": "",
    "litellm/proxy/proxy_server.py": "import litellm.ledger",
    "litellm/types/__init__.py": "",
    "litellm/types/integrations/__init__.py": "",
    "litellm/types/integrations/prometheus.py": "",
    "litellm/ledger.py": """
        from prometheus_client import Gauge
        PENDING = Gauge("litellm_pending", "Pending", multiprocess_mode="livemax")
        """,
    "litellm-9.9.dist-info/METADATA": "Metadata-Version: 2.1\nName: litellm\nVersion: 9.9\n",
}
PENDING = {
    "type": "gauge",
    "help": "Pending",
    "labels": [],
    "switch": "always",
    "beforeFirstEvent": True,
    "perWorker": False,
}


def observed(root: Path, files: Mapping[str, str]) -> dict[str, Any]:
    for name, text in {**BASE, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    python = root / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{root}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return observed_by(python)


def test_what_the_proxy_registers_as_it_is_imported_is_always_on(tmp_path: Path) -> None:
    assert observed(tmp_path, {}) == {
        "litellm": "9.9",
        "families": {"litellm_pending": PENDING},
        "unknown": {},
    }


CANNOT_TELL = "registers metrics, and does not tell which setting enables them"


@pytest.mark.parametrize(
    ("module", "families", "problem"),
    [
        pytest.param(
            """
            from prometheus_client import Counter
            MADE = Counter("litellm_made", "Made", ["a"])
            """,
            {"litellm_made_total"},
            CANNOT_TELL,
            id="as it is imported, which the proxy does not do",
        ),
        pytest.param(
            """
            def counters(prefix=""):
                from prometheus_client import Counter as PrometheusCounter
                return PrometheusCounter("litellm_made", "Made")
            """,
            {"litellm_made_total"},
            CANNOT_TELL,
            id="a function",
        ),
        pytest.param(
            """
            import prometheus_client as prom
            class Metrics:
                @classmethod
                def ensure(cls):
                    cls.made = prom.Gauge("litellm_made", "Made")
                def __init__(self, app):
                    pass
            """,
            {"litellm_made"},
            CANNOT_TELL,
            id="a method of a class that cannot be made",
        ),
        pytest.param(
            """
            from prometheus_client import Histogram
            class Metrics:
                def __init__(self):
                    self.histogram = Histogram
                    self.made = self.create("litellm_made")
                def create(self, name):
                    return self.histogram(name, "Made")
            """,
            {"litellm_made"},
            CANNOT_TELL,
            id="a class that makes them by a method",
        ),
        pytest.param(
            """
            from prometheus_client import Counter, Gauge
            def create(kind, name):
                return kind(name, "Made")
            def metrics(settings):
                return create(Gauge, "litellm_one"), Counter("litellm_two", "Made")
            """,
            set(),
            "could not be made to register litellm_one, litellm_two",
            id="a function that has to be given something",
        ),
        pytest.param(
            """
            from prometheus_client import Gauge
            def metrics(names):
                return [Gauge(f"litellm_{name}", "Made") for name in names]
            """,
            set(),
            "uses metrics, and could not be made to register any",
            id="names that are not in the text",
        ),
        pytest.param(
            """
            from prometheus_client import Gauge
            def metrics():
                raise RuntimeError("no licence")
                Gauge("litellm_made", "Made")
            """,
            set(),
            "fails: RuntimeError: no licence",
            id="a function that fails",
        ),
        pytest.param(
            """
            from typing import TYPE_CHECKING
            from prometheus_client import CollectorRegistry, multiprocess
            if TYPE_CHECKING:
                from prometheus_client import Gauge
            def serve(gauge: "Gauge"):
                raise RuntimeError("not to be called")
            """,
            set(),
            None,
            id="what serves the page registers nothing",
        ),
    ],
)
def test_a_module_that_nobody_knows(
    tmp_path: Path, module: str, families: set[str], problem: str | None
) -> None:
    found = observed(tmp_path, {"litellm/elsewhere.py": module})
    assert found["families"].keys() == {"litellm_pending", *families}
    assert {found["families"][name]["switch"] for name in families} <= {"unknown"}
    assert found["unknown"] == ({"litellm.elsewhere": problem} if problem else {})


def test_metrics_are_of_the_module_that_makes_them_whoever_imports_it(tmp_path: Path) -> None:
    files = {
        "litellm/integrations/__init__.py": "",
        "litellm/integrations/prometheus.py": """
            from prometheus_client import Counter
            class PrometheusLogger:
                def __init__(self):
                    import litellm.elsewhere
                    self.made = Counter("litellm_made", "Made")
            """,
        "litellm/elsewhere.py": """
            from prometheus_client import Gauge
            OTHER = Gauge("litellm_other", "Other")
            """,
    }
    found = observed(tmp_path, files)
    assert {name: each["switch"] for name, each in found["families"].items()} == {
        "litellm_pending": "always",
        "litellm_made_total": "prometheus",
        "litellm_other": "unknown",
    }
    assert found["unknown"] == {"litellm.elsewhere": CANNOT_TELL}
