"""What is exported of a stack, and what is told beside it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from litellm_monitoring.infra.declaration.scraping import scraping_of
from litellm_monitoring.infra.declaration.stack import Declaration, declare
from litellm_monitoring.infra.identity import stack_uid
from litellm_monitoring.infra.limits import digest
from litellm_monitoring.infra.settings.models.stack import Settings


class ExportError(Exception):
    """What keeps a stack from being exported; the message says why."""


@dataclass(frozen=True)
class Stack:
    """A stack to export: its ``settings``, and what they declare for ``name``."""

    name: str
    settings: Settings
    declaration: Declaration

    @classmethod
    def of(cls, settings: Settings, name: str) -> "Stack":
        """The stack ``name`` with these ``settings``."""
        return cls(name, settings, declare(settings, name))

    @property
    def uid(self) -> str:
        """What its files and resources are named after."""
        return stack_uid(self.name)


@dataclass(frozen=True)
class Export:
    """Texts by their path below a directory, and ``remarks``: a line each on what the form cannot
    hold, or what it requires.
    """

    files: Mapping[str, str]
    remarks: tuple[str, ...] = ()


class Part(StrEnum):
    """What a form may hold besides dashboards."""

    FOLDER = "the folder"
    PARENT_FOLDER = "its parent folder"
    PERMISSIONS = "the folder's permissions"
    TEAM = "the Grafana team"
    DATA_SOURCE = "the data source"
    RULES = "the rules that Grafana evaluates"
    CONTACT_POINT = "the contact point"
    TEMPLATE = "the message template"
    MUTE_TIMINGS = "the mute timings"
    PROMETHEUS_RULES = "the rules that Prometheus evaluates"
    SCRAPE = "what scrapes LiteLLM"
    PROTECTION = "protect"


_INSTEAD = {
    Part.PERMISSIONS: "set them in Grafana; until then, whoever sees a new folder sees it",
    Part.TEAM: "make it in Grafana",
    Part.PROMETHEUS_RULES: "render --format provisioning writes them",
    Part.SCRAPE: "render --format provisioning writes it",
    Part.PROTECTION: "nothing keeps its resources from being deleted",
}


def left_out(stack: Stack, form: str, held: Collection[Part]) -> Iterator[str]:
    """A line for each part of ``stack`` that is not among those that a ``form`` has ``held``."""
    for part, name in _parts(stack):
        if part not in held:
            named = f" {name}" if name else ""
            instead = f"; {_INSTEAD[part]}" if part in _INSTEAD else ""
            yield f"left out: {part}{named}, which {form} cannot hold{instead}"


def _parts(stack: Stack) -> Iterator[tuple[Part, str]]:
    """What ``stack`` has besides dashboards, with names."""
    declaration = stack.declaration
    alerting = declaration.alerting
    if folder := declaration.folder:
        yield Part.FOLDER, folder.title
        if folder.parent_uid:
            yield Part.PARENT_FOLDER, folder.parent_uid
    if declaration.grants is not None:
        yield Part.PERMISSIONS, ""
    if declaration.grafana_team:
        yield Part.TEAM, declaration.grafana_team.name
    if declaration.data_source:
        yield Part.DATA_SOURCE, declaration.data_source.name
    if alerting.grafana:
        yield Part.RULES, ""
    if alerting.contact_point:
        yield Part.CONTACT_POINT, alerting.contact_point.name
    if alerting.template:
        yield Part.TEMPLATE, alerting.template.name
    if alerting.mute_timings:
        yield Part.MUTE_TIMINGS, ", ".join(timing.name for timing in alerting.mute_timings)
    if alerting.prometheus:
        yield Part.PROMETHEUS_RULES, ""
    if scraping_of(stack.settings):
        yield Part.SCRAPE, ""
    if declaration.protect:
        yield Part.PROTECTION, ""


def secret_names(prefix: str, keys: Iterable[str]) -> dict[str, str]:
    """A name for each of ``keys``, such as ``basicAuthPassword`` or a header's name, in lower case with
    ``_`` between words. Keys that would share one are told apart by a hash.
    """
    names: dict[str, str] = {}
    for key in sorted(keys):
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", f"{prefix}_{key}")
        name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
        names[key] = f"{name}_{digest(key)}" if name in names.values() else name
    return names
