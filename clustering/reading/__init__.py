"""What is read before anything is grouped: one form of each text, what is no idea, which language."""
