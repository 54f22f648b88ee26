"""Pictures of the library in texts: drawn with caption, credit and rights, and public with the text that shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from museumhub.members.models import Organisation, Person
from museumhub.news import services
from museumhub.news.models import Item, Picture
from museumhub.news.queries import reasons
from tests.factories.news import PictureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(museum: Organisation) -> Picture:
    found: Picture = PictureFactory(organisation=museum, alt="A hall", credit="Ana Marques")
    return found


def write(item: Item, body: str, actor: Person, now: datetime) -> Item:
    return services.save_item(
        item=item, content={"body": body}, seen=item.version, actor=actor, now=now
    )


def file_of(picture: Picture) -> str:
    assert picture.shown is not None
    return picture.shown.src


def test_picture_stands_in_the_text_with_all_that_belongs_to_it(
    complete: Callable[..., Item], picture: Picture, ana: Person, edda: Person, now: datetime
) -> None:
    item = complete(draft=True)
    item = write(item, f'Look:\n\n![](picture:{picture.oid} "At <night>")', ana, now)
    services.publish_item(item=item, seen=item.version, actor=edda, now=now)
    text = Client().get(item.get_absolute_url()).content.decode()
    assert 'alt="A hall"' in text
    assert "At &lt;night&gt;" in text
    assert "Picture: Ana Marques" in text
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in text


def test_words_in_the_text_describe_the_picture_in_place_of_the_library(
    complete: Callable[..., Item], picture: Picture, ana: Person, edda: Person, now: datetime
) -> None:
    item = complete(draft=True, language="fr")
    item = write(item, f'![Une salle "de" plumes](picture:{picture.oid})', ana, now)
    services.publish_item(item=item, seen=item.version, actor=edda, now=now)
    text = Client().get(item.get_absolute_url()).content.decode()
    assert 'alt="Une salle &quot;de&quot; plumes" lang="fr"' in text


def test_files_are_public_as_long_as_the_text_shows_them(
    complete: Callable[..., Item], picture: Picture, ana: Person, edda: Person, now: datetime
) -> None:
    stranger = Client()
    item = write(complete(draft=True), f"![](picture:{picture.oid})", ana, now)
    assert stranger.get(file_of(picture)).status_code == 404
    services.publish_item(item=item, seen=item.version, actor=edda, now=now)
    assert stranger.get(file_of(picture)).status_code == 200
    write(Item.objects.get(pk=item.pk), "Nothing to see.", edda, now)
    assert stranger.get(file_of(picture)).status_code == 404


def test_link_of_a_preview_opens_the_files_the_preview_shows_and_no_others(
    complete: Callable[..., Item],
    picture: Picture,
    museum: Organisation,
    ana: Person,
    now: datetime,
) -> None:
    other = PictureFactory(organisation=museum)
    item = write(complete(draft=True), f"![](picture:{picture.oid})", ana, now)
    token = services.preview_token(item)
    stranger = Client()
    page = stranger.get(f"/news/preview/{token}/").content.decode()
    address = f"{file_of(picture)}?preview={token.replace(':', '%3A')}"
    assert address in page
    assert stranger.get(address).status_code == 200
    assert stranger.get(f"{file_of(other)}?preview={token}").status_code == 404
    assert stranger.get(f"{file_of(picture)}?preview={token}x").status_code == 404


def test_picture_of_another_museum_is_neither_shown_nor_let_through(
    complete: Callable[..., Item], ana: Person, edda: Person, now: datetime
) -> None:
    theirs = PictureFactory()
    item = write(complete(draft=True), f"![Theirs](picture:{theirs.oid})", ana, now)
    assert list(item.text_pictures.all()) == []
    overview = reasons(item)
    assert [str(reason.sentence) for reason in overview] == [
        "There is no picture “Theirs” in the library."
    ]
    with pytest.raises(services.Incomplete):
        services.publish_item(item=item, seen=item.version, actor=edda, now=now)
    # An editor uses every picture.
    item = write(Item.objects.get(pk=item.pk), f"Look\n\n![](picture:{theirs.oid})", edda, now)
    assert list(item.text_pictures.all()) == [theirs]
