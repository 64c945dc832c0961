"""Floor 1: the database. Rows are the truth; the log is written in the same transaction as the rows.

Functions here take a synchronous SQLAlchemy ``Connection``; ``engine.Database`` runs them on an async
engine (SQLite or PostgreSQL), so each use case is one plain function in one transaction.
"""
