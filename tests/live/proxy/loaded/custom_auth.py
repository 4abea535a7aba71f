"""LiteLLM's ``custom_auth``: virtual keys from a file, since there is no database here."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi import Request
from litellm.proxy._types import LitellmUserRoles, UserAPIKeyAuth

KEYS = json.loads(Path(os.environ["KEYS_FILE"]).read_text())


async def user_api_key_auth(request: Request, api_key: str) -> UserAPIKeyAuth:
    api_key = api_key.removeprefix("Bearer ")
    if api_key not in KEYS:
        raise PermissionError("no such key")
    fields = {
        key: value for key, value in KEYS[api_key].items() if key in UserAPIKeyAuth.model_fields
    }
    if "budget_duration" in fields and "budget_reset_at" in UserAPIKeyAuth.model_fields:
        fields["budget_reset_at"] = datetime.now(UTC) + timedelta(hours=36)
    return UserAPIKeyAuth(
        api_key=api_key,
        token=api_key,
        **{"user_role": LitellmUserRoles.INTERNAL_USER, **fields},
    )
