"""The screens: one file each, with `TITLE`, `ORDER` and `show(session)`. Found by listing this folder."""
