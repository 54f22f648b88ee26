"""Organisations and news in bulk, for benchmarks: plausible, always the same, and made in about a minute for 100,000 items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.text import slugify

from frameworks.models import Element, Tag, Tagged
from museumhub.kit.lifecycle import advance_all
from museumhub.kit.text import comparison_key
from museumhub.members.models import Organisation
from museumhub.news import kinds, lifecycle
from museumhub.news.models import Item

AT_ONCE = 2000
# The items lie in so many days before the day they are made.
DAYS = 3650

_PLACES = (
    *(("BE", place) for place in ("Ghent", "Liège", "Mechelen", "Namur", "Leuven")),
    *(("DE", place) for place in ("Bremen", "Jena", "Kassel", "Ulm", "Trier")),
    *(("FR", place) for place in ("Lille", "Nantes", "Dijon", "Metz", "Rennes")),
    *(("GB", place) for place in ("Leeds", "Derby", "Paisley", "Swansea", "Norwich")),
    *(("PL", place) for place in ("Gdynia", "Lublin", "Opole")),
    *(("PT", place) for place in ("Braga", "Évora", "Coimbra")),
)
_SUBJECTS = (
    *("Ships", "Lace", "Salt", "Radio", "Bread", "Toys", "Glass", "Mining", "Gardens", "Letters"),
    *(
        "Clocks",
        "Wool",
        "Printing",
        "Bridges",
        "Tea",
        "Maps",
        "Posters",
        "Bells",
        "Canals",
        "Seeds",
    ),
)
_SORTS = ("Museum of {}", "{} Museum", "House of {}", "{} Archive", "Centre for {}")

_WORDS: dict[str, dict[str, Sequence[str]]] = {
    "en": {
        "who": (
            "Small museums",
            "A coastal museum",
            "Three archives",
            "Volunteers",
            "Young curators",
            "A neighbourhood",
        ),
        "does": (
            "open",
            "rethink",
            "share",
            "measure",
            "repair",
            "publish",
            "invite people to",
            "translate",
        ),
        "what": (
            *("their energy data", "a collection of voices", "the depot", "their visitor surveys"),
            *("a shared catalogue", "oral histories", "the flood plan", "a virtual gallery"),
        ),
        "how": (
            "together",
            "with the town",
            "after two years of work",
            "for schools",
            "in the open",
            "without plastic",
        ),
    },
    "fr": {
        "who": (
            "De petits musées",
            "Un musée côtier",
            "Trois archives",
            "Des bénévoles",
            "De jeunes conservatrices",
            "Tout un quartier",
        ),
        "does": ("ouvre", "repense", "partage", "mesure", "répare", "publie", "raconte", "traduit"),
        "what": (
            *(
                "ses données d’énergie",
                "une collection de voix",
                "les réserves",
                "ses enquêtes de publics",
            ),
            *(
                "un catalogue commun",
                "des récits oraux",
                "le plan d’urgence",
                "une galerie virtuelle",
            ),
        ),
        "how": (
            "ensemble",
            "avec la ville",
            "après deux ans de travail",
            "pour les écoles",
            "en public",
            "sans plastique",
        ),
    },
    "de": {
        "who": (
            "Kleine Museen",
            "Ein Küstenmuseum",
            "Drei Archive",
            "Ehrenamtliche",
            "Junge Kuratorinnen",
            "Eine Nachbarschaft",
        ),
        "does": (
            "öffnet",
            "überdenkt",
            "teilt",
            "misst",
            "erneuert",
            "veröffentlicht",
            "erzählt",
            "übersetzt",
        ),
        "what": (
            *(
                "die eigenen Energiedaten",
                "eine Sammlung von Stimmen",
                "das Depot",
                "die Besucherbefragung",
            ),
            *(
                "einen gemeinsamen Katalog",
                "mündliche Überlieferung",
                "den Notfallplan",
                "eine virtuelle Galerie",
            ),
        ),
        "how": (
            "gemeinsam",
            "mit der Stadt",
            "nach zwei Jahren Arbeit",
            "für Schulen",
            "öffentlich",
            "ohne Plastik",
        ),
    },
}
_TAGS = (
    *("artificial intelligence", "energy", "flood", "oral history", "young people", "open data"),
    *("digital skills", "loans", "schools", "mental health", "biodiversity", "fair pay", "funding"),
    *("accessibility", "copyright", "volunteers", "storage", "peace", "video games", "wayfinding"),
)
# How often each kind stands among a hundred items.
_SHARES = {
    kinds.ARTICLE: 46,
    kinds.EVENT: 16,
    kinds.WEBINAR: 8,
    kinds.PUBLICATION: 10,
    kinds.FEEDBACK: 4,
    kinds.TOOLKIT: 4,
    kinds.RECOMMENDATION: 3,
    kinds.CAMPAIGN: 3,
    kinds.FUND: 3,
    kinds.STATEMENT: 3,
}
_ZONES = ("Europe/Brussels", "Europe/London", "Europe/Lisbon", "Europe/Warsaw", "Europe/Paris")

T = TypeVar("T")


def organisations(many: int, *, now: datetime) -> int:
    """So many organisations more than before the first run; those that stand already are kept. Returns how many were made."""
    chance = Random(2)  # noqa: S311 - no secret: the same rows each time
    wanted = [_organisation(number, chance, now) for number in range(many)]
    standing = set(
        Organisation.objects.filter(slug__startswith="plenty-").values_list("slug", flat=True)
    )
    new = [one for one in wanted if one.slug not in standing]
    Organisation.objects.bulk_create(new, batch_size=AT_ONCE)
    return len(new)


def _organisation(number: int, chance: Random, now: datetime) -> Organisation:
    country, place = chance.choice(_PLACES)
    name = f"{chance.choice(_SORTS).format(chance.choice(_SUBJECTS))} {place} {number}"
    return Organisation(
        slug=f"plenty-{number}",
        name=name,
        name_key=comparison_key(name),
        kind=chance.choice(
            (
                Organisation.Kind.MUSEUM,
                Organisation.Kind.MUSEUM,
                Organisation.Kind.ARCHIVE,
                Organisation.Kind.GALLERY,
            )
        ),
        country=country,
        place=place,
        size_band=chance.choice(Organisation.SizeBand.values),
        created_at=now,
    )


def news(many: int, *, now: datetime) -> int:
    """So many published items; those of an earlier run count. Needs the framework and at least one organisation."""
    standing = Item.objects.filter(slug__startswith="plenty-").count()
    topics = list(Element.objects.topics())
    publishers = list(Organisation.objects.values_list("pk", flat=True))
    tags = _tags()
    chance = Random(3)  # noqa: S311 - no secret: the same rows each time
    made = (_item(number, chance, publishers, now) for number in range(many))
    todo = islice(made, standing, None)
    while batch := list(islice(todo, AT_ONCE)):
        for row in batch:
            row.words_key = row.key_of_words()
        with transaction.atomic():
            rows = Item.objects.bulk_create(batch)
            _put_under(rows, topics, tags, chance)
            advance_all(
                Item.objects.filter(pk__in=[row.pk for row in rows]),
                lifecycle=lifecycle.ITEM,
                action="publish",
            )
    return max(0, many - standing)


def _tags() -> list[Tag]:
    new = [Tag(name=name, slug=slugify(name), key=comparison_key(name)) for name in _TAGS]
    Tag.objects.bulk_create(new, ignore_conflicts=True)
    return list(Tag.objects.filter(key__in=[tag.key for tag in new]).order_by("key"))


def _item(number: int, chance: Random, publishers: Sequence[int], now: datetime) -> Item:
    language = chance.choices(("en", "fr", "de"), (6, 2, 2))[0]
    # More was published lately than long ago.
    published = now - timedelta(days=DAYS) * chance.random() ** 1.5 - timedelta(minutes=1)
    kind = chance.choices(list(_SHARES), list(_SHARES.values()))[0]
    return Item(
        slug=f"plenty-{number}",
        kind=kind,
        language=language,
        title=_sentence(language, chance)[:150],
        teaser=f"{_sentence(language, chance)}. {_sentence(language, chance)}.",
        body="\n\n".join(_paragraphs(language, chance)),
        organisation_id=chance.choice(publishers) if chance.random() < 0.95 else None,
        published_at=published,
        created_at=published - timedelta(days=2),
        updated_at=published,
        **_of_kind(kind, published, chance),
    )


def _of_kind(kind: str, published: datetime, chance: Random) -> dict[str, Any]:
    """What a kind needs to go out."""
    zone = chance.choice(_ZONES)
    starts = published.replace(minute=0, second=0, microsecond=0) + timedelta(
        days=chance.randint(7, 60)
    )
    link = f"https://papers.example/{chance.randint(1, 10**6)}"
    match kind:
        case kinds.EVENT:
            _country, place = chance.choice(_PLACES)
            ends = starts + timedelta(hours=chance.choice((2, 3, 8, 48)))
            return {"starts_at": starts, "ends_at": ends, "time_zone": zone, "place": place}
        case kinds.WEBINAR:
            ends = starts + timedelta(hours=1)
            return {"starts_at": starts, "ends_at": ends, "time_zone": zone, "online_url": link}
        case kinds.FEEDBACK | kinds.FUND:
            return {"closes_at": starts, "time_zone": zone, "link": link}
        case kinds.PUBLICATION:
            return {"authors": "Ana Duarte; Ben Okafor", "year": published.year, "link": link}
        case kinds.TOOLKIT | kinds.CAMPAIGN:
            return {"link": link}
        case kinds.RECOMMENDATION | kinds.STATEMENT:
            return {"dated": date(published.year, published.month, 1)}
    return {}


def _sentence(language: str, chance: Random) -> str:
    words = _WORDS[language]
    return " ".join(chance.choice(words[part]) for part in ("who", "does", "what", "how"))


def _paragraphs(language: str, chance: Random) -> Iterator[str]:
    for number in range(chance.randint(3, 6)):
        if number == 2:
            yield f"# {_sentence(language, chance)}"
        yield " ".join(f"{_sentence(language, chance)}." for _ in range(chance.randint(2, 5)))


def _put_under(items: list[Item], topics: list[Element], tags: list[Tag], chance: Random) -> None:
    """One or two topics and up to three keywords for each, some of them rare."""
    through = Item.topics.through
    kind = ContentType.objects.get_for_model(Item)
    under, tagged = [], []
    # The first are common, the last one stands on one item in thousands.
    weights = [1 / (place + 1) ** 2 for place in range(len(tags))]
    for item in items:
        for topic in _some(topics, chance.choice((1, 1, 2)), chance):
            under.append(through(item_id=item.pk, element_id=topic.pk))
        for tag in set(chance.choices(tags, weights, k=chance.randint(0, 3))):
            tagged.append(Tagged(content_type=kind, object_id=item.pk, tag=tag))
    through._default_manager.bulk_create(under, batch_size=AT_ONCE)
    Tagged.objects.bulk_create(tagged, batch_size=AT_ONCE)


def _some(things: Sequence[T], many: int, chance: Random) -> list[T]:
    return chance.sample(things, min(many, len(things)))
