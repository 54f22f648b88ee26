"""Reads that shape news for a page, each with a constant number of queries."""

from museumhub.news.queries.around import Around, around
from museumhub.news.queries.cards import Card, cards, latest, topics_of, with_card_parts
from museumhub.news.queries.desk import Queue, desk, queue, unfinished, waiting_for_editors
from museumhub.news.queries.dossier import comments, compare, open_moves, revisions
from museumhub.news.queries.events import Events, events
from museumhub.news.queries.lists import (
    WHERE,
    Filters,
    Listing,
    leading,
    listing,
    narrowed,
    years,
)
from museumhub.news.queries.manuscripts import manuscript, pictures_in_text, reasons
from museumhub.news.queries.reading import Reading, reading, with_parts
from museumhub.news.queries.reminders import reminder_of
from museumhub.news.queries.signatories import Signatories, own_organisations, signatories
from museumhub.news.queries.signatories import table as signatories_table
from museumhub.news.queries.sketch import Sketch, sketch

__all__ = [
    "WHERE",
    "Around",
    "Card",
    "Events",
    "Filters",
    "Listing",
    "Queue",
    "Reading",
    "Signatories",
    "Sketch",
    "around",
    "cards",
    "comments",
    "compare",
    "desk",
    "events",
    "latest",
    "leading",
    "listing",
    "manuscript",
    "narrowed",
    "open_moves",
    "own_organisations",
    "pictures_in_text",
    "queue",
    "reading",
    "reasons",
    "reminder_of",
    "revisions",
    "signatories",
    "signatories_table",
    "sketch",
    "topics_of",
    "unfinished",
    "waiting_for_editors",
    "with_card_parts",
    "with_parts",
    "years",
]
