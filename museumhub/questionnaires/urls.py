"""Addresses of the builder, below /organise/questionnaires/."""

from django.urls import path, register_converter

from museumhub.questionnaires.models import KEY_PATTERN
from museumhub.questionnaires.views import overview, questions, scheme, sections, versions


class KeyConverter:
    """`<qkey:…>`: the key of a section, question or dimension."""

    regex = KEY_PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KeyConverter, "qkey")

app_name = "questionnaires"
urlpatterns = [
    path("", overview.index, name="index"),
    path("add/", overview.add, name="add"),
    path("<oid:oid>/", overview.overview, name="overview"),
    path("<oid:oid>/settings/", overview.settings, name="settings"),
    path("<oid:oid>/copy/", overview.copy, name="copy"),
    path("<oid:oid>/add-section/", sections.add, name="add_section"),
    path("<oid:oid>/sections/<qkey:key>/", sections.change, name="section"),
    path("<oid:oid>/sections/<qkey:key>/move/", sections.move, name="move_section"),
    path("<oid:oid>/sections/<qkey:key>/remove/", sections.remove, name="remove_section"),
    path("<oid:oid>/sections/<qkey:section>/add-question/", questions.add, name="add_question"),
    path("<oid:oid>/questions/<qkey:key>/", questions.change, name="question"),
    path("<oid:oid>/questions/<qkey:key>/duplicate/", questions.duplicate, name="duplicate"),
    path("<oid:oid>/questions/<qkey:key>/move/", questions.move, name="move_question"),
    path("<oid:oid>/questions/<qkey:key>/place/", questions.place, name="place"),
    path("<oid:oid>/questions/<qkey:key>/remove/", questions.remove, name="remove_question"),
    path("<oid:oid>/scores/", scheme.scores, name="scores"),
    path("<oid:oid>/scores/levels/", scheme.bands, name="bands"),
    path("<oid:oid>/scores/add-dimension/", scheme.add_dimension, name="add_dimension"),
    path("<oid:oid>/dimensions/<qkey:key>/", scheme.change_dimension, name="dimension"),
    path(
        "<oid:oid>/dimensions/<qkey:key>/remove/", scheme.remove_dimension, name="remove_dimension"
    ),
    path("<oid:oid>/preview/", versions.preview, name="preview"),
    path("<oid:oid>/versions/", versions.versions, name="versions"),
    path("<oid:oid>/versions/<int:number>/", versions.preview, name="version"),
    path("<oid:oid>/publish/", versions.publish, name="publish"),
    path("<oid:oid>/discard/", versions.discard, name="discard"),
]
