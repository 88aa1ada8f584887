"""A manifest and a config to what runs."""
