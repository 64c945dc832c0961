"""Groups to names: phrases that the ideas share, and the choice of one or two of them."""
