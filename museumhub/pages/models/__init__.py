"""Rows of the pages that join rooms."""

from museumhub.pages.models.search import SearchDocument, SearchEntry, SearchSpelling

__all__ = ["SearchDocument", "SearchEntry", "SearchSpelling"]
