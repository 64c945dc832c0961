"""What a hostile person, site or machine tries, each threat by its number, and that it fails."""
