"""Links from panels: to the stack's other dashboards, and to LiteLLM's documentation."""

from collections.abc import Mapping

from grafana_foundation_sdk.models import dashboard

from litellm_monitoring.signals import Choice

DOCUMENTATION = "https://docs.litellm.ai/docs/"

_SCHEME = "dashboard:"
"""What an address begins with that is a dashboard of the same stack, by slug; its uid is known only
once a stack says which dashboards it has.
"""

_LINKS = "links"
"""What an override of a field's links is called."""

_TIME, _VARIABLES = "${__url_time_range}", "${__all_variables}"
_PROXIES = "${datasource:queryparam}&${job:queryparam}&${instance:queryparam}"


def details(slug: str) -> dashboard.DashboardLink:
    """A panel's link to the dashboard ``slug``, with the same time range and variables."""
    return _link(f"Details: {slug}", f"{_SCHEME}{slug}?{_VARIABLES}")


def documentation(page: str) -> dashboard.DashboardLink:
    """A panel's link to a page of LiteLLM's documentation."""
    return _link("LiteLLM documentation", f"{DOCUMENTATION}{page}", target_blank=True)


def details_of_row(slug: str, choice: Choice) -> dashboard.DynamicConfigValue:
    """A cell's link to the dashboard ``slug``, on which what the cell holds is chosen."""
    chosen = f"var-{choice.variable.name}=${{__value.raw}}"
    link = {"title": f"Details: {slug}", "url": f"{_SCHEME}{slug}?{_PROXIES}&{chosen}"}
    return dashboard.DynamicConfigValue(id_val=_LINKS, value=[link])


def resolve(panel: dashboard.Panel, uids: Mapping[str, str]) -> None:
    """Turns a panel's links to the stack's dashboards into addresses; those to dashboards that
    ``uids`` does not have are taken away.
    """
    known = [link for link in panel.links or () if _is_known(link.url or "", uids)]
    for link in known:
        link.url = _address(link.url or "", uids)
    panel.links = known or None
    for override in panel.field_config.overrides if panel.field_config else ():
        for each in override.properties:
            if each.id_val == _LINKS and isinstance(each.value, list):
                each.value = [
                    {**link, "url": _address(link["url"], uids)}
                    for link in each.value
                    if _is_known(link["url"], uids)
                ]


def _is_known(url: str, uids: Mapping[str, str]) -> bool:
    return not url.startswith(_SCHEME) or _slug_and_query(url)[0] in uids


def _address(url: str, uids: Mapping[str, str]) -> str:
    if not url.startswith(_SCHEME):
        return url
    slug, query = _slug_and_query(url)
    return f"/d/{uids[slug]}?{_TIME}&{query}"


def _slug_and_query(url: str) -> tuple[str, str]:
    slug, _, query = url.removeprefix(_SCHEME).partition("?")
    return slug, query


def _link(title: str, url: str, *, target_blank: bool = False) -> dashboard.DashboardLink:
    return dashboard.DashboardLink(
        title=title,
        type_val=dashboard.DashboardLinkType.LINK,
        url=url,
        target_blank=target_blank,
    )
