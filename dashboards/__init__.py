"""What people look at: the catalogue of dashboards, one module each.

A new dashboard is a module with a function ``Scope -> Dashboard`` and a line in ``CATALOGUE``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import prod_v2
from dashboards.frame import Frame, Link, canonical_json, framed
from signals import Scope
from signals.targets import chosen

__all__ = ["CATALOGUE", "Design", "Frame", "Link", "dashboard_json"]


@dataclass(frozen=True)
class Design:
    """A dashboard of the catalogue.

    ``imported_uid`` is the uid that copies imported by hand carry, where there is one to adopt.
    """

    panels: Callable[[Scope], Dashboard]
    imported_uid: str | None = None


CATALOGUE: Mapping[str, Design] = MappingProxyType(
    {
        "prod-v2": Design(prod_v2.litellm_prod_v2, imported_uid=prod_v2.IMPORTED_UID),
    }
)
"""Every dashboard by its slug, which names it in settings, uids and outputs."""


def dashboard_json(slug: str, scope: Scope, frame: Frame) -> str:
    """The Grafana JSON model of the dashboard ``slug``, canonical, for the series in ``scope``."""
    return canonical_json(framed(CATALOGUE[slug].panels(chosen(scope)), scope, frame))
