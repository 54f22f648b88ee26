"""Pages of the catalogue: the public ones, calendar and feed, and the organisers' area."""
