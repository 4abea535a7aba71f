"""Alerts about money and limits."""
