"""From what an importer read to a manifest: what the streams are, how they are paged, what they are keyed by."""
