"""Reads of the catalogue, shaped for pages; each makes a constant number of queries."""

from programmes.catalogue.queries.calls import Calls, calls
from programmes.catalogue.queries.cards import Card, cards, with_topics
from programmes.catalogue.queries.letters import attachments_of, letter_page, outbox, words_of
from programmes.catalogue.queries.organisations import Part, parts_of
from programmes.catalogue.queries.organise import (
    hints,
    history,
    member_of_partner,
    members_of_partners,
    modules,
    numbers,
    organise_list,
    partners,
    people,
)
from programmes.catalogue.queries.programmes import (
    Filters,
    edition_page,
    partner_page,
    programme_cards,
    programme_page,
)

__all__ = [
    "Calls",
    "Card",
    "Filters",
    "Part",
    "attachments_of",
    "calls",
    "cards",
    "edition_page",
    "hints",
    "history",
    "letter_page",
    "member_of_partner",
    "members_of_partners",
    "modules",
    "numbers",
    "organise_list",
    "outbox",
    "partner_page",
    "partners",
    "parts_of",
    "people",
    "programme_cards",
    "programme_page",
    "with_topics",
    "words_of",
]
