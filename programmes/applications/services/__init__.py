"""Writes of this room, one function for each act."""
