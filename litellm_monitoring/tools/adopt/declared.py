"""What a stack declares, by what tells it apart in a Grafana."""

from collections.abc import Iterator
from dataclasses import dataclass

from litellm_monitoring.infra.declaration.stack import Declaration
from litellm_monitoring.tools.deploying.resource_types import (
    CONTACT_POINT,
    DASHBOARD,
    DATA_SOURCE,
    FOLDER,
    MESSAGE_TEMPLATE,
    MUTE_TIMING,
    RULE_GROUP,
    TEAM,
)


@dataclass(frozen=True)
class Declared:
    """One resource: its Pulumi type and name, what people call its ``kind`` and itself, and ``key``,
    the uid or name that Grafana has one of.
    """

    kind: str
    title: str
    key: str
    resource_type: str
    resource_name: str
    becomes: str


def declared_resources(declaration: Declaration, stack: str) -> Iterator[Declared]:
    """All that ``stack`` declares, as far as Grafana has one of a uid or name."""
    component = f"litellm-{stack}"
    if folder := declaration.folder:
        yield Declared(
            "folder",
            folder.title,
            folder.uid,
            FOLDER,
            f"{component}-folder",
            "becomes the stack's folder",
        )
    if source := declaration.data_source:
        yield Declared(
            "data source",
            source.name,
            source.uid,
            DATA_SOURCE,
            f"{component}-prometheus",
            "becomes the stack's data source",
        )
    if team := declaration.grafana_team:
        yield Declared(
            "Grafana team",
            team.name,
            team.name,
            TEAM,
            f"{component}-team",
            "becomes the stack's team",
        )
    for slug, dashboard in declaration.dashboards.items():
        yield Declared(
            "dashboard",
            slug,
            dashboard.uid,
            DASHBOARD,
            f"{component}-{slug}",
            f"becomes {slug}: same address, its panels replaced",
        )
    yield from _of_alerting(declaration, component)


def _of_alerting(declaration: Declaration, component: str) -> Iterator[Declared]:
    alerting = declaration.alerting

    def one(kind: str, name: str, resource_type: str, part: str, key: str = "") -> Declared:
        becomes = f"becomes the stack's {kind}"
        return Declared(kind, name, key or name, resource_type, f"{component}-{part}", becomes)

    if template := alerting.template:
        yield one("message template", template.name, MESSAGE_TEMPLATE, template.slug)
    if point := alerting.contact_point:
        yield one("contact point", point.name, CONTACT_POINT, "contact-point")
    for timing in alerting.mute_timings:
        yield one("mute timing", timing.name, MUTE_TIMING, timing.slug)
    for group in alerting.grafana:
        key = f"{declaration.platform.folder_uid}:{group.name}"
        yield one("rule group", group.name, RULE_GROUP, f"rules-{group.slug}", key)
