"""The version, where every layer can read it."""

__version__ = "0.1.0"

DISTRIBUTION = "penstock-connectors"
"""What installers know Penstock by: `penstock` alone is the name of somebody else's package on PyPI."""
