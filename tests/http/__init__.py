"""Tests of the HTTP and WebSocket edge, on real sockets."""
