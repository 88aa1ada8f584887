"""What a test read tells, beside the editor: one file a tab, with `TITLE`, `ORDER` and `show(session, sample)`."""
