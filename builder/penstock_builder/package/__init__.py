"""A connector as one file, for where there are no containers: a zip of its folder, or a wheel that is a command."""
