"""The demo: two real programmes, invented museums that apply to them, and one person for each role."""
