"""The steps that bring a database from empty to what ``jam.store.tables`` describes."""
