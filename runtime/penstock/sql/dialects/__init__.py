"""One file for each database: how a read-only session with a time-out is opened, and what its errors mean."""
