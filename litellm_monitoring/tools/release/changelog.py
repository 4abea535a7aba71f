"""The sections of ``CHANGELOG.md``, whose form is that of https://keepachangelog.com."""

import re

_HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<date>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)

_LINK_WITHIN = re.compile(r"\]\((?![a-z]+:|#)(?P<path>[^()\s]+)\)")


def sections(changelog: str) -> dict[str, str]:
    """What stands below each version that has a date, the newest first."""
    headings = list(_HEADING.finditer(changelog))
    ends = [heading.start() for heading in headings[1:]] + [len(changelog)]
    return {
        heading["name"]: changelog[heading.end() : end].strip()
        for heading, end in zip(headings, ends, strict=True)
        if heading["date"]
    }


def readable_elsewhere(text: str, address: str) -> str:
    """``text`` with its links to this project's files leading to them below ``address``, for where
    they are not beside it.
    """
    return _LINK_WITHIN.sub(lambda link: f"]({address}/{link['path']})", text)
