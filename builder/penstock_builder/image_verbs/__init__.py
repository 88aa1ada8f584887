"""The commands of `penstock image`, one a module."""
