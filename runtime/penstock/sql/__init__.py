"""Databases as sources, through SQLAlchemy: read-only sessions, bound values, bounded chunks."""
