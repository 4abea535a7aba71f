"""Prints as JSON what the LiteLLM that is installed beside this Python registers with Prometheus.

Run by that Python, so it imports nothing of this project. LiteLLM registers its metrics in several
places: some when a module is imported, most when a logger is made, some when they are first used.
Each module that uses a metric class is imported, and whatever in it makes metrics and needs no
arguments is called; the registry then says what there is.
"""

import ast
import contextlib
import importlib
import importlib.metadata
import importlib.util
import inspect
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

_PACKAGES = ("litellm", "litellm_enterprise")
_CLIENT = "prometheus_client"
_PROXY = "litellm.proxy.proxy_server"
_METRIC_CLASSES = ("Counter", "Enum", "Gauge", "Histogram", "Info", "Summary")
_PREFIX = "litellm_"
_ALWAYS, _UNKNOWN = "always", "unknown"

_SWITCHES = {
    "litellm.integrations.prometheus": "prometheus",
    "litellm_enterprise.integrations.prometheus": "prometheus",
    "litellm.integrations.prometheus_services": "prometheus_system",
    "litellm.proxy.middleware.in_flight_requests_middleware": _ALWAYS,
    "litellm.proxy.middleware.admission_control_middleware": "admission_control",
    "litellm.proxy.db.db_transaction_queue.spend_log_cleanup_metrics": "spend_log_cleanup",
    "litellm.caching.redis_cache": "redis_cache",
    "litellm.tracing.exporter": "lens",
}
"""The switch, in metrics.yaml, that turns the metrics of a module on. What the proxy registers as it
is imported is always on.
"""


@dataclass(frozen=True)
class _Module:
    """A module that uses Prometheus's client, and the names that it has for the metric classes."""

    name: str
    text: ast.Module
    classes: frozenset[str]

    def uses_a_metric(self, *nodes: ast.AST) -> bool:
        """Whether one of the metric classes is named in ``nodes``."""
        names = {
            each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "")
            for node in nodes
            for each in ast.walk(node)
        }
        return not self.classes.isdisjoint(names)

    @property
    def metrics(self) -> set[str]:
        """The metrics that it can be seen to make: by a class, or by what is given one."""
        return {
            each.value
            for call in ast.walk(self.text)
            if isinstance(call, ast.Call) and self.uses_a_metric(call.func, *call.args)
            for each in [*call.args, *(keyword.value for keyword in call.keywords)]
            if isinstance(each, ast.Constant)
            and isinstance(each.value, str)
            and each.value.startswith(_PREFIX)
        }

    def makers(self) -> Iterator[Callable[[], object]]:
        """What in it names a metric class and can be called without arguments."""
        loaded = importlib.import_module(self.name)
        for node in self.text.body:
            if not self.uses_a_metric(node):
                continue
            if isinstance(node, ast.FunctionDef):
                yield getattr(loaded, node.name)
            elif isinstance(node, ast.ClassDef):
                made = getattr(loaded, node.name)
                for each in filter(self.uses_a_metric, node.body):
                    name = getattr(each, "name", "")
                    if isinstance(vars(made).get(name), (classmethod, staticmethod)):
                        yield getattr(made, name)
                yield made


def registered() -> dict[str, Any]:
    """The version, every family that is registered, and what is not known of some modules."""
    registry: Any = importlib.import_module(_CLIENT).REGISTRY
    modules = {module.name: module for module in _modules_that_use_prometheus()}
    problems: dict[str, str] = {}
    with _told_who_registers(registry, modules) as registered_by:
        try:
            # From before LiteLLM gave its metrics to everybody: it asks this module for a licence.
            importlib.import_module(_PROXY).premium_user = True  # type: ignore[attr-defined]
        except ImportError as error:
            problems[_PROXY] = f"cannot be imported: {error}"
        always = set(registered_by)
        for module in modules.values():
            try:
                _register(module)
            except Exception as error:  # Whatever a LiteLLM that nobody has seen raises.
                problems[module.name] = f"fails: {type(error).__name__}: {error}"
    for module in modules.values():
        made = {each for each, by in registered_by.items() if by == module.name}
        if problem := _problem(module, made, always):
            problems.setdefault(module.name, problem)
    return {
        "litellm": importlib.metadata.version("litellm"),
        "families": {
            _family(collector): _described(collector, _switch(collector, by, always))
            for collector, by in sorted(registered_by.items(), key=lambda item: _family(item[0]))
            if _family(collector).startswith(_PREFIX)
        },
        "unknown": dict(sorted(problems.items())),
    }


