"""What an environment's stack has made that the stacks of its teams build on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Self

from pydantic.alias_generators import to_camel

from litellm_monitoring.infra.declaration.contact_points import has_somewhere_to_go
from litellm_monitoring.infra.settings.combinations.objectives import unmeasurable
from litellm_monitoring.infra.settings.kinds.fields import label_matchers
from litellm_monitoring.infra.settings.loading.stack import SettingsError, correction, described
from litellm_monitoring.infra.settings.models.alerts import AlertTarget
from litellm_monitoring.infra.settings.models.labels import LabelSettings
from litellm_monitoring.infra.settings.models.links import LinksSettings
from litellm_monitoring.infra.settings.models.stack import (
    FirstTokenObjectiveSettings,
    LatencyObjectiveSettings,
    Settings,
)
from litellm_monitoring.signals.catalogue.recording import RuleGroup
from litellm_monitoring.signals.serving.buckets import shortest


@dataclass(frozen=True)
class Platform:
    """A stack as others see it: by its outputs.

    ``selector`` holds PromQL label matchers. ``is_folder_restricted`` tells whether Grafana's
    viewers are kept out of the folder, and so out of the folders inside it. ``recorded_by`` is the
    stack whose series are recorded, by the rule groups in ``recorded``; empty if there are none.
    ``latency_buckets`` are bounds in seconds with commas in between; empty if they are LiteLLM's own,
    None if they are not known. ``latency_within`` and ``first_token_within`` are the objectives'.
    ``labels`` are those of people's own, and ``request_links`` is where requests are kept, both as
    JSON; empty if there are none.
    """

    environment: str
    selector: str
    folder_uid: str
    is_folder_restricted: bool
    data_source_uid: str
    scrape_interval: str = "15s"
    rule_interval: str = "1m"
    recorded_by: str = ""
    recorded: str = ""
    alerts_managed_by: str = AlertTarget.OFF.value
    latency_buckets: str | None = ""
    latency_within: float = LatencyObjectiveSettings().within
    first_token_within: float = FirstTokenObjectiveSettings().within
    labels: str = ""
    request_links: str = ""

    def outputs(self) -> dict[str, str | bool | float | None]:
        """The outputs that the stack declares of itself; of labels and links where it has some."""
        return {
            to_camel(name): value
            for name, value in asdict(self).items()
            if value or name not in ("labels", "request_links")
        }

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, object]) -> Self:
        """Reads the outputs of a deployed stack; raises KeyError for one that it lacks."""
        values = {
            field.name: outputs[to_camel(field.name)]
            for field in fields(cls)
            if field.default is MISSING or to_camel(field.name) in outputs
        }
        return cls(**values)  # type: ignore[arg-type]


def on_platform(settings: Settings, stack: str, platform: Platform) -> Settings:
    """A team's ``settings`` for ``stack`` with what ``platform`` offers where they say nothing.

    Raises:
        SettingsError: where everybody would see the team's folder. Grafana hands permissions down
            from folder to folder, and none can be taken away inside
            (https://grafana.com/docs/grafana/latest/administration/roles-and-permissions/folder-access-control/).
            And where an objective of the team's lies at no bound of the latency buckets.

    """
    folder, prometheus = settings.folder, settings.prometheus
    if not folder.parent_uid:
        if not platform.is_folder_restricted:
            raise correction(
                "team.platformStack",
                settings.team.platform_stack if settings.team else None,
                "every viewer can see that stack's folder, and could see the team's folder inside it; "
                "set folder.permissions in that stack and deploy it, e.g. [] for admins only, or set "
                "folder.parentUid here to another folder",
                stack,
            )
        folder = folder.model_copy(update={"parent_uid": platform.folder_uid})
    if not prometheus.url and not prometheus.existing_uid:
        prometheus = prometheus.model_copy(update={"existing_uid": platform.data_source_uid})
    if "scrape_interval" not in prometheus.model_fields_set:
        prometheus = prometheus.model_copy(update={"scrape_interval": platform.scrape_interval})
    return settings.model_copy(
        update={
            **_rules(settings, platform),
            "environment": settings.environment or platform.environment,
            "selector": (*label_matchers(platform.selector), *settings.selector),
            "folder": folder,
            "prometheus": prometheus,
            **_objective(settings, stack, platform),
            **_labels(settings, platform),
            "links": _links(settings.links, platform),
        }
    )


def written(bounds: Sequence[float] | None) -> str:
    """``bounds`` as a stack's output."""
    return ",".join(map(shortest, bounds or ()))


def written_labels(labels: Sequence[LabelSettings]) -> str:
    """``labels`` as a stack's output."""
    found = [each.model_dump(mode="json", by_alias=True, exclude_defaults=True) for each in labels]
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else ""


def _labels(settings: Settings, platform: Platform) -> dict[str, object]:
    """A team has the environment's labels unless it has its own, of which the environment may not
    record some.
    """
    offered = tuple(map(LabelSettings.model_validate, json.loads(platform.labels or "[]")))
    if "labels" not in settings.model_fields_set:
        return {"labels": offered} if offered else {}
    recorded = {each.label.name for each in offered}
    return {"labels": tuple(each.recorded_in(recorded) for each in settings.labels)}


def written_links(links: LinksSettings) -> str:
    """``links`` to requests as a stack's output."""
    found = [link.model_dump() for link in links.requests]
    return json.dumps(found, ensure_ascii=False) if found else ""


def _links(links: LinksSettings, platform: Platform) -> LinksSettings:
    if "requests" in links.model_fields_set or not platform.request_links:
        return links
    return LinksSettings.model_validate({"requests": json.loads(platform.request_links)})


def _objective(settings: Settings, stack: str, platform: Platform) -> dict[str, object]:
    """With the environment's buckets, a team promises what the environment does: no default is sure
    to be one of their bounds.
    """
    litellm, objective, said = settings.litellm, settings.objective, platform.latency_buckets
    if said and litellm.latency_buckets is None:
        bounds = tuple(map(float, said.split(",")))
        litellm = litellm.model_copy(update={"latency_buckets": bounds})
        latency, first_token = objective.latency, objective.first_token
        if "within" not in latency.model_fields_set:
            latency = latency.model_copy(update={"within": platform.latency_within})
        if "within" not in first_token.model_fields_set:
            first_token = first_token.model_copy(update={"within": platform.first_token_within})
        promised = {"latency": latency, "first_token": first_token}
        objective = objective.model_copy(update=promised)
    if litellm.latency_buckets or said is not None:
        values = objective.model_dump(by_alias=True, exclude_unset=True)
        if mistakes := list(unmeasurable(values, litellm.latency_buckets)):
            raise SettingsError(described(mistakes, {"objective": values}), stack)
    return {"litellm": litellm, "objective": objective}


def _rules(settings: Settings, platform: Platform) -> dict[str, object]:
    """A team reads what the environment records, unless it looks at further labels, which recorded
    series do not have; and its alerts are where the environment's are, as soon as they have
    somewhere to go.
    """
    rules, alerts = settings.rules, settings.alerts
    found: dict[str, object] = {}
    if platform.recorded_by and not rules.recorded_by and not settings.selector:
        recorded = {
            "interval": platform.rule_interval,
            "recorded_by": platform.recorded_by,
            "record": tuple(map(RuleGroup, filter(None, platform.recorded.split(",")))),
        }
        found["rules"] = rules.model_copy(update=recorded)
    is_grafanas = platform.alerts_managed_by == AlertTarget.GRAFANA
    if (
        is_grafanas
        and "managed_by" not in alerts.model_fields_set
        and has_somewhere_to_go(settings)
    ):
        found["alerts"] = alerts.model_copy(update={"managed_by": AlertTarget.GRAFANA})
    return found
