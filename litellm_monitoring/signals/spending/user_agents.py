"""Which coding tool, SDK or program makes requests, by the header ``User-Agent`` that it sends.

LiteLLM has the header as it was sent in the label ``user_agent`` since 1.81.6; of older ones, and of
who sends none, nothing is known. Each version of a tool is a value of its own, so that there are
hundreds: tools are a handful.
"""

from typing import NamedTuple

from litellm_monitoring.signals.asking.matchers import quoted
from litellm_monitoring.signals.catalogue.recording import TOOL

USER_AGENT = "user_agent"
OTHER = "other"
"""A tool that is not among :data:`TOOLS`."""


class Tool(NamedTuple):
    """A tool as people call it, and an RE2 regular expression of the whole of its user agents."""

    name: str
    pattern: str


TOOLS = (
    Tool("no user agent", "(None)?"),
    Tool("Browser", "Mozilla/.*"),
    Tool(
        "HTTP client",
        "(python-requests|python-httpx|Python|axios|node|undici|okhttp|Go-http-client|"
        "Java-http-client|PostmanRuntime)([/ -].*)?",
    ),
    Tool("curl", "curl/.*"),
    Tool("AI SDK", "ai(-sdk)?/.*"),
    Tool("OpenAI SDK", "(Async)?(Azure)?OpenAI/.*"),
    Tool("Anthropic SDK", "(Async)?Anthropic[a-zA-Z]*/.*"),
    Tool("LiteLLM SDK", "litellm/.*"),
    Tool("Claude Code", "claude-(cli|code|vscode)/.*"),
    Tool("Codex", "(?i)codex[-_ /].*"),
    Tool("Cursor", "(?i)(.* )?cursor/.*"),
    Tool("GitHub Copilot", "(?i)(github-?)?copilot.*"),
    Tool("Cline", "(?i)cline/.*"),
    Tool("Roo Code", "(?i)roo-?code/.*"),
    Tool("Kilo Code", "(?i)kilo-?code/.*"),
    Tool("Continue", "(?i)continue/.*"),
    Tool("Aider", "(?i)aider/.*"),
    Tool("Gemini CLI", "(?i)gemini-?cli[-/].*"),
    Tool("OpenCode", "(?i)opencode/.*"),
)
"""The last that fits counts. What a tool sends that is built on an SDK may be the SDK's."""


_IN_ORDER = (Tool(OTHER, ".*"), *TOOLS)

SORTING = "label_replace(" * len(_IN_ORDER)
SORTED = "".join(
    f', "{TOOL}", "{tool.name}", "{USER_AGENT}", {quoted(tool.pattern)})' for tool in _IN_ORDER
)
"""What stands before and behind the series in PromQL that sorts them."""


def by_tool(told_apart: str) -> str:
    """PromQL of the series ``told_apart`` by their user agent, each with the label ``tool``."""
    return f"{SORTING}{told_apart}{SORTED}"