def _modules_that_use_prometheus() -> Iterator[_Module]:
    for package in _PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            continue
        root = Path(spec.origin).parent
        for path in sorted(root.rglob("*.py")):
            source = path.read_text("utf-8")
            if _CLIENT not in source:
                continue
            text = ast.parse(source)
            relative = path.relative_to(root.parent).with_suffix("")
            name = ".".join(relative.parts).removesuffix(".__init__")
            yield _Module(name, text, frozenset(_metric_classes(text)))


def _metric_classes(text: ast.Module) -> Iterator[str]:
    """The names by which a module can call the metric classes; no function or class is called by
    what is imported for the types alone.
    """
    uses_all = False
    for node in _run(text):
        if isinstance(node, ast.Import):
            uses_all |= any(each.name.partition(".")[0] == _CLIENT for each in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_CLIENT):
            for each in node.names:
                if each.name in _METRIC_CLASSES:
                    yield each.asname or each.name
    if uses_all:
        yield from _METRIC_CLASSES


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """All of ``node`` but what is for type checkers."""
    for each in ast.iter_child_nodes(node):
        if not (isinstance(each, ast.If) and "TYPE_CHECKING" in ast.unparse(each.test)):
            yield each
            yield from _run(each)


@contextlib.contextmanager
def _told_who_registers(registry: Any, modules: Container[str]) -> Iterator[dict[Any, str]]:
    """The collectors that are registered meanwhile, by the innermost of ``modules`` that did it."""
    registered_by: dict[Any, str] = {}
    register = registry.register

    def watched(collector: Any) -> None:
        register(collector)
        frame = inspect.currentframe()
        while frame:
            if (name := frame.f_globals.get("__name__", "")) in modules:
                registered_by[collector] = name
                return
            frame = frame.f_back

    registry.register = watched
    try:
        yield registered_by
    finally:
        registry.register = register


def _register(module: _Module) -> None:
    for make in module.makers():
        parameters = inspect.signature(make).parameters.values()
        if inspect.iscoroutinefunction(make) or any(_is_required(each) for each in parameters):
            continue
        try:
            make()
        except ValueError as error:
            # Made by something else in the module before.
            if "Duplicated timeseries" not in str(error):
                raise


def _is_required(parameter: inspect.Parameter) -> bool:
    has_to_be_given = parameter.default is inspect.Parameter.empty
    return has_to_be_given and parameter.kind not in (
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.VAR_KEYWORD,
    )


def _problem(module: _Module, made: set[Any], always: set[Any]) -> str | None:
    """What a person has to find out about a module that has ``made`` these collectors."""
    missing = module.metrics - {name for each in made for name in (each._name, _family(each))}
    if missing:
        return f"could not be made to register {', '.join(sorted(missing))}"
    if module.name in _SWITCHES:
        return None
    if module.classes and not made:
        return "uses metrics, and could not be made to register any"
    if made - always:
        return "registers metrics, and does not tell which setting enables them"
    return None


def _switch(collector: Any, module: str, always: set[Any]) -> str:
    return _SWITCHES.get(module) or (_ALWAYS if collector in always else _UNKNOWN)


def _family(collector: Any) -> str:
    name: str = collector._name
    return f"{name}_total" if collector._type == "counter" else name


def _described(collector: Any, switch: str) -> dict[str, Any]:
    kind = collector._type
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
    if not _listable().isdisjoint((collector._name, _family(collector))):
        described["listable"] = True
    return described


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
