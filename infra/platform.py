"""What an environment's stack has made that the stacks of its teams build on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Self

from pydantic.alias_generators import to_camel

from infra.fields import label_matchers
from infra.loading import correction
from infra.settings import Settings


@dataclass(frozen=True)
class Platform:
    """A stack as others see it: by its outputs.

    ``selector`` holds PromQL label matchers. ``is_folder_restricted`` tells whether Grafana's
    viewers are kept out of the folder, and so out of the folders inside it.
    """

    environment: str
    selector: str
    folder_uid: str
    is_folder_restricted: bool
    data_source_uid: str

    def outputs(self) -> dict[str, str | bool]:
        """The outputs that the stack declares of itself."""
        return {to_camel(name): value for name, value in asdict(self).items()}

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, object]) -> Self:
        """Reads the outputs of a deployed stack; raises KeyError for one that it lacks."""
        values = {field.name: outputs[to_camel(field.name)] for field in fields(cls)}
        return cls(**values)  # type: ignore[arg-type]


def on_platform(settings: Settings, stack: str, platform: Platform) -> Settings:
    """A team's ``settings`` for ``stack`` with what ``platform`` offers where they say nothing.

    Raises:
        SettingsError: where everybody would see the team's folder. Grafana hands permissions down
            from folder to folder, and none can be taken away inside
            (https://grafana.com/docs/grafana/latest/administration/roles-and-permissions/folder-access-control/).

    """
    folder, prometheus = settings.folder, settings.prometheus
    if not folder.parent_uid:
        if not platform.is_folder_restricted:
            raise correction(
                "team.platformStack",
                settings.team.platform_stack if settings.team else None,
                "every viewer sees that stack's folder, and so would see the team's inside it; "
                "set folder.permissions there and deploy it, e.g. to [] for admins alone, or set "
                "folder.parentUid here to another folder",
                stack,
            )
        folder = folder.model_copy(update={"parent_uid": platform.folder_uid})
    if not prometheus.url and not prometheus.existing_uid:
        prometheus = prometheus.model_copy(update={"existing_uid": platform.data_source_uid})
    return settings.model_copy(
        update={
            "environment": settings.environment or platform.environment,
            "selector": (*label_matchers(platform.selector), *settings.selector),
            "folder": folder,
            "prometheus": prometheus,
        }
    )
