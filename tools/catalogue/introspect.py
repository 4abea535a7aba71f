"""Prints as JSON what the LiteLLM that is installed beside this Python registers with Prometheus.

Run by that Python, so it imports nothing of this project. LiteLLM registers its metrics in several
places, most of them when a logger is made, some when they are first used; ``_REGISTER`` makes each
happen. The registry then says what there is.
"""

import contextlib
import importlib
import importlib.metadata
import importlib.util
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

_PACKAGES = ("litellm", "litellm_enterprise")


def _prometheus(module: Any) -> None:
    # From before LiteLLM gave its metrics to everybody: it asks this module for a licence.
    with contextlib.suppress(ImportError):
        importlib.import_module("litellm.proxy.proxy_server").premium_user = True  # type: ignore[attr-defined]
    module.PrometheusLogger()


_REGISTER: dict[str, tuple[str, Callable[[Any], object]]] = {
    "litellm.integrations.prometheus": ("prometheus", _prometheus),
    "litellm_enterprise.integrations.prometheus": ("prometheus", _prometheus),
    "litellm.integrations.prometheus_services": (
        "prometheus_system",
        lambda module: module.PrometheusServicesLogger(),
    ),
    "litellm.proxy.middleware.in_flight_requests_middleware": (
        "always",
        lambda module: module.InFlightRequestsMiddleware._get_gauge(),
    ),
    "litellm.proxy.middleware.admission_control_middleware": (
        "admission_control",
        lambda module: module.create_prometheus_admission_metrics(),
    ),
    "litellm.proxy.db.db_transaction_queue.spend_log_cleanup_metrics": (
        "spend_log_cleanup",
        lambda module: module.SpendLogCleanupMetrics._ensure_initialized(),
    ),
    "litellm.caching.redis_cache": ("redis_cache", lambda module: module._BreakerMetrics()),
    "litellm.tracing.exporter": ("lens", lambda module: module.lens_export_counters()),
}
"""The switch, in metrics.yaml, that turns the metrics of each module on, and what registers them."""

_REGISTER_NOTHING = frozenset(
    {
        "litellm.integrations.prometheus_metrics_endpoint",
        "litellm.proxy.prometheus_cleanup",
        "litellm.proxy.prometheus_metrics_server",
    }
)


def registered() -> dict[str, Any]:
    """The version, every family that is registered, and modules that may register more."""
    registry: Any = importlib.import_module("prometheus_client").REGISTRY
    before = set(registry._collector_to_names)
    unknown = []
    switches: dict[str, str] = {}
    for module in _modules_that_use_prometheus():
        if module in _REGISTER_NOTHING:
            continue
        if module not in _REGISTER:
            unknown.append(module)
            continue
        seen = set(registry._collector_to_names)
        switch, register = _REGISTER[module]
        register(importlib.import_module(module))
        for collector in set(registry._collector_to_names) - seen:
            switches[collector._name] = switch
    found = {
        family: described
        for collector in set(registry._collector_to_names) - before
        for family, described in [_described(collector, switches[collector._name])]
        if family.startswith("litellm_")
    }
    return {
        "litellm": importlib.metadata.version("litellm"),
        "families": dict(sorted(found.items())),
        "unknown": unknown,
    }


def _modules_that_use_prometheus() -> Iterator[str]:
    for package in _PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            continue
        root = Path(spec.origin).parent
        for path in sorted(root.rglob("*.py")):
            if "prometheus_client" in path.read_text("utf-8"):
                relative = path.relative_to(root.parent).with_suffix("")
                yield ".".join(relative.parts).removesuffix(".__init__")


def _described(collector: Any, switch: str) -> tuple[str, dict[str, Any]]:
    kind = collector._type
    name = collector._name + ("_total" if kind == "counter" else "")
    described: dict[str, Any] = {
        "type": kind,
        "help": collector._documentation,
        "labels": list(collector._labelnames),
        "switch": switch,
        # What has no label, or a series made along with it, is there before anything has happened.
        "beforeFirstEvent": bool(next(iter(collector.collect())).samples),
    }
    if kind == "gauge":
        # In the default mode each worker's value is kept apart by a label pid.
        described["perWorker"] = collector._multiprocess_mode in ("all", "liveall")
    if kind == "histogram":
        described["buckets"] = [bound for bound in collector._upper_bounds if bound != math.inf]
    if collector._name in _listable() or name in _listable():
        described["listable"] = True
    return name, described


def _listable() -> frozenset[str]:
    """The names that ``prometheus_metrics_config`` takes."""
    types = importlib.import_module("litellm.types.integrations.prometheus")
    return frozenset(get_args(getattr(types, "DEFINED_PROMETHEUS_METRICS", None)))


if __name__ == "__main__":
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    # LiteLLM prints as it is loaded.
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as scratch:
        # As with several workers: some gauges choose their mode by that.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = scratch
        found = registered()
    json.dump(found, sys.stdout)
