"""Jams as their administrators plan them: made, opened on time, joined, reopened, copied."""
