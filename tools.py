"""The command line in a checkout: ``python -m tools --help``."""

from litellm_monitoring.tools.__main__ import main

if __name__ == "__main__":
    main(prog_name="python -m tools")
