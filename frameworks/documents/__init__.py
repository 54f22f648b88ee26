"""Framework files: read whole and checked, and written again; YAML, and SKOS as Turtle or JSON-LD."""

from frameworks.documents.reading import LARGEST, format_of, read
from frameworks.documents.rows import (
    Document,
    ElementRow,
    MappingRow,
    Unreadable,
)
from frameworks.documents.skos import OWN_TERMS, as_jsonld, as_turtle, graph, terms_as_turtle
from frameworks.documents.yamls import as_yaml

__all__ = [
    "LARGEST",
    "OWN_TERMS",
    "Document",
    "ElementRow",
    "MappingRow",
    "Unreadable",
    "as_jsonld",
    "as_turtle",
    "as_yaml",
    "format_of",
    "graph",
    "read",
    "terms_as_turtle",
]
