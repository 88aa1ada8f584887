"""One file for each verb; its `command` is the verb."""
