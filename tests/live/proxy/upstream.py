"""A stand-in for a model provider: an OpenAI-compatible API on 127.0.0.1.

What it answers is decided by the model's name and, for the numbers, by the prompt: a JSON object
such as ``{"prompt": 20, "completion": 5}`` sets the usage that is reported.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FIRST_TOKEN_SECONDS = 0.05
HANG_SECONDS = 8.0

FAILURES = {"broken": 500, "limited": 429, "denied": 401}
"""Models that always fail, and the status that each answers."""

TRANSPARENT_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="


class Upstream:
    """The running provider; ``flapping_is_up`` decides what the model ``flapping`` answers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.flapping_is_up = True


@contextmanager
def upstream() -> Iterator[Upstream]:
    """A provider that is served meanwhile."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    served = Upstream(f"http://127.0.0.1:{server.server_address[1]}/v1")
    server.upstream = served  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer(200, {"object": "list", "data": []})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "json" not in self.headers.get("Content-Type", ""):
            self._answer(200, {"text": "hello", "duration": 1.0})
            return
        asked: dict[str, Any] = json.loads(body)
        model = str(asked.get("model"))
        if status := self._failure(model):
            error = {"message": f"{model} fails", "type": "upstream", "code": str(status)}
            self._answer(status, {"error": error})
        elif model == "hanging":
            time.sleep(HANG_SECONDS)
            self.close_connection = True
        elif self.path.endswith("/embeddings"):
            self._answer(200, _embedding(model, _numbers(asked.get("input"))))
        elif self.path.endswith("/images/generations"):
            images = [{"b64_json": TRANSPARENT_PIXEL}] * int(asked.get("n") or 1)
            self._answer(200, {"created": 0, "data": images})
        elif asked.get("stream"):
            self._stream(model, _numbers(asked.get("messages")))
        else:
            self._answer(200, _completion(model, _numbers(asked.get("messages"))))

    def _failure(self, model: str) -> int | None:
        if model == "flapping":
            return None if self.server.upstream.flapping_is_up else 500  # type: ignore[attr-defined]
        return FAILURES.get(model)

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(content).encode())

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for what, limit, left in (("requests", 500, 321), ("tokens", 90_000, 80_123)):
            self.send_header(f"x-ratelimit-limit-{what}", str(limit))
            self.send_header(f"x-ratelimit-remaining-{what}", str(left))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, model: str, numbers: dict[str, int]) -> None:
        time.sleep(FIRST_TOKEN_SECONDS)
        whole = _completion(model, numbers)
        base = {"id": whole["id"], "object": "chat.completion.chunk", "created": 0, "model": model}
        chunks: list[dict[str, Any]] = [
            {**base, "choices": [{"index": 0, "delta": {"role": "assistant", "content": "hello"}}]},
            {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
            {**base, "choices": [], "usage": whole["usage"]},
        ]
        events = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
        self._send(200, "text/event-stream", "".join([*events, "data: [DONE]\n\n"]).encode())


def _numbers(prompt: Any) -> dict[str, int]:
    """The usage that the prompt asks for."""
    text = (
        prompt[-1]["content"]
        if isinstance(prompt, list) and prompt and isinstance(prompt[-1], dict)
        else prompt
    )
    text = text[0] if isinstance(text, list) else text
    try:
        numbers = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return numbers if isinstance(numbers, dict) else {}


def _completion(model: str, numbers: dict[str, int]) -> dict[str, Any]:
    prompt, completion = numbers.get("prompt", 10), numbers.get("completion", 5)
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": "hello"},
            }
        ],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {
                "cached_tokens": numbers.get("cached", 0),
                "cache_creation_tokens": numbers.get("cache_creation", 0),
                "audio_tokens": numbers.get("audio_in", 0),
            },
            "completion_tokens_details": {
                "reasoning_tokens": numbers.get("reasoning", 0),
                "audio_tokens": numbers.get("audio_out", 0),
            },
        },
    }


def _embedding(model: str, numbers: dict[str, int]) -> dict[str, Any]:
    prompt = numbers.get("prompt", 10)
    return {
        "object": "list",
        "model": model,
        "data": [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}],
        "usage": {"prompt_tokens": prompt, "total_tokens": prompt},
    }
