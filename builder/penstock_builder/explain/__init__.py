"""What a stream does: the settings in force and where each was written, and what its next sync would request."""
