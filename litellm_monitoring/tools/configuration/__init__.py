"""The configuration of a stack, read and written from the command line."""
