"""One test or more for each promise and each fault: the name of a test begins with the number of its row."""
