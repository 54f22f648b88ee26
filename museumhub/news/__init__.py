"""What members publish: articles, events, publications and statements; how it is edited, followed and pulled in."""
