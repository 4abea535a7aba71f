"""Runs that are killed, and many at a time: with the real engine, in projects as its other tests have."""

from tests.engine.conftest import plain_pulumi, project, pulumi_directory

__all__ = ["plain_pulumi", "project", "pulumi_directory"]
