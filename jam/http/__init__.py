"""Floor 4: the HTTP and WebSocket edge of the product, on Starlette and a hardened Hypercorn."""
