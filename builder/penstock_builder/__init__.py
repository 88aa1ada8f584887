"""Packages a manifest as a connector image."""
