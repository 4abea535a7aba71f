"""What a dashboard is made of: rows of panels, and how they are placed on Grafana's grid."""

import zlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from grafana_foundation_sdk.models import dashboard

from litellm_monitoring.dashboards.kit import links
from litellm_monitoring.signals import Choice

GRID_COLUMNS = 24


class Feature(StrEnum):
    """A part of LiteLLM that not everybody has: its rows can be left out. Values are what they are
    called in settings.
    """

    ADMISSION = "admission"
    BATCHES = "batches"
    CACHE = "cache"
    CLEANUP = "cleanup"
    CUSTOMERS = "customers"
    DATABASE = "database"
    FEDERATION = "federation"
    GUARDRAILS = "guardrails"
    HEALTH_CHECKS = "health-checks"
    LEDGER = "ledger"
    LENS = "lens"
    MCP = "mcp"
    MEDIA = "media"
    ORGANIZATIONS = "organizations"
    PROJECTS = "projects"
    PROVIDER_BUDGETS = "provider-budgets"
    PROVIDER_LIMITS = "provider-limits"
    REDIS = "redis"
    SERVICES = "services"


@dataclass(frozen=True)
class Row:
    """A row, and the panels below it.

    What is ``collapsed`` is asked for only when somebody opens it. ``about`` is the page of
    LiteLLM's documentation that its panels link to, and ``to`` the dashboard, by slug, with the
    details. ``key`` is as a panel's.
    """

    title: str
    panels: Sequence[dashboard.Panel]
    collapsed: bool = False
    feature: Feature | None = None
    about: str = ""
    to: str = ""
    key: str = ""
    id: int | None = None


@dataclass(frozen=True)
class Dashboard:
    """A dashboard without what a stack decides about it.

    ``choices`` are its variables besides those that every dashboard has; with ``has_interval``
    people choose how long a bar of a graph is. ``is_annotated`` where restarts and alerts are marked
    in its graphs, and ``offers_cooldowns`` where people may have cooldowns marked too. Without
    ``has_queries`` it is all text. One with a ``time_from`` opens with that time range, until now,
    whatever others open with.
    """

    title: str
    rows: Sequence[Row]
    choices: Sequence[Choice] = ()
    has_interval: bool = False
    is_annotated: bool = True
    offers_cooldowns: bool = False
    has_queries: bool = True
    description: str = ""
    time_from: str = ""
    crosshair: dashboard.DashboardCursorSync = field(
        default=dashboard.DashboardCursorSync.CROSSHAIR
    )

    def without(self, features: Collection[Feature]) -> Sequence[Row]:
        """Its rows but those of ``features``."""
        return [row for row in self.rows if row.feature not in features]


def identity(key: str) -> int:
    """A panel's id: made from its key, so that adding one leaves the others' as they are.

    The key of a panel is its title, unless it states another: one whose title changes states the
    title that it had first, and stays the same panel for links, alerts and ``diff``.
    """
    return zlib.crc32(key.encode()) & 0x7FFFFFFF


def placed(
    rows: Sequence[Row], uids: Mapping[str, str]
) -> list[dashboard.Panel | dashboard.RowPanel]:
    """The rows and their panels, one below the other; what a collapsed row holds lies in it.
    ``uids`` are those of the stack's dashboards, by slug, to which panels may link.

    Raises:
        ValueError: where two panels have one title, or one key, and so one id.

    """
    _check(rows)
    found: list[dashboard.Panel | dashboard.RowPanel] = []
    y = 0
    for row in rows:
        head = dashboard.RowPanel(
            title=row.title,
            collapsed=row.collapsed,
            grid_pos=dashboard.GridPos(x=0, y=y, w=GRID_COLUMNS, h=1),
            id_val=_row_identity(row),
        )
        found.append(head)
        for panel in row.panels:
            panel.links = [*(panel.links or []), *_links(row)]
            links.resolve(panel, uids)
        y += 1
        height = _place(row.panels, y)
        if row.collapsed:
            head.panels = list(row.panels)
        else:
            found += row.panels
            y += height
    return found


def _check(rows: Sequence[Row]) -> None:
    panels = [panel for row in rows for panel in row.panels]
    titles = Counter(panel.title for panel in panels)
    for title in sorted(str(title) for title, count in titles.items() if count > 1):
        raise ValueError(f"two panels are called {title}: tell them apart by their titles")
    named: dict[int | None, str] = {}
    for id_, name in [
        *((_row_identity(row), f"row {row.title}") for row in rows),
        *((panel.id_val, str(panel.title)) for panel in panels),
    ]:
        if id_ in named:
            raise ValueError(f"{named[id_]} and {name} have one key: give one of them another")
        named[id_] = name


def _row_identity(row: Row) -> int:
    return identity(f"row {row.key or row.title}") if row.id is None else row.id


def _links(row: Row) -> list[dashboard.DashboardLink]:
    found = [links.details(row.to)] if row.to else []
    return [*found, links.documentation(row.about)] if row.about else found


def _place(panels: Sequence[dashboard.Panel], top: int) -> int:
    """Places ``panels`` from left to right, in as many lines as they need; returns the height."""
    x = y = line = 0
    for panel in panels:
        assert panel.grid_pos, panel.title
        width, height = panel.grid_pos.w, panel.grid_pos.h
        if x + width > GRID_COLUMNS:
            x, y, line = 0, y + line, 0
        panel.grid_pos = dashboard.GridPos(x=x, y=top + y, w=width, h=height)
        x, line = x + width, max(line, height)
    return y + line
