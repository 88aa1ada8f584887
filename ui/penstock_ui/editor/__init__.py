"""The editor of a stream: chapters, cards, a form for each component by the registry alone, and YAML islands."""
