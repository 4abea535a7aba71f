"""The project's program, run in this process by the Automation API, which does so in threads."""

import sys
from importlib import import_module
from pathlib import Path

import grpc
import pulumiverse_grafana as grafana
from pulumi import automation


def inline_program(root: Path) -> automation.PulumiFn:
    """``__main__.py``, run as ``pulumi up`` runs it.

    Several may run at once, so none may be the process's own ``__main__`` module.
    """
    _make_importable(root)
    path = root / "__main__.py"
    code = compile(path.read_text("utf-8"), str(path), "exec")

    def program() -> None:
        exec(code, {"__name__": "__main__", "__file__": str(path)})

    return program


def import_program(root: Path) -> None:
    """Imports all that a program may, and the engine's client with it, before several run at once.

    Pulumi's SDK imports its modules when they are first asked for something, without a lock: to a
    second thread, one that is half imported lacks what it has not come to yet. Python's own
    strptime is like that, and gRPC imports as late.
    """
    sys.unraisablehook = _unless_left_behind
    _make_importable(root)
    for name in ("litellm_monitoring.infra.program.stack", "_strptime"):
        import_module(name)
    _ = grafana.alerting.RuleGroup, grafana.oss.Folder
    grpc.insecure_channel("127.0.0.1").close()


def _unless_left_behind(problem: "sys.UnraisableHookArgs") -> None:
    """Says nothing of the SDK's coroutine of a run that failed, which is left behind: once Python throws
    it away it asks for the loop that it ran in, and would end each failed fleet with a traceback.
    """
    if getattr(problem.object, "__name__", "") != "run_in_stack":
        sys.__unraisablehook__(problem)


def _make_importable(root: Path) -> None:
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
