"""What stands in for a Prometheus server, or for what answers in its place."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Answer:
    """What the server answers."""

    body: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    after_seconds: float = 0.0


def success(data: object) -> Answer:
    return Answer(json.dumps({"status": "success", "data": data}))


def failure(error: str, status: int = 400) -> Answer:
    return Answer(json.dumps({"status": "error", "errorType": "e", "error": error}), status)


def page(status: int = 200, **headers: str) -> Answer:
    return Answer("<html>log in</html>", status, {"Content-Type": "text/html", **headers})


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass
class Server:
    """A running server, what it was asked so far, and how many requests it had at once."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0


NOTHING = success({"resultType": "matrix", "result": []})


@contextmanager
def serving(answer: Callable[[Asked], Answer]) -> Iterator[Server]:
    """Answers every request with what ``answer`` says."""
    lock, now = threading.Lock(), 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            nonlocal now
            url = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", 0))
            query = url.query or self.rfile.read(length).decode()
            parameters = {key: values[0] for key, values in parse_qs(query).items()}
            asked = Asked(self.command, url.path, parameters, dict(self.headers))
            with lock:
                now += 1
                running.asked.append(asked)
                running.most_at_once = max(running.most_at_once, now)
            given = answer(asked)
            time.sleep(given.after_seconds)
            with lock:
                now -= 1
            body = given.body.encode()
            self.send_response(given.status)
            for name, value in {**given.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = Server(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
