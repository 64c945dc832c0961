"""Floor 3: who is connected to a jam on this node, how far along each one is, what to send next."""
