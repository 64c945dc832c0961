"""The sample jam that ``jam demo`` plays: ideas and people of an invented town, as data."""
