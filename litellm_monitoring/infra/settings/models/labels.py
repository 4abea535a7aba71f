"""What a person can set about labels of their own, which LiteLLM adds to its metrics."""

from collections.abc import Collection
from typing import Self

from pydantic import PrivateAttr

from litellm_monitoring.infra.settings.kinds import fields
from litellm_monitoring.infra.settings.models.base import Model
from litellm_monitoring.signals.catalogue import own_labels
from litellm_monitoring.signals.catalogue.own_labels import OptIn, OwnLabel


class LabelSettings(Model):
    """A label that you have LiteLLM add to its metrics; exactly one of `metadata`, `tag` and `optIn`."""

    metadata: fields.Text | None = None
    """Entry of `litellm_settings.custom_prometheus_metadata_labels`, as it stands there: `metadata.cost_center` is the label `metadata_cost_center` in Prometheus."""
    tag: fields.Text | None = None
    """Entry of `litellm_settings.custom_prometheus_tags`, as it stands there: `batch` is the label `tag_batch` in Prometheus, which is `true` or `false`."""
    opt_in: OptIn | None = None
    """Label that LiteLLM has only if you ask for it: `stream` (`prometheus_emit_stream_label`), `input_sequence_length` (`prometheus_emit_input_sequence_length_label`), `rate_limit_category` or `rate_limit_type` (`prometheus_emit_rate_limit_labels`)."""
    title: fields.Text | None = None
    """What it is called in variables and titles, in at most 28 characters; by default made from its name."""
    in_alerts: bool = False
    """Whether alerts that can be told apart by it carry it, for routing; `docs/labels.md` lists them."""

    _is_recorded: bool = PrivateAttr(default=True)

    @property
    def is_recorded(self) -> bool:
        """Whether whoever records for the stack keeps it."""
        return self._is_recorded

    def recorded_in(self, names: Collection[str]) -> Self:
        """The same where labels of these ``names`` are recorded, and no others."""
        found = self.model_copy()
        found._is_recorded = self.label.name in names
        return found

    @property
    def label(self) -> OwnLabel:
        """The label in Prometheus."""
        title, in_alerts = self.title or "", self.in_alerts
        if self.metadata is not None:
            return own_labels.of_metadata(self.metadata, title, in_alerts=in_alerts)
        if self.tag is not None:
            return own_labels.of_tag(self.tag, title, in_alerts=in_alerts)
        assert self.opt_in
        return own_labels.opted_in(self.opt_in, title, in_alerts=in_alerts)
