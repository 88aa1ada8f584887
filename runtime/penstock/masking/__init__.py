"""Masking sits low in the stack, so that everything that speaks can use it."""
