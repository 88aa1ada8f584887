"""DuckDB: typed tables, and rows and state in one transaction."""
