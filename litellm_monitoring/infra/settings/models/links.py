"""What a person can set about links from numbers to what they are made of."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from litellm_monitoring.infra.settings.kinds import fields
from litellm_monitoring.infra.settings.kinds.written import Written
from litellm_monitoring.infra.settings.models.base import Model
from litellm_monitoring.signals.serving.requests import Requests

_TITLE = "Requests"
"""Of a link that has no title of its own."""

_VARIABLE = re.compile(r"\$|\[\[")
"""With these, a variable begins in titles of links and in Grafana's provisioning files."""


def _address(value: str) -> str:
    sample = Requests("", value).filled_in(lambda _: "x")
    try:
        fields.http_url(sample)
    except ValueError:
        raise ValueError(
            "not a web address; write it like https://litellm.example.com/ui/?page=logs, with %20 for "
            "a space and no password"
        ) from None
    if "$" in urlsplit(value).netloc:
        raise ValueError("has a placeholder in the name of the host; write the host out")
    return value


def _title(value: str) -> str:
    if found := _VARIABLE.search(value):
        raise ValueError(f"{found[0]} begins a variable in Grafana; write it in words")
    return value


def _one_or_several(value: object) -> object:
    if isinstance(value, str):
        return ({"url": _address(value)},)
    if not isinstance(value, list | tuple):
        raise ValueError("must be an address, or a list of titles and addresses")
    return value


def _titles_differ(links: tuple["RequestsSettings", ...]) -> tuple["RequestsSettings", ...]:
    titles = [link.title for link in links]
    for title in titles:
        if titles.count(title) > 1:
            raise ValueError(f"two of them are called {title}; give each a title of its own")
    return links


class RequestsSettings(Model):
    """Where requests are kept."""

    title: Annotated[fields.Text, AfterValidator(_title)] = _TITLE
    """Text of the link."""
    url: Annotated[Written, AfterValidator(_address)]
    """Address, with the placeholders `${team}`, `${key}`, `${model}`, `${from}` and `${to}`."""


class LinksSettings(Model):
    """Links from numbers to what they are made of."""

    requests: Annotated[
        tuple[RequestsSettings, ...],
        BeforeValidator(_one_or_several),
        AfterValidator(_titles_differ),
    ] = ()
    """Where the requests are kept that panels and alerts count, such as a tracing system: an address, or a list of titles and addresses. `docs/links.md` has examples. By default, for a team, those of `team.platformStack`."""

    def kept(self) -> tuple[Requests, ...]:
        """Where requests are kept."""
        return tuple(Requests(link.title, link.url) for link in self.requests)
