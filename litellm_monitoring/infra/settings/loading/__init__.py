"""From what is written to settings, or to one message."""
