"""Texts that people read in a notification, with places for labels and values.

No ``$`` is in them, which begins a variable in Grafana's provisioning files: some of their keys
take ``$$`` for it, others do not.
"""

from collections.abc import Mapping
from string import Formatter

VALUE = "value"


def filled_in(text: str, known: Mapping[str, str], value: str) -> str:
    """``text`` as a Go template. ``{value}`` becomes ``value`` and ``{<name>}`` what is ``known``
    of that name, else the label of that name; what is plain stays plain.
    """
    parts = []
    for plain, name, _, _ in Formatter().parse(text):
        parts.append(literal(plain))
        if name is None:
            continue
        if name == VALUE:
            parts.append(value)
        else:
            parts.append(literal(known[name]) if name in known else label(name))
    return "".join(parts)


def label(name: str) -> str:
    """The Go template that shows a label of the alert."""
    return f"{{{{ .Labels.{name} }}}}"


def literal(text: str) -> str:
    """``text`` as a Go template that is just that text."""
    return text.replace("{{", '{{ "{{" }}')


def number(value: float, unit: str) -> str:
    """A number that was set, as people write it."""
    match unit:
        case "percentunit":
            return f"{100 * value:g}%"
        case "currencyUSD":
            return f"{value:,.2f}".removesuffix(".00") + " dollars"
        case "s":
            return f"{value:g} s"
        case "bytes":
            return f"{value / 2**30:g} GiB"
        case _:
            return f"{value:,.12g}"


def template(value: str, unit: str) -> str:
    """The Go template that shows ``value``, an expression of it, as people write it; its functions
    are those that Prometheus and Grafana both have.
    """
    match unit:
        case "percentunit":
            return f"{{{{ humanizePercentage {value} }}}}"
        case "currencyUSD":
            return f'{{{{ printf "%.2f" {value} }}}} dollars'
        case "s":
            return f"{{{{ humanizeDuration {value} }}}}"
        case "bytes":
            return f"{{{{ humanize1024 {value} }}}}B"
        case _:
            return f'{{{{ printf "%.3g" {value} }}}}'
