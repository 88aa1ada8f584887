"""From answers to records: pages, selection, cursors. No I/O of its own."""
