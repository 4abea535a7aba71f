"""A guardrail that lets everything pass but prompts that hold the word ``forbidden``."""

from typing import Any

from litellm.integrations.custom_guardrail import CustomGuardrail, log_guardrail_information


class NoForbiddenWords(CustomGuardrail):
    @log_guardrail_information
    async def async_pre_call_hook(
        self, user_api_key_dict: Any, cache: Any, data: dict[str, Any], call_type: Any
    ) -> dict[str, Any]:
        if "forbidden" in str(data.get("messages")):
            raise ValueError("a forbidden word")
        return data
