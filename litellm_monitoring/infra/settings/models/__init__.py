"""Settings by section, with their defaults."""
