"""Verbs of the command line that the builder adds; each module's `command` is a verb, named in `pyproject.toml`."""
