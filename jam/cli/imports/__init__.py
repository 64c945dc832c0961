"""Files of ideas from elsewhere, read for ``jam import``: which encoding, which columns, which rows are good.

A file is read as a stream, twice: once to check all of it, once to send it. So its size costs time and no
memory, and nothing is sent from a file with a mistake in its last line.
"""
