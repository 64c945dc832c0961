"""Sessions, hub and snapshots on this node."""
