"""One file for each `penstock mask` command; its `command` is the command."""
