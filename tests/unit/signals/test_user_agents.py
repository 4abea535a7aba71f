"""Which coding tool sends which user agent."""

import re

import pytest

from litellm_monitoring.signals import Scope
from litellm_monitoring.signals.catalogue.recording import FORMS, TOOL, Recording
from litellm_monitoring.signals.recording_rules import recording_rules
from litellm_monitoring.signals.spending.user_agents import OTHER, TOOLS, by_tool

SENT = {
    "claude-cli/2.1.2 (external, cli)": "Claude Code",
    "claude-cli/1.0.119 (external, sdk-ts)": "Claude Code",
    "claude-code/2.1.2": "Claude Code",
    "codex_cli_rs/0.50.0 (Mac OS 26.0.1; arm64) Apple_Terminal/464": "Codex",
    "codex_exec/0.98.0": "Codex",
    "codex_vscode/0.98.0 (Ubuntu 24.04; x86_64) vscode/1.104.1": "Codex",
    "codex-tui/0.99.0": "Codex",
    "Codex Desktop/1.2": "Codex",
    "Cursor/2.2.23 (darwin arm64)": "Cursor",
    "Mozilla/5.0 (Macintosh) AppleWebKit/537.36 Cursor/0.48.6 Chrome/132 Electron/34.3.4": "Cursor",
    "Cline/3.74.0": "Cline",
    "RooCode/3.25.0": "Roo Code",
    "Kilo-Code/4.84.0": "Kilo Code",
    "GitHubCopilotChat/0.35.0": "GitHub Copilot",
    "GithubCopilot/1.155.0": "GitHub Copilot",
    "copilot/0.0.342": "GitHub Copilot",
    "Continue/1.0.0": "Continue",
    "aider/0.86.1": "Aider",
    "GeminiCLI/0.9.0/gemini-2.5-pro (linux; x64)": "Gemini CLI",
    "GeminiCLI-vscode/0.9.0 (linux; x64)": "Gemini CLI",
    "opencode/1.18.31": "OpenCode",
    "opencode/1.0.1 ai-sdk/provider-utils/3.0.9 runtime/bun/1.3.0": "OpenCode",
    "ai-sdk/openai-compatible/1.0.1 ai-sdk/provider-utils/3.0.9 runtime/node.js/22": "AI SDK",
    "ai/5.0.1": "AI SDK",
    "OpenAI/Python 1.99.0": "OpenAI SDK",
    "AsyncOpenAI/Python 1.99.0": "OpenAI SDK",
    "AsyncAzureOpenAI/Python 1.99.0": "OpenAI SDK",
    "OpenAI/JS 5.12.2": "OpenAI SDK",
    "Anthropic/Python 0.60.0": "Anthropic SDK",
    "AsyncAnthropicBedrock/Python 0.60.0": "Anthropic SDK",
    "Anthropic/JS 0.60.0": "Anthropic SDK",
    "litellm/1.109.1": "LiteLLM SDK",
    "curl/8.7.1": "curl",
    "python-requests/2.32.5": "HTTP client",
    "python-httpx/0.28.1": "HTTP client",
    "Python/3.11 aiohttp/3.12.15": "HTTP client",
    "axios/1.7.9": "HTTP client",
    "node": "HTTP client",
    "Go-http-client/2.0": "HTTP client",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari/537.36": "Browser",
    "None": "no user agent",
    "": "no user agent",
    "MyAgent/1.0 (uses claude-cli/2.0)": OTHER,
    "nodejs-thing/1.0": OTHER,
    "pythonic/1.0": OTHER,
}


@pytest.mark.parametrize("user_agent", SENT)
def test_a_user_agent_is_its_tools(user_agent: str) -> None:
    fitting = [tool.name for tool in TOOLS if re.fullmatch(tool.pattern, user_agent)]
    assert (fitting or [OTHER])[-1] == SENT[user_agent]


def test_every_tool_sends_something() -> None:
    assert {tool.name for tool in TOOLS} | {OTHER} == set(SENT.values())
    assert len({tool.name for tool in TOOLS}) == len(TOOLS)


def test_the_last_that_fits_counts() -> None:
    replaced = by_tool("x")
    assert replaced.startswith("label_replace(" * (len(TOOLS) + 1) + "x, ")
    assert re.findall(rf'"{TOOL}", "([^"]+)"', replaced) == [OTHER, *(tool.name for tool in TOOLS)]


def test_what_is_recorded_by_tool_is_a_handful() -> None:
    """A user agent is not among the labels: each version of each tool has its own."""
    recording = Recording("prod", 60, 15)
    of_tools = {recording.name(form) for form in FORMS if TOOL in form.labels}
    found = {
        rule.record: rule.expr
        for group in recording_rules(Scope(recording=recording)).values()
        for rule in group
        if rule.record in of_tools
    }
    assert found.keys() == of_tools
    for expr in found.values():
        assert expr.startswith(f"sum by (job, instance, team_alias, user, {TOOL}")
