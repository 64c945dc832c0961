"""Vectors to groups: near-duplicates, the graph of neighbours, the tree, and how many groups."""
