"""A Pulumi language host for Python, in Python: what ``pulumi-language-python`` is to plain
``pulumi up``.

The vendor's is on no package registry. Like it, this one runs the program in a process of its own,
by the vendor's ``pulumi-language-python-exec``.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    def __init__(self, engine_address: str, runner: Path) -> None:
        self._engine_address = engine_address
        self._runner = runner

    def Handshake(self, request: Any, context: Any) -> Any:
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="0.0.0")

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:
        return language_pb2.GetRequiredPluginsResponse()

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        return language_pb2.GetRequiredPackagesResponse()

    def RuntimeOptionsPrompts(self, request: Any, context: Any) -> Any:
        return language_pb2.RuntimeOptionsResponse()

    def Template(self, request: Any, context: Any) -> Any:
        return language_pb2.TemplateResponse()

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
        """Installs nothing: the test does."""
        yield language_pb2.InstallDependenciesResponse()

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        """Runs a plugin that is a Python program, and passes on what it prints: first its port."""
        process = subprocess.Popen(
            [sys.executable, "-u", request.info.program_directory, *request.args],
            cwd=request.pwd,
            env={**dict(each.split("=", 1) for each in request.env), "PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
        )
        context.add_callback(process.terminate)
        assert process.stdout
        for line in process.stdout:
            yield language_pb2.RunPluginResponse(stdout=line)
        yield language_pb2.RunPluginResponse(exitcode=process.wait())

    def Run(self, request: Any, context: Any) -> Any:
        done = subprocess.run(
            [
                sys.executable,
                "-u",
                str(self._runner),
                "--project",
                request.project,
                "--stack",
                request.stack,
                "--root_directory",
                request.info.root_directory,
                "--pwd",
                request.pwd,
                "--monitor",
                request.monitor_address,
                "--engine",
                self._engine_address,
                "--parallel",
                str(request.parallel),
                "--dry_run",
                str(request.dryRun).lower(),
                "--organization",
                request.organization,
                request.info.program_directory,
            ],
            env={
                **os.environ,
                "PULUMI_CONFIG": json.dumps(dict(request.config)),
                "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
            },
            stdout=sys.stderr,
            check=False,
        )
        return language_pb2.RunResponse(
            error="" if done.returncode == 0 else "the program failed", bail=done.returncode == 32
        )


def main() -> None:
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    runner = Path(os.environ["LANGUAGE_PYTHON_EXEC"])
    host = LanguageHost(sys.argv[-1], runner)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    # The engine interrupts its language hosts when it is done with them.
    with contextlib.suppress(KeyboardInterrupt):
        server.wait_for_termination()


if __name__ == "__main__":
    main()
