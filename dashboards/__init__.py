"""What people look at: the catalogue of dashboards, one module each.

A new dashboard is a module with a function ``Scope -> Dashboard`` and a line in ``CATALOGUE``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from litellm_monitoring.dashboards.adoption import adoption
from litellm_monitoring.dashboards.budgets import budgets
from litellm_monitoring.dashboards.features import features
from litellm_monitoring.dashboards.frame.model import Frame, Link, framed_json
from litellm_monitoring.dashboards.internals import internals
from litellm_monitoring.dashboards.kit.layout import Dashboard, Feature
from litellm_monitoring.dashboards.latency import latency
from litellm_monitoring.dashboards.models import models
from litellm_monitoring.dashboards.objectives import objectives
from litellm_monitoring.dashboards.overview import overview
from litellm_monitoring.dashboards.rows.runbooks import runbooks
from litellm_monitoring.dashboards.shipped import prod_v2
from litellm_monitoring.dashboards.spend import spend
from litellm_monitoring.dashboards.team import team
from litellm_monitoring.dashboards.traffic import traffic
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.serving.targets import chosen

__all__ = [
    "CATALOGUE",
    "Design",
    "Feature",
    "Frame",
    "Link",
    "dashboard_json",
    "runbooks_json",
    "slugs",
]


@dataclass(frozen=True)
class Design:
    """A dashboard of the catalogue.

    ``imported_uid`` is the uid that copies imported by hand carry, where there is one to adopt.
    ``is_for_teams`` where it can be limited to one team's traffic.
    """

    panels: Callable[[Scope], Dashboard]
    imported_uid: str | None = None
    is_for_teams: bool = False


CATALOGUE: Mapping[str, Design] = MappingProxyType(
    {
        "overview": Design(overview),
        "traffic": Design(traffic),
        "latency": Design(latency),
        "models": Design(models),
        "spend": Design(spend),
        "budgets": Design(budgets),
        "objectives": Design(objectives, is_for_teams=True),
        "adoption": Design(adoption, is_for_teams=True),
        "features": Design(features),
        "internals": Design(internals),
        "team-overview": Design(team, is_for_teams=True),
        "prod-v2": Design(
            prod_v2.litellm_prod_v2, imported_uid=prod_v2.IMPORTED_UID, is_for_teams=True
        ),
    }
)
"""Every dashboard by its slug, which names it in settings, uids and outputs."""


def slugs(*, of_team: bool) -> tuple[str, ...]:
    """The dashboards that a stack has unless it says otherwise: all, or those that can be limited
    to a team's traffic.
    """
    return tuple(slug for slug, design in CATALOGUE.items() if design.is_for_teams or not of_team)


def dashboard_json(slug: str, scope: Scope, frame: Frame) -> str:
    """The Grafana JSON model of the dashboard ``slug``, canonical, for the series in ``scope``."""
    return framed_json(CATALOGUE[slug].panels(chosen(scope)), scope, frame)


def runbooks_json(texts: Mapping[str, Mapping[str, str]], frame: Frame) -> str:
    """The Grafana JSON model of the dashboard of runbooks: Markdown by row and alert."""
    return framed_json(runbooks(texts), Scope(), frame)
