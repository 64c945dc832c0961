"""The rooms in a real browser, on a real server: what people find there, and that it holds."""
