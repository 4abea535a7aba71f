"""Links from panels: to the stack's other dashboards, and to LiteLLM's documentation."""

from collections.abc import Mapping
from typing import Any

from grafana_foundation_sdk.models import dashboard

from signals import Choice

DOCUMENTATION = "https://docs.litellm.ai/docs/"

_SCHEME = "dashboard:"
"""What an address begins with that is a dashboard of the same stack, by slug; its uid is known only
once a stack says which dashboards it has.
"""

_TIME, _VARIABLES = "${__url_time_range}", "${__all_variables}"
_PROXIES = "${datasource:queryparam}&${job:queryparam}&${instance:queryparam}"


def details(slug: str) -> dashboard.DashboardLink:
    """A panel's link to the dashboard ``slug``, with the same time range and variables."""
    return _link(f"Details: {slug}", f"{_SCHEME}{slug}?{_VARIABLES}")


def documentation(page: str) -> dashboard.DashboardLink:
    """A panel's link to a page of LiteLLM's documentation."""
    return _link("LiteLLM documentation", f"{DOCUMENTATION}{page}", target_blank=True)


def details_of_row(slug: str, choice: Choice) -> dict[str, str]:
    """A cell's link to the dashboard ``slug``, on which what the cell holds is chosen."""
    chosen = f"var-{choice.variable.name}=${{__value.text}}"
    return {"title": f"Details: {slug}", "url": f"{_SCHEME}{slug}?{_PROXIES}&{chosen}"}


def resolve(value: Any, uids: Mapping[str, str]) -> None:
    """Turns links to the stack's dashboards into addresses, wherever they are in the JSON-like
    ``value``; those to dashboards that ``uids`` does not have are taken away.
    """
    if isinstance(value, dict):
        for each in value.values():
            resolve(each, uids)
    elif isinstance(value, list):
        value[:] = [each for each in value if not _is_of_stack(each) or _slug(each) in uids]
        for each in value:
            if _is_of_stack(each):
                query = each["url"].partition("?")[2]
                each["url"] = f"/d/{uids[_slug(each)]}?{_TIME}&{query}"
            else:
                resolve(each, uids)


def _link(title: str, url: str, *, target_blank: bool = False) -> dashboard.DashboardLink:
    return dashboard.DashboardLink(
        title=title,
        type_val=dashboard.DashboardLinkType.LINK,
        url=url,
        target_blank=target_blank,
    )


def _is_of_stack(value: Any) -> bool:
    return isinstance(value, dict) and str(value.get("url", "")).startswith(_SCHEME)


def _slug(link: dict[str, Any]) -> str:
    slug: str = link["url"].removeprefix(_SCHEME).partition("?")[0]
    return slug
