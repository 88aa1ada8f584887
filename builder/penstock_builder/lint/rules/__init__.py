"""One file for each rule; its `RULE` is the rule."""
