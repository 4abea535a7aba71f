"""What the Grafana provider says of a failure, in words: it says each twice, in Go's, and leaves out
what to do about it.
"""

import json
import re
from http import HTTPStatus

from litellm_monitoring.infra.settings.models.grafana_provider import (
    HOW_TO_AUTHENTICATE,
    HOW_TO_TRUST,
    NOT_GRAFANA,
)

_NOISE = re.compile(
    r"^(?:\S+\.go:\d+: )?(?:sdk\.\w+: )?(?:\d+ errors? occurred:\s*\* )?(?:\[ERROR\] )?"
    r"|: provider=grafana@\S+$|\s+$"
)
_ANSWER = re.compile(
    r"\[(?P<method>[A-Z]+) (?P<path>[^\]\s]+)\](?:\[(?P<status>\d{3})\])? (?P<operation>\w+)"
    r"(?: \(status (?P<other_status>\d{3})\))?(?::? +(?P<content>\{.*\}))?",
    re.DOTALL,
)
REJECTED = f"Grafana rejects the credentials: {HOW_TO_AUTHENTICATE}"
_PERMISSIONS = re.compile(r"Permissions needed: (?P<needed>.+?)\.?$")
_UNREACHABLE = re.compile(
    r"connection re(?:fused|set)|no such host|network is unreachable|unexpected EOF|: EOF$"
)
_SLOW = re.compile(r"context deadline exceeded|i/o timeout|Client\.Timeout")
_PAGE = re.compile(r"invalid character '<'|no consumer: \"?text/html|text/html")
_MADE, _CHANGED, _DELETED = "created", "changed", "deleted"
_VERBS = {"POST": _MADE, "PUT": _CHANGED, "PATCH": _CHANGED, "DELETE": _DELETED, "GET": "read"}

KINDS = {
    "ContactPoint": "contact point",
    "Dashboard": "dashboard",
    "DataSource": "data source",
    "Folder": "folder",
    "FolderPermission": "permissions of the folder",
    "MessageTemplate": "message template",
    "MuteTiming": "mute timing",
    "RuleGroup": "rule group",
    "Team": "Grafana team",
}
"""What people call a resource, by the last part of its type."""


_NEEDED = {
    "ContactPoint": "alert.notifications.provisioning",
    "MessageTemplate": "alert.notifications.provisioning",
    "MuteTiming": "alert.notifications.provisioning",
    "RuleGroup": "alert.rules.provisioning",
}
"""What Grafana leaves out where it forbids something of alerting; ``alert.provisioning`` is all of it."""


def in_words(resource_type: str, name: str, text: str) -> str:
    """What ``text``, the provider's words on the resource of that type and ``name``, says and what to do
    about it; what is known of none is said as it is, without what says nothing.
    """
    plain = _without_noise(text)
    if (everywhere := _of_all(plain)) is not None:
        return everywhere
    type_name = resource_type.rpartition(":")[2]
    kind = KINDS.get(type_name)
    if not kind or not (answer := _ANSWER.search(plain)):
        return f"the {kind} {name}: {plain}" if kind else plain
    status = int(answer["status"] or answer["other_status"] or 0)
    verb, message = _VERBS.get(answer["method"], _CHANGED), _message(answer["content"])
    if status == HTTPStatus.FORBIDDEN:
        return f"the {kind} {name} cannot be {verb}: {_forbidden(message, type_name, verb)}"
    return f"the {kind} {name} cannot be {verb}: {_reason(status, message, answer['path'])}"


def _without_noise(text: str) -> str:
    before = ""
    while before != text:
        before, text = text, _NOISE.sub("", text.strip())
    return text


def _of_all(text: str) -> str | None:
    """What is so whatever the resource."""
    answer = _ANSWER.search(text)
    if answer and (answer["status"] or answer["other_status"]) == "401":
        return REJECTED
    if _UNREACHABLE.search(text):
        return "Grafana cannot be reached: check grafana:url, and that Grafana runs"
    if _SLOW.search(text):
        return "Grafana does not respond in time: run again once it does"
    if "x509:" in text:
        reason = text[text.index("x509:") + len("x509:") :].strip()
        return f"Grafana's certificate is not trusted ({reason}): {HOW_TO_TRUST}"
    if _PAGE.search(text):
        return f"a web page answers instead of Grafana's API: {NOT_GRAFANA}"
    if "the Grafana client is required" in text:
        return "no Grafana is set: set grafana:url and grafana:auth"
    return None


def _message(content: str | None) -> str:
    try:
        said = json.loads(content or "{}")
    except ValueError:
        return str(content)
    return str(said.get("message") or "") if isinstance(said, dict) else str(said)


def _forbidden(message: str, type_name: str, verb: str) -> str:
    needed = _PERMISSIONS.search(message)
    lacking = needed["needed"] if needed else ""
    if not lacking and (family := _NEEDED.get(type_name)):
        action = "read" if verb == "read" else "write"
        lacking = f"alert.provisioning:{action} or {family}:{action}"
    what = f"the permission {lacking}" if lacking else "a permission"
    return (
        f"the credentials lack {what}; without role-based access control, the service account requires "
        "the role Admin"
    )


def _reason(status: int, message: str, path: str) -> str:
    if status == HTTPStatus.NOT_FOUND:
        missing = message or f"nothing at {path}"
        return f"Grafana has none ({missing}); a refresh takes note of what was deleted by hand"
    if status in (HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED):
        said = f" ({message})" if message else ""
        return f"somebody else has changed it meanwhile, or made one like it{said}; run again"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "Grafana takes no more requests for now; run again later, or set grafana:retryWait"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"Grafana fails ({status}{f': {message}' if message else ''}); its log says why"
    if status:
        return f"Grafana rejects it ({message or f'{status}, without a reason; its log says why'})"
    return message or f"nothing is known of {path}"
