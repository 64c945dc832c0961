"""Themes of a running jam: corrections, what is shown of a map, and what happens to old ones."""
