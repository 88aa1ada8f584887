"""Trying a connector out: test reads, recordings of them, and rehearsals of what can go wrong."""
