"""Why a panel is empty, or an alert cannot fire."""
