"""A Grafana of a few dashboards, which can be read and nothing else."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from tests.http_server import listening


@contextmanager
def serving(answers: Mapping[str, Any], token: str = "") -> Iterator[tuple[str, list[str]]]:
    """Answers GET requests by path, for who shows ``token``; yields the address and the requests
    so far, each as its method and path. An answer with another status than 200 is both; with one
    of 301 it is where to go.
    """
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def parse_request(self) -> bool:
            is_request = super().parse_request()
            requests.append(f"{self.command} {self.path}")
            return is_request

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if token and self.headers.get("Authorization") != f"Bearer {token}":
                self._answer(401, {"message": "Unauthorized"})
            elif path in answers:
                answer = answers[path]
                self._answer(*(answer if isinstance(answer, tuple) else (200, answer)))
            else:
                self._answer(404, {"message": "Not found"})

        def _answer(self, status: int, content: Any) -> None:
            is_page = isinstance(content, str)
            body = (content if is_page else json.dumps(content)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if is_page else "application/json")
            if status == 301:
                self.send_header("Location", content)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with listening(Handler) as address:
        yield address, requests
