"""Manifest text to a resolved tree of nodes that know where they were written. The only importer of yaml."""
