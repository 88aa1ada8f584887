"""Our own widgets: a YAML editor and a tree for JSON. Their JavaScript is built from `src/` and shipped in `assets/`.

Streamlit gets the JavaScript as text: it finds an `asset_dir` only in some installs. Where components cannot run, each
widget has a plain form that gives the same events.
"""

from __future__ import annotations

from penstock_ui.components.code_editor import EditorEvent, Mark, yaml_editor
from penstock_ui.components.json_tree import Path, TreeAction, TreeEvent, json_tree
from penstock_ui.components.words import Words, manifest_words, policy_words

__all__ = [
    "EditorEvent",
    "Mark",
    "Path",
    "TreeAction",
    "TreeEvent",
    "Words",
    "json_tree",
    "manifest_words",
    "policy_words",
    "yaml_editor",
]
