"""What is said of a panel's query or of a rule, and why."""

from dataclasses import dataclass
from enum import StrEnum

from litellm_monitoring.tools.check.evidence.panels import PanelQuery


class Status(StrEnum):
    """What a person sees of a query; partial is what cannot be told apart, for want of a label."""

    DATA = "data"
    PARTIAL = "partial"
    EMPTY = "empty"
    WRONG = "wrong"


class Cause(StrEnum):
    """Why it is not all there."""

    NOT_SCRAPED = "not-scraped"
    OUTSIDE_SELECTOR = "outside-selector"
    NOT_EXPOSED = "not-exposed"
    OTHER_VERSION = "other-version"
    LABEL_EXCLUDED = "label-excluded"
    NO_BUCKET = "no-bucket"
    SERIES_CAP = "series-cap"
    SCRAPED_TOO_SELDOM = "scraped-too-seldom"
    NOT_RECORDED = "not-recorded"
    NOTHING_HAPPENED = "nothing-happened"


Why = tuple[Cause, str]
"""A cause, and what it is in words."""


@dataclass(frozen=True)
class Finding:
    """What became of one query; without a ``cause`` there is nothing to explain."""

    query: PanelQuery
    status: Status
    cause: Cause | None = None
    explanation: str = ""
