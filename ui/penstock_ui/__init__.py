"""The builder: write a manifest and test it in the browser."""
