"""The kinds of value that settings are made of, and how they are written."""
