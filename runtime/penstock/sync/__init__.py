"""Running a plan: check, discover, read."""
