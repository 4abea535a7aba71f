"""What is asked of the proxy: the same each time, so that what the metrics say can be counted."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from tests.live.proxy.configuration import INPUT_COST, KEYS, MASTER_KEY, OUTPUT_COST
from tests.live.proxy.litellm import LiteLLM

SEARCH, ADS, POOR, SLOW, PLAIN = "sk-search", "sk-ads", "sk-poor", "sk-slow", "sk-plain"
UNKNOWN = "sk-unknown"

FAILURES = {
    "broken": "Openai.InternalServerError",
    "limited": "Openai.RateLimitError",
    "denied": "Openai.AuthenticationError",
}
"""The class of LiteLLM's exception for each model that always fails."""


@dataclass(frozen=True)
class Call:
    """One request; ``failure`` is the class of exception that LiteLLM counts, where it fails."""

    key: str
    body: dict[str, Any]
    path: str = "/v1/chat/completions"
    prompt: int = 0
    completion: int = 0
    failure: str | None = None
    user_agent: str | None = None

    def send(self, proxy: LiteLLM) -> int:
        """The status that the proxy answers with."""
        return proxy.post(self.path, self.key, self.body, self.user_agent).status_code


def chat(key: str, model: str, text: str = "", **body: Any) -> Call:
    """A chat request; the provider's stand-in reports the usage that is asked for."""
    usage = {"prompt": 20, "completion": 5, **body.pop("usage", {})}
    messages = [{"role": "user", "content": text or json.dumps(usage)}]
    failure = FAILURES.get(model)
    return Call(
        key,
        {"model": model, "messages": messages, **body},
        prompt=0 if failure else usage["prompt"],
        completion=0 if failure else usage["completion"],
        failure=failure,
    )


TOOLS = {
    "claude-cli/2.1.2 (external, cli)": "Claude Code",
    "codex_cli_rs/0.98.0 (Debian 13.0.0; x86_64) unknown": "Codex",
    "Something/1.0": "other",
    "": "no user agent",
}
"""User agents, and which tools they are."""

STREAMED = chat(SEARCH, "fast", stream=True, stream_options={"include_usage": True})

EVERY_DETAIL = {"cached": 8, "cache_creation": 5, "reasoning": 3, "audio_in": 2, "audio_out": 2}
OF_EVERY_KIND = (
    *(chat(key, "fast", user="customer-1") for key in (SEARCH, ADS, POOR, SLOW, SLOW, PLAIN)),
    *(chat(SEARCH, model) for model in (*FAILURES, "hanging", "unknown", "saved", "lost")),
    *(chat(SEARCH, model) for model in ("pair", "twins", "free") * 4),
    chat(UNKNOWN, "fast"),
    chat(SEARCH, "fast", usage=EVERY_DETAIL),
    STREAMED,
    chat(SEARCH, "fast", "forbidden"),
    *(replace(chat(SEARCH, "fast"), user_agent=sent) for sent in TOOLS),
    *[chat(SEARCH, "fast", "the same", cache={"use-cache": True})] * 2,
    Call(SEARCH, {"model": "embedder", "input": "hello"}, "/v1/embeddings"),
    Call(SEARCH, {"model": "painter", "prompt": "hello", "n": 2}, "/v1/images/generations"),
    Call(
        MASTER_KEY,
        {"server_id": "tools", "name": "add", "arguments": {"a": 1, "b": 2}},
        "/mcp-rest/tools/call",
    ),
)
"""Something of everything that leaves a mark on the metrics."""

FLAPPING = chat(SEARCH, "flapping")
"""What succeeds or fails as the provider is told."""

BURST = (chat(SEARCH, "hanging"),) * 12
"""More than the proxy takes at once."""


@dataclass
class Sent:
    """What was sent, as the metrics should have it."""

    by_key: Counter[str] = field(default_factory=Counter)
    by_team: Counter[str] = field(default_factory=Counter)
    by_failure: Counter[str] = field(default_factory=Counter)
    prompt: int = 0
    completion: int = 0
    slowest_seconds: float = 0.0

    @property
    def requests(self) -> int:
        """All of them."""
        return self.by_key.total()

    @property
    def spend(self) -> float:
        """In dollars."""
        return self.prompt * INPUT_COST + self.completion * OUTPUT_COST

    def add(self, call: Call, seconds: float) -> None:
        """Counts one more, which took that long."""
        self.slowest_seconds = max(self.slowest_seconds, seconds)
        known = KEYS[call.key]
        self.by_key[known.get("key_alias", "None")] += 1
        self.by_team[known.get("team_alias", "None")] += 1
        if call.failure:
            self.by_failure[call.failure] += 1
        self.prompt += call.prompt
        self.completion += call.completion


def countable(seed: int, count: int) -> Iterator[Call]:
    """Requests by several keys, some of which fail, with the usage drawn by lot."""
    chance = random.Random(seed)
    for _ in range(count):
        usage = {"prompt": chance.randrange(1, 200), "completion": chance.randrange(1, 100)}
        key = chance.choice((SEARCH, SEARCH, ADS, PLAIN))
        model = chance.choice(("fast", "fast", "fast", *FAILURES))
        yield chat(key, model, usage=usage)


def send(proxy: LiteLLM, calls: tuple[Call, ...], at_once: int = 1) -> None:
    """Sends ``calls``, whatever becomes of them."""
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda call: call.send(proxy), calls))
