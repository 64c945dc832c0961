"""What ``jam doctor`` looks at: each check answers with findings, and never changes anything."""
