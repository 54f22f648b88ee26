"""Finding things on the site: words, queries, documents, and the full text of two databases."""
