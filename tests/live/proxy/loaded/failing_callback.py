"""A logging callback whose destination is never there."""

from typing import Any

from litellm.integrations.custom_logger import CustomLogger


class FailingCallback(CustomLogger):
    async def async_log_success_event(
        self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any
    ) -> None:
        raise ConnectionError("the log store is not there")


failing_callback = FailingCallback()
