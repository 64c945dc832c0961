"""Floor 2: the use cases. The only writers, and the followers of the log."""
