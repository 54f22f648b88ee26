"""Writes of the pages that join rooms."""
