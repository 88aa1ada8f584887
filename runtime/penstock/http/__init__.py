"""HTTP as `Send -> Send` middleware. The only importer of httpx is `transport.py`."""
