"""Pages of the news."""
