"""Pulumi Cloud as far as it keeps one stack and opens its environments of Pulumi ESC."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from litellm_monitoring.tools.project import PROJECT
from tests.http_server import listening

ORGANISATION = "acme"


@contextmanager
def serving(stack: str, esc: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Answers the engine of who has ``stack``, whose environments define ``esc``: values in ESC's own
    form. Yields the address and the requests so far, each as its method and path.
    """
    requests: list[str] = []
    in_stack = f"/api/stacks/{ORGANISATION}/{PROJECT}/{stack}"
    opened = f"/api/esc/environments/{ORGANISATION}/yaml/open"
    context: dict[str, Any] = {"properties": {}, "schema": {}}
    answers: dict[str, Any] = {
        "GET /api/user": {"githubLogin": ORGANISATION, "name": ORGANISATION},
        "GET /api/user/organizations/default": {"GitHubLogin": ORGANISATION},
        "GET /api/capabilities": {"capabilities": []},
        f"GET {in_stack}": {"orgName": ORGANISATION, "projectName": PROJECT, "stackName": stack},
        f"POST {opened}": {"id": "opened"},
        f"GET {opened}/opened": {"properties": esc, "schema": {}, "executionContext": context},
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = f"{self.command} {self.path.partition('?')[0]}"
            requests.append(asked)
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found = answers.get(asked)
            if asked == f"POST {in_stack}/encrypt":
                # It seals nothing: whoever reads this has the key.
                found = {"ciphertext": json.loads(sent)["plaintext"]}
            body = json.dumps(found or {"code": 404, "message": "not found"}).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *arguments: object) -> None:
            pass

    with listening(Handler) as address:
        yield address, requests
