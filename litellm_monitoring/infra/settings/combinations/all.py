"""Which settings go together: what no single value can get right or wrong alone.

They look at what is present, not at whether it is valid, so that they are reported together with
the mistakes in single values.
"""

from collections.abc import Iterator, Mapping

from litellm_monitoring.dashboards import CATALOGUE, slugs
from litellm_monitoring.infra.identity import RUNBOOKS, dashboard_uids, stack_uid
from litellm_monitoring.infra.settings.combinations.alerts import mistakes_in_alerts
from litellm_monitoring.infra.settings.combinations.authentication import (
    AUTH_SECRETS,
    mistakes_in_authentication,
)
from litellm_monitoring.infra.settings.combinations.kubernetes import mistakes_in_kubernetes
from litellm_monitoring.infra.settings.combinations.labels import mistakes_in_labels
from litellm_monitoring.infra.settings.combinations.mistakes import Mistake, Values, section
from litellm_monitoring.infra.settings.combinations.objectives import mistakes_in_objectives
from litellm_monitoring.infra.settings.combinations.scrape import mistakes_in_scraping
from litellm_monitoring.infra.settings.models.prometheus import AuthType

_SECRETS = AUTH_SECRETS | {"prometheusSecretHeaders"}
"""All secrets of the data source."""

_GRANTED_TO = {"role", "team", "teamId"}
"""Of whom something on a folder is granted to, one is named."""


def mistakes_in_combinations(values: Values, stack: str) -> Iterator[Mistake]:
    """What is wrong among ``values``, set for ``stack``."""
    yield from _folder(values, section(values, "folder"))
    yield from _team(section(values, "team"))
    yield from _data_source(values, section(values, "prometheus"))
    yield from _dashboards(values, section(values, "dashboards"), stack)
    yield from mistakes_in_kubernetes(values)
    yield from mistakes_in_objectives(values)
    yield from mistakes_in_scraping(values)
    yield from mistakes_in_labels(values)
    yield from mistakes_in_alerts(values)


def _folder(values: Values, folder: Values) -> Iterator[Mistake]:
    if "existingUid" in folder and "team" in values:
        yield Mistake(
            ("folder", "existingUid"),
            "a team has its own folder; remove it, or set folder.parentUid to the folder that "
            "should contain it",
        )
    elif "existingUid" in folder:
        for key in ("title", "uid", "parentUid", "permissions"):
            if key in folder:
                yield Mistake(
                    ("folder", key),
                    "remove it; folder.existingUid names a folder that has its own",
                )
    if "parentUid" in folder and folder["parentUid"] == folder.get("uid"):
        yield Mistake(("folder", "parentUid"), "a folder cannot be inside itself; use another")
    permissions = folder.get("permissions")
    for position, grant in enumerate(permissions if isinstance(permissions, list) else []):
        if isinstance(grant, Mapping) and len(grant.keys() & _GRANTED_TO) != 1:
            yield Mistake(
                ("folder", "permissions", str(position)), "set one of role, team and teamId"
            )


def _team(team: Values) -> Iterator[Mistake]:
    grafana_team = section(team, "grafanaTeam")
    for existing, others in (
        ("existingName", ("name", "members", "existingId")),
        ("existingId", ("name", "members")),
    ):
        if existing not in grafana_team:
            continue
        for key in others:
            if key in grafana_team:
                yield Mistake(
                    ("team", "grafanaTeam", key),
                    f"remove it; team.grafanaTeam.{existing} names a team that has its own",
                )


def _data_source(values: Values, prometheus: Values) -> Iterator[Mistake]:
    if advice := _has_its_own(values, prometheus):
        for key in prometheus:
            if key not in ("existingUid", "scrapeInterval"):
                yield Mistake(("prometheus", key), advice)
        for key in sorted(values.keys() & _SECRETS):
            yield Mistake((key,), advice)
        return
    if "url" not in prometheus and isinstance(values.get("prometheus", {}), Mapping):
        yield Mistake(
            ("prometheus",),
            "set prometheus.url to the server's address, or prometheus.existingUid to the UID of "
            "an existing data source",
        )
    yield from mistakes_in_authentication(values)
    yield from _headers(values, prometheus)
    exemplars = prometheus.get("exemplars")
    for position, exemplar in enumerate(exemplars if isinstance(exemplars, list) else []):
        if isinstance(exemplar, Mapping) and ("url" in exemplar) == ("dataSourceUid" in exemplar):
            yield Mistake(
                ("prometheus", "exemplars", str(position)), "set either dataSourceUid or url"
            )


def _has_its_own(values: Values, prometheus: Values) -> str | None:
    """Why nothing is to be said of the data source, where another has made it."""
    if "existingUid" in prometheus:
        return "remove it; prometheus.existingUid names a data source that has its own"
    if "url" not in prometheus and "platformStack" in section(values, "team"):
        return (
            "remove it, since the team uses the data source of team.platformStack; or set "
            "prometheus.url too, which creates a data source for the team"
        )
    return None


def _headers(values: Values, prometheus: Values) -> Iterator[Mistake]:
    """One header is set in one place: HTTP header names are case-insensitive."""
    taken = {"x-scope-orgid": "prometheus.tenant"} if "tenant" in prometheus else {}
    if section(prometheus, "auth").get("type") == AuthType.BEARER:
        taken["authorization"] = "prometheusToken"
    for path in (("prometheus", "headers"), ("prometheusSecretHeaders",)):
        parent = prometheus if len(path) > 1 else values
        for name in section(parent, path[-1]):
            if other := taken.get(name.lower()):
                yield Mistake((*path, name), f"remove it; {other} sets this header already")
            taken.setdefault(name.lower(), ".".join((*path, name)))


def _dashboards(values: Values, dashboards: Values, stack: str) -> Iterator[Mistake]:
    for_teams = slugs(of_team="team" in values)
    include = dashboards.get("include", list(for_teams))
    if not isinstance(include, list):
        return
    known = [slug for slug in include if isinstance(slug, str) and slug in CATALOGUE]
    for slug in sorted({slug for slug in known if known.count(slug) > 1}):
        yield Mistake(
            ("dashboards", "include"),
            f"contains {slug} twice, which would give two dashboards the same UID",
        )
    for slug in sorted(set(known).difference(for_teams)):
        yield Mistake(
            ("dashboards", "include"),
            f"{slug} cannot be limited to a team; dashboards for teams: {', '.join(for_teams)}",
        )
    yield from _uids(values, dashboards, tuple(dict.fromkeys(known)), stack)


def _uids(
    values: Values, dashboards: Values, included: tuple[str, ...], stack: str
) -> Iterator[Mistake]:
    """Grafana keeps folders among its dashboards: a UID belongs to one of either."""
    folder = section(values, "folder")
    key = "existingUid" if "existingUid" in folder else "uid"
    owner = {
        str(folder.get(key, stack_uid(stack))): "the folder",
        stack_uid(stack, RUNBOOKS): "the dashboard of runbooks",
    }
    uids = {k: str(v) for k, v in section(dashboards, "uids").items() if isinstance(v, str | int)}
    adopt = dashboards.get("adopt") in (True,)
    for slug, uid in dashboard_uids(stack, included, uids, adopt=adopt).items():
        if other := owner.get(uid):
            path, other = (
                (("dashboards", "uids", slug), other)
                if slug in uids or other != "the folder"
                else (("folder", key), f"the dashboard {slug}")
            )
            yield Mistake(path, f"{other} also has the UID {uid}; a UID belongs to one alone")
        owner[uid] = slug
