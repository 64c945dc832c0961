"""The checker's campaign: a live server, a crowd, faults on purpose, and seeded bugs that must be caught."""
