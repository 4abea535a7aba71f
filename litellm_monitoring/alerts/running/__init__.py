"""Alerts about the proxy itself, and what it depends on."""
