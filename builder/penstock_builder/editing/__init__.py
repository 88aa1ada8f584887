"""Edits of YAML text by place: what no edit names stays as it is, byte for byte."""
