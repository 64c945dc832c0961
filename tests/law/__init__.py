"""The law that matters most: snapshot + events == fresh snapshot, for every role."""
