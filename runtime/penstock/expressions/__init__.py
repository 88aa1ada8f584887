"""`{{ … }}`, compiled once while the manifest is decoded. The only importer of jinja2."""
