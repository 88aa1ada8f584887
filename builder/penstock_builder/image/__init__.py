"""Connector images: the same bytes on every machine, without a daemon and without root."""
