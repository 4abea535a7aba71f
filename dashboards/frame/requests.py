"""Links from panels, and from their rows and series, to the requests that they count.

A panel has them whose queries are about requests of somebody's
(:func:`litellm_monitoring.signals.serving.requests.is_about_requests`). It leads to those of what is chosen on the dashboard;
each of its rows, bars and series to those of its own team, key and model group.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from urllib.parse import quote

from grafana_foundation_sdk.models import dashboard
from grafana_foundation_sdk.models.prometheus import Dataquery

from litellm_monitoring.dashboards.kit.layout import Dashboard
from litellm_monitoring.dashboards.kit.overrides import override
from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.asking.query import LABEL
from litellm_monitoring.signals.serving.requests import (
    CHOICES,
    Form,
    Place,
    Placeholder,
    Requests,
    is_about_requests,
    labels_of,
    named,
    with_names,
)

_TABLE = "table"
_LINKS = "links"

_MOMENTS: Mapping[Form | None, str] = {
    Form.MILLISECONDS: "",
    Form.SECONDS: ":date:seconds",
    Form.ISO: ":date:iso",
}
"""Grafana's formats (https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/)."""

Values = Mapping[Place, str]
"""What stands in an address for a place, in Grafana's words."""


def places(links: Sequence[Requests]) -> frozenset[Place]:
    """What the addresses of ``links`` have places for."""
    return frozenset[Place]().union(*(link.places for link in links))


def chosen(board: Dashboard, scope: Scope) -> Values:
    """What is known of all that a dashboard shows: the stack's team, and what is chosen on it where
    that is one value.
    """
    offered = scope.choosing(*board.choices).choices
    values = {
        place: f"${{{named(place)}:percentencode}}"
        for place, choice in CHOICES.items()
        if choice in offered
    }
    if scope.team_alias is not None:
        values[Place.TEAM] = quote(scope.team_alias, safe="")
    return values


def link(
    panels: Sequence[dashboard.Panel | dashboard.RowPanel],
    links: Sequence[Requests],
    values: Values,
) -> None:
    """Adds ``links`` to those of ``panels`` that are about requests; ``values`` are known of all of
    them.
    """
    if not links:
        return
    varying = {place for place in places(links) if "$" in values.get(place, "$")}
    for panel in _panels(panels):
        labels = list(dict.fromkeys(each for target in _targets(panel) for each in _labels(target)))
        if not any(is_about_requests(target.expr, labels) for target in _targets(panel)):
            continue
        panel.links = [*_linked(links, values), *(panel.links or ())]
        if own := _own(labels, varying):
            _name(panel, own)
            if panel.type_val == _TABLE:
                _link_rows(panel, links, values, own)
            else:
                assert panel.field_config
                panel.field_config.defaults.links = _linked(links, {**values, **_of_series(own)})


def _panels(
    panels: Sequence[dashboard.Panel | dashboard.RowPanel],
) -> Iterator[dashboard.Panel]:
    for panel in panels:
        if isinstance(panel, dashboard.RowPanel):
            yield from panel.panels
        else:
            yield panel


def _targets(panel: dashboard.Panel) -> Iterator[Dataquery]:
    for target in panel.targets or ():
        assert isinstance(target, Dataquery)
        yield target


def _labels(target: Dataquery) -> list[str]:
    """The labels by which its results are told apart."""
    return LABEL.findall(target.legend_format or "")


def _own(labels: Sequence[str], asked_for: Collection[Place]) -> dict[Place, str]:
    """Of what is ``asked_for``, the label that tells each row or series its own."""
    found = {place: labels_of(place, labels) for place in Place if place in asked_for}
    return {place: best[0] for place, best in found.items() if best}


def _name(panel: dashboard.Panel, own: Mapping[Place, str]) -> None:
    for target in _targets(panel):
        labels = _labels(target)
        here = {place: label for place, label in own.items() if label in labels}
        target.expr = with_names(target.expr, here)


def _of_series(own: Collection[Place]) -> Values:
    return {place: f"${{__field.labels.{named(place)}:percentencode}}" for place in own}


def _in_row(own: Collection[Place]) -> Values:
    return {place: f'${{__data.fields["{named(place)}"]:percentencode}}' for place in own}


def _link_rows(
    panel: dashboard.Panel, links: Sequence[Requests], values: Values, own: Collection[Place]
) -> None:
    """Adds ``links`` to the first column, and hides the columns that they read."""
    config = panel.field_config
    assert config
    config.overrides = config.overrides or []
    found = [_cell_link(link, {**values, **_in_row(own)}) for link in links]
    heading = _first_heading(panel)
    linked = [
        each
        for rule in config.overrides
        if rule.matcher.options == heading
        for each in rule.properties
        if each.id_val == _LINKS
    ]
    if linked:
        before = linked[0].value
        assert isinstance(before, list)
        linked[0].value = [*before, *found]
    else:
        config.overrides.append(override("byName", heading, _LINKS, found))
    config.overrides += [_for_links_alone(named(place)) for place in own]


def _for_links_alone(column: str) -> dashboard.DashboardFieldConfigSourceOverrides:
    """A column that nobody sees, of text that is as it is: no number, and no words for nothing."""
    made = override("byName", column, "custom.hidden", value=True)
    for option, value in (
        # What Grafana's newer tables call it; either is nothing to the others.
        ("custom.hideFrom.viz", True),
        ("unit", "string"),
        ("noValue", ""),
    ):
        made.properties.append(dashboard.DynamicConfigValue(id_val=option, value=value))
    return made


def _first_heading(panel: dashboard.Panel) -> str:
    (organized,) = (each for each in panel.transformations or () if each.id_val == "organize")
    options = organized.options
    assert isinstance(options, dict)
    names: dict[str, int] = options["indexByName"]
    first = min(
        (name for name in names if name not in options["excludeByName"]), key=names.__getitem__
    )
    return str(options["renameByName"][first])


def _linked(links: Sequence[Requests], values: Values) -> list[dashboard.DashboardLink]:
    return [
        dashboard.DashboardLink(
            title=link.title,
            type_val=dashboard.DashboardLinkType.LINK,
            url=_address(link, values),
            target_blank=True,
        )
        for link in links
    ]


def _cell_link(link: Requests, values: Values) -> dict[str, object]:
    return {"title": link.title, "url": _address(link, values), "targetBlank": True}


def _address(link: Requests, values: Values) -> str:
    def value(placeholder: Placeholder) -> str:
        if placeholder.form:
            return f"${{__{placeholder.place}{_MOMENTS[placeholder.form]}}}"
        return values.get(placeholder.place, "")

    return link.filled_in(value, _literal)


def _literal(text: str) -> str:
    """``text`` of an address, in which Grafana finds no variable."""
    return text.replace("$", "%24").replace("[[", "%5B%5B")
