"""Rows and panels that several dashboards have, or that fill a dashboard's module."""
