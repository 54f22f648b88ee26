"""The builder: pages on which organisers make and publish questionnaires."""
