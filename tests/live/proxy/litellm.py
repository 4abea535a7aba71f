"""A LiteLLM proxy from its package, in a virtual environment of its own."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from litellm_monitoring.signals.catalogue.metrics import supported
from litellm_monitoring.tools.catalogue.commands import INSTALLATIONS
from litellm_monitoring.tools.catalogue.installation import installed
from litellm_monitoring.tools.terminal import console
from tests.live.proxy.configuration import KEYS, LOADED, MASTER_KEY
from tests.live.servers import free_port, running

PINS = Path(__file__).with_name("pins")
"""What is installed with each version; `make lock` brings it up to date."""

NEWEST = os.environ.get("TEST_LITELLM") or supported()[1]
"""What most tests run: the newest that is supported, unless another is named."""

_START_SECONDS = 240.0
_ANSWER_SECONDS = 30.0


def litellm_python(version: str) -> Path:
    """The Python that has LiteLLM in ``version`` beside it, and all else as it was when tried, if it
    was.
    """
    pins = PINS / f"{version}.txt"
    return installed(version, INSTALLATIONS / "tests", console(), [pins] if pins.exists() else [])


class LiteLLM:
    """A running proxy."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=_ANSWER_SECONDS)

    @property
    def address(self) -> str:
        """Where Prometheus scrapes it."""
        return self.url.removeprefix("http://")

    def post(
        self, path: str, key: str, body: Mapping[str, Any], user_agent: str | None = None
    ) -> httpx.Response:
        """What the proxy answers; to Python's client unless another ``user_agent`` is named."""
        headers = {"Authorization": f"Bearer {key}"}
        if user_agent is not None:
            headers["User-Agent"] = user_agent
        return self._client.post(path, json=body, headers=headers)

    def metrics(self) -> str:
        """Its metrics page."""
        headers = {"Authorization": f"Bearer {MASTER_KEY}"}
        page = self._client.get("/metrics", headers=headers, follow_redirects=True)
        assert page.is_success, page.text
        return page.text


@contextmanager
def litellm(
    version: str,
    directory: Path,
    configuration: Mapping[str, Any],
    workers: int = 1,
    keys: Mapping[str, Mapping[str, Any]] = KEYS,
) -> Iterator[LiteLLM]:
    """A proxy that runs in ``directory`` meanwhile, with virtual ``keys``."""
    python = litellm_python(version)
    shutil.copytree(LOADED, directory, dirs_exist_ok=True)
    (directory / "config.yaml").write_text(yaml.safe_dump(dict(configuration)))
    (directory / "keys.json").write_text(json.dumps(dict(keys)))
    port = free_port()
    command: list[str | Path] = [
        python.with_name("litellm"),
        *("--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port)),
        *("--num_workers", str(workers)),
    ]
    environment = {
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "HOME": str(directory),
        "KEYS_FILE": str(directory / "keys.json"),
        "LITELLM_MASTER_KEY": MASTER_KEY,
        "LITELLM_ENABLE_MCP_STDIO": "true",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    if workers > 1:
        shared = directory / "metrics"
        shared.mkdir()
        environment["PROMETHEUS_MULTIPROC_DIR"] = str(shared)
    url = f"http://127.0.0.1:{port}"
    with running(
        command,
        directory,
        answers_at=f"{url}/health/liveliness",
        seconds=_START_SECONDS,
        environment=environment,
    ):
        yield LiteLLM(url)
