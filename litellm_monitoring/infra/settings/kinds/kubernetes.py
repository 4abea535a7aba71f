"""Kinds of value that Kubernetes names things by
(https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
"""

import re
from typing import Annotated

from pydantic import AfterValidator

from litellm_monitoring.infra.settings.kinds.written import Written

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_LABEL_VALUE = re.compile(r"(?=.{0,63}$)([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_LABEL_KEY = re.compile(
    r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
_PORT_NAME = re.compile(r"(?=.{1,63}$)[a-z0-9]+(-[a-z0-9]+)*")


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError(
            "not a name of Kubernetes, which has lower-case letters, digits, - and . only; write it "
            "like litellm"
        )
    return value


def _label_key(value: str) -> str:
    if not _LABEL_KEY.fullmatch(value):
        raise ValueError("not a label of Kubernetes; write it like app.kubernetes.io/name")
    return value


def _label_value(value: str) -> str:
    if not _LABEL_VALUE.fullmatch(value):
        raise ValueError("not a label's value in Kubernetes; write it like litellm")
    return value


def _port_name(value: str) -> str:
    if not _PORT_NAME.fullmatch(value):
        raise ValueError("not the name of a port; write it like http")
    return value


def _labels(value: dict[str, str]) -> dict[str, str]:
    if not value:
        raise ValueError("must not be empty: it would select every pod")
    return value


Name = Annotated[Written, AfterValidator(_name)]
LabelKey = Annotated[Written, AfterValidator(_label_key)]
LabelValue = Annotated[Written, AfterValidator(_label_value)]
PortName = Annotated[Written, AfterValidator(_port_name)]
Labels = Annotated[dict[LabelKey, LabelValue], AfterValidator(_labels)]
