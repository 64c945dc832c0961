"""What goes wrong in what people and programs send, by its number, and the clear error that each gets."""
