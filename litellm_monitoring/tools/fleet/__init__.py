"""The stacks of many teams, from one file."""
