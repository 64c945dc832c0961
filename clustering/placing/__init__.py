"""Themes to a picture: near themes near each other, nothing on top of anything, nothing jumps."""
