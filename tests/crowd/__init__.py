"""The simulated crowd: its protocol machinery, its checker, its plans and its sample."""
