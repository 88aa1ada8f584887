"""What was read, in DuckDB: queries that touch nothing outside, profiles of columns, and syncs into a file."""
