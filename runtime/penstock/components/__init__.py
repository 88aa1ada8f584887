"""One file for each component, named as its `type` in the manifest. Nothing lists them: the registry finds them."""
