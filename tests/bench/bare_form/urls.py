"""The one form, view and address of the bare site (see tests/bench/bare.py)."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path

from tests.bench.bare_form.models import Sheet


class SheetForm(forms.ModelForm[Sheet]):
    class Meta:
        model = Sheet
        exclude = ["id"]  # noqa: DJ006 - its fields are numbered


PAGE = engines["django"].from_string(
    "<!doctype html><title>Apply</title>"
    "<form method=post>{% csrf_token %}{{ form.as_p }}<button>Send</button></form>"
)


def sheet(request: HttpRequest) -> HttpResponse:
    form = SheetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return HttpResponseRedirect("/received/")
    return HttpResponse(PAGE.render({"form": form}, request))


def received(request: HttpRequest) -> HttpResponse:
    return HttpResponse("received")


urlpatterns = [path("", sheet), path("received/", received)]
