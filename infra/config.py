"""Settings from the Pulumi engine."""

import pulumi
from pulumi.runtime import config as runtime_config

from infra.loading import SettingsError, load_settings
from infra.settings import Settings


def settings_from_pulumi() -> Settings:
    """The running stack's settings.

    Raises:
        pulumi.RunError: naming all mistakes; the engine prints it without a traceback.

    """
    # pulumi.Config reads keys that one asks for by name; only the runtime knows which are set,
    # and so which are unknown.
    config = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    secret_keys = [key for key in config if runtime_config.is_config_secret(key)]
    try:
        return load_settings(config, secret_keys, pulumi.get_project(), pulumi.get_stack())
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
