"""A Pulumi provider for package ``grafana`` whose Grafana is a provisioning directory.

It answers as the Terraform bridge does, which the real one is made with, so that what is shown of
it is what would be shown of a Grafana. It is served in this process, and the engine is pointed at it
by ``PULUMI_DEBUG_PROVIDERS``: no plugin is downloaded. It does not claim to accept secrets or outputs, so that the engine hands it
plain values and marks what comes back as secret by itself.
"""

import functools
import importlib.metadata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from litellm_monitoring.embedded.bridge import Difference, differences, filled, sealed, unmarked
from litellm_monitoring.embedded.files import ProvisioningDirectory
from litellm_monitoring.embedded.kinds.all import KINDS
from litellm_monitoring.embedded.kinds.kind import Kind, Properties
from litellm_monitoring.embedded.storage import TargetError

_ORGANISATION = "1"
_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]

_Response = TypeVar("_Response")


@contextmanager
def served(directory: ProvisioningDirectory) -> Iterator[int]:
    """Serves the provider on a free port of 127.0.0.1, and yields the port."""
    server = grpc.server(ThreadPoolExecutor(max_workers=16), options=_UNLIMITED)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(DirectoryProvider(directory), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port
    finally:
        server.stop(grace=None).wait()


def _refusing(
    method: Callable[..., _Response],
) -> Callable[["DirectoryProvider", Any, grpc.ServicerContext], _Response]:
    """Turns a refusal into the gRPC error whose text the engine shows."""

    @functools.wraps(method)
    def answer(self: "DirectoryProvider", request: Any, context: grpc.ServicerContext) -> _Response:
        try:
            return method(self, request)
        except TargetError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        except OSError as error:
            context.abort(grpc.StatusCode.UNAVAILABLE, f"{error.filename}: {error.strerror}")
        raise AssertionError("abort does not return")

    return answer


class DirectoryProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Keeps the resources of :data:`litellm_monitoring.embedded.kinds.all.KINDS` as files of ``directory``."""

    def __init__(self, directory: ProvisioningDirectory) -> None:
        self._directory = directory
        self._changing = Lock()
        """Held while a change looks at what is there, and acts upon it."""

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse()

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=importlib.metadata.version("pulumiverse-grafana"))

    def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema="{}")

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse()

    def Configure(self, request: Any, context: Any) -> Any:
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    @_refusing
    def Check(self, request: Any) -> Any:
        kind, news = _kind(request.urn), _properties(request.news)
        unsupported = [
            provider_pb2.CheckFailure(
                property=key, reason="the embedded target does not support this property"
            )
            for key in sorted(news.keys() - kind.known - kind.defaults.own.keys())
        ]
        return provider_pb2.CheckResponse(
            inputs=_struct(filled(news, kind.defaults)), failures=unsupported
        )

    @_refusing
    def Diff(self, request: Any) -> Any:
        kind = _kind(request.urn)
        old, new = _properties(request.olds), _properties(request.news)
        before, after = (_comparable(kind, kind.state(each)) for each in (old, new))
        found = {
            path: difference
            for key in sorted(kind.known)
            for path, difference in (
                _as_one(before.get(key), after.get(key), key)
                if key in kind.whole
                else differences(before.get(key), after.get(key), key)
            )
        }
        replaces = kind.replacing(old, new)
        outcome = provider_pb2.DiffResponse
        return outcome(
            changes=outcome.DIFF_SOME if found else outcome.DIFF_NONE,
            diffs=sorted({_top(path) for path in found}),
            detailedDiff=found,
            hasDetailedDiff=True,
            replaces=replaces,
            # The bridge does so where a program has chosen the name.
            deleteBeforeReplace=bool(replaces) and "name" in new,
        )

    @_refusing
    def Create(self, request: Any) -> Any:
        kind, inputs = _kind(request.urn), _properties(request.properties)
        if request.preview:
            uid = kind.uid(inputs)
        else:
            with self._changing:
                uid = kind.create(self._directory, inputs)
        return provider_pb2.CreateResponse(
            id=f"{_ORGANISATION}:{uid}" if uid else "", properties=_outputs(kind, uid, inputs)
        )

    @_refusing
    def Update(self, request: Any) -> Any:
        kind, inputs, uid = _kind(request.urn), _properties(request.news), _uid(request.id)
        if not request.preview:
            with self._changing:
                kind.update(self._directory, uid, inputs)
        return provider_pb2.UpdateResponse(properties=_outputs(kind, uid, inputs))

    @_refusing
    def Read(self, request: Any) -> Any:
        kind, last = _kind(request.urn), _properties(request.inputs)
        # The Grafana provider's ids of what alerts are names, those here are of files.
        uid = (kind.uid(last) if last else None) or _uid(request.id)
        inputs = kind.read(self._directory, uid, last)
        if inputs is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=f"{_ORGANISATION}:{uid}",
            inputs=_struct(_read_inputs(kind, inputs, last)),
            properties=_outputs(kind, uid, inputs),
        )

    @_refusing
    def Delete(self, request: Any) -> Any:
        kind = _kind(request.urn)
        with self._changing:
            kind.delete(self._directory, _uid(request.id), _properties(request.properties))
        return empty_pb2.Empty()

    @_refusing
    def Invoke(self, request: Any) -> Any:
        if request.tok != "grafana:oss/getTeam:getTeam":
            raise TargetError(f"the embedded target does not support {request.tok}")
        name = _properties(request.args)["name"]
        for team in self._directory.access.teams():
            if team.name == name:
                found = {"id": f"{_ORGANISATION}:{team.id}", "teamId": team.id, "name": name}
                return provider_pb2.InvokeResponse(**{"return": _struct(found)})
        raise TargetError(f"there is no Grafana team with the name {name!r}")


def _kind(urn: str) -> Kind:
    resource_type = urn.split("::")[2].split("$")[-1]
    try:
        return KINDS[resource_type]
    except KeyError:
        raise TargetError(
            f"the embedded target does not support {resource_type}; "
            "deploy to a Grafana instead, by setting grafana:url"
        ) from None


def _uid(resource_id: str) -> str:
    """The uid in an id, which may lead with the organisation, as the Grafana provider's do."""
    return resource_id.rpartition(":")[2]


def _properties(struct: struct_pb2.Struct) -> Properties:
    properties: Properties = unmarked(json_format.MessageToDict(struct))
    return {key: value for key, value in properties.items() if value is not None}


def _struct(properties: Properties) -> struct_pb2.Struct:
    return json_format.ParseDict(properties, struct_pb2.Struct())


def _comparable(kind: Kind, properties: Properties) -> Properties:
    return {key: kind.comparable(key, value) for key, value in properties.items()}


def _as_one(old: Any, new: Any, key: str) -> list[tuple[str, Any]]:
    """Whether a property differs, wherever in it."""
    return [(key, Difference(kind=Difference.UPDATE))] if old != new else []


def _top(path: str) -> str:
    """The property that a path leads into."""
    return path.replace("[", ".").partition(".")[0]


def _read_inputs(kind: Kind, found: Properties, last: Properties) -> Properties:
    """What is ``found`` as inputs; JSON stays as it was declared ``last``."""
    kept = {key: last[key] for key in kind.encoded & last.keys()}
    inputs: Properties = filled({**found, **kept}, kind.defaults, empty_marks=False)
    return _sealed(kind, inputs)


def _sealed(kind: Kind, properties: Properties) -> Properties:
    return {
        key: sealed(value) if key in kind.secret and value else value
        for key, value in properties.items()
    }


def _outputs(kind: Kind, uid: str | None, inputs: Properties) -> struct_pb2.Struct:
    url = kind.url(uid) if uid else None
    computed = {"uid": uid, "url": url} if url else {}
    return _struct(_sealed(kind, {**kind.state(inputs), **computed}))
