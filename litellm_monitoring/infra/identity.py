"""Names and uids: functions of the stack alone, distinct for distinct stacks.

Several stacks share one Grafana organisation, so everything that must be unique in it carries
the stack.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from litellm_monitoring.dashboards import CATALOGUE
from litellm_monitoring.infra.limits import HASH_LENGTH, digest, shortened

DATA_SOURCE = "prometheus"
"""What a stack's data source is called in its uid."""
RUNBOOKS = "runbooks"
"""The slug of the dashboard that a stack with alerts has besides."""

_UID_LENGTH = 40
_NOT_IN_A_UID = re.compile(r"[^a-zA-Z0-9_-]+")
_LOOKS_HASHED = re.compile(r"(^|-)[0-9a-f]{8}$")

_HELD = tuple(f"-{part}" for part in (*CATALOGUE, DATA_SOURCE, RUNBOOKS))
"""How the uids end of what a stack holds in its folder's."""

_SLUG_LENGTH = 32
_TITLE_LENGTH = 120
"""Words of ours come around a title, and Grafana limits the whole."""


def stack_uid(stack: str, *parts: str) -> str:
    """``litellm-<stack>-<parts>`` as a Grafana uid: at most 40 letters, digits, ``-`` and ``_``.

    A stack's name that does not fit is shortened and told apart by a hash of the whole, and so is
    one that could be taken for such a name, or for what another stack holds: a stack prod-models
    beside the dashboard models of prod.
    """
    suffix = "".join(f"-{part}" for part in parts)
    plain = f"litellm-{stack}{suffix}"
    fits = len(plain) <= _UID_LENGTH and not _NOT_IN_A_UID.search(plain)
    if fits and not _LOOKS_HASHED.search(stack) and not stack.endswith(_HELD):
        return plain
    ending = f"{digest(stack)}{suffix}"
    room = _UID_LENGTH - len(f"litellm--{ending}")
    slug = _NOT_IN_A_UID.sub("-", stack)[:room].strip("-")
    return f"litellm-{slug}-{ending}" if slug else f"litellm-{ending}"


def dashboard_uids(
    stack: str, slugs: Iterable[str], chosen: Mapping[str, str], *, adopt: bool
) -> dict[str, str]:
    """The uid of each dashboard by slug: the ``chosen`` one, or that of the copies to adopt, or
    one that carries the stack.
    """
    return {
        slug: chosen.get(slug) or (adopt and CATALOGUE[slug].imported_uid) or stack_uid(stack, slug)
        for slug in slugs
    }


def slug_of(text: str) -> str:
    """``text`` as lower-case letters, digits and ``-``, at most 32.

    One that is not of that form is told apart by a hash of the whole, and so is one that could be
    taken for such a slug.
    """
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")
    if words == text and len(text) <= _SLUG_LENGTH and not _LOOKS_HASHED.search(text):
        return text
    short = words[: _SLUG_LENGTH - HASH_LENGTH - 1].strip("-")
    return "-".join(filter(None, (short, digest(text))))


def shortened_title(title: str) -> str:
    """``title`` as it is, or its beginning and a hash where Grafana could not store it."""
    return shortened(title, _TITLE_LENGTH)
