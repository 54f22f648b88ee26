"""What this room knows of the site's own addresses, for checking links to them."""

from __future__ import annotations

from museumhub.members.models import Organisation
from museumhub.news import links
from museumhub.news.models import Item

links.know("news:item", lambda named: Item.objects.filter(slug=named["slug"]).exists())
links.know("news:statement", lambda named: Item.objects.filter(slug=named["slug"]).exists())
links.know(
    "members:organisation", lambda named: Organisation.objects.filter(slug=named["slug"]).exists()
)
