"""Tests of the outcome report: figures, sums, what is withheld, exports, and the page."""
