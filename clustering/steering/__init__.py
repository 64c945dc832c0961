"""Themes that go on: ids carried from map to map, and what persons decided."""
