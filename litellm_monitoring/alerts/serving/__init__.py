"""Alerts about requests, and what serves them."""
