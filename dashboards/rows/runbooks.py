"""Runbooks, where a notification leads: a panel of text for each alert of a stack."""

from collections.abc import Mapping

from litellm_monitoring.dashboards.kit.finishing import HALF_WIDTH
from litellm_monitoring.dashboards.kit.layout import Dashboard, Row
from litellm_monitoring.dashboards.kit.visualizations import words

_HEIGHT = 16


def runbooks(texts: Mapping[str, Mapping[str, str]]) -> Dashboard:
    """``texts`` are Markdown, by the title of their row and the name of their alert."""
    return Dashboard(
        "LiteLLM runbooks",
        [
            Row(
                title,
                [
                    words(name, text, width=HALF_WIDTH, height=_HEIGHT)
                    for name, text in of_row.items()
                ],
            )
            for title, of_row in texts.items()
        ],
        is_annotated=False,
        has_queries=False,
        description="What to check when an alert fires.",
    )
