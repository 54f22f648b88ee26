"""Writing: the list of one's items, a new one, its form with a preview, its file, and the item as it stands inside the news room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from museumhub.kit import clock, urls
from museumhub.kit.forms import add_refusal
from museumhub.kit.refusals import Refused, Stale
from museumhub.members.http import PersonRequest
from museumhub.members.models import Organisation
from museumhub.news import content as contents
from museumhub.news import kinds, lifecycle, policies, queries, services
from museumhub.news.forms import AddressForm, CommentForm, DeskFilterForm, FileForm, ItemForm
from museumhub.news.forms.publisher import PublisherForm
from museumhub.news.models import Item, Proposal
from museumhub.news.queries.links import dead_links_of
from museumhub.news.services.previews import expires_at
from museumhub.news.services.proposals import pending_of
from museumhub.news.views.entering import for_writers, readable, writable


@require_safe
@for_writers
def desk(request: PersonRequest) -> HttpResponse:
    """What the organisations of the reader have written; filters live in the address."""
    form = DeskFilterForm(request.GET)
    if not form.is_valid():
        raise Http404
    page = queries.desk(
        request.user,
        words=form.cleaned_data["q"],
        status=form.cleaned_data["status"],
        page=request.GET.get("page", 1),
    )
    context = {
        "form": form,
        "page": page,
        "narrowed": any(form.cleaned_data.values()),
        "is_editor": policies.edits_news(request.user),
        "keeps_feeds": policies.keeps_feeds(request.user),
        "may_write": Organisation.objects.acted_for_by(request.user).exists()
        or policies.edits_news(request.user),
    }
    return render(request, "news/edit/desk.html", context)


@require_safe
@for_writers
def choose_kind(request: PersonRequest) -> HttpResponse:
    """What it is to be: an event, a publication…"""
    _require_publisher(request)
    return render(request, "news/edit/kinds.html", {"kinds": list(kinds.KINDS.values())})


@require_http_methods(["GET", "POST"])
@for_writers
def new_item(request: PersonRequest, kind: str) -> HttpResponse:
    """The whole form at once; saving it makes a draft."""
    if kind not in kinds.KINDS:
        raise Http404
    _require_publisher(request)
    options: dict[str, Any] = {
        "kind": kind,
        "zone": request.user.time_zone,
        "writer": request.user,
    }
    page: dict[str, Any] = {"kind": kinds.KINDS[kind]}
    if request.method == "GET":
        page["form"] = ItemForm(initial={"language": request.user.language}, **options)
        page["publisher"] = PublisherForm(person=request.user)
        return render(request, "news/edit/new.html", page)
    form = ItemForm(request.POST, **options)
    publisher = PublisherForm(request.POST, person=request.user)
    page |= {"form": form, "publisher": publisher}
    if wants_preview(request):
        return render(request, "news/edit/new.html", page | preview_of(request, form))
    status = 422
    if form.is_valid() and publisher.is_valid():
        try:
            item = services.create_item(
                kind=kind,
                organisation=publisher.cleaned_data["organisation"],
                content=form.said,
                actor=request.user,
                now=clock.now(),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The draft is saved."))
            return redirect("news:edit_item", item.oid)
    return render(request, "news/edit/new.html", page, status=status)


def _require_publisher(request: PersonRequest) -> None:
    """Staff read along: there is nothing they could write."""
    if not policies.edits_news(request.user):
        if not Organisation.objects.acted_for_by(request.user).exists():
            raise Http404


@require_safe
@for_writers
def overview(request: PersonRequest, oid: str) -> HttpResponse:
    item = readable(request.user, oid)
    return render(request, "news/edit/overview.html", overview_of(request, item, CommentForm()))


def overview_of(request: PersonRequest, item: Item, form: CommentForm) -> dict[str, Any]:
    """Where the item stands, what is missing, what can be done, and what was said."""
    roles = policies.roles(request.user, item)
    return {
        **head(request, item, "overview"),
        "moves": queries.open_moves(request.user, item),
        "reasons": queries.reasons(item) if item.status != lifecycle.WITHDRAWN else [],
        "comments": queries.comments(item),
        "dead_links": dead_links_of(item),
        "comment_form": form if roles else None,
        "may_delete": bool(roles) and item.status == lifecycle.DRAFT and item.withdrawn_at is None,
        "is_public": item.is_public(clock.now()),
        "was_public": item.withdrawn_at is not None,
        "preview_link": urls.absolute(
            reverse("news:shared_preview", args=[services.preview_token(item)])
        ),
        "preview_until": expires_at(),
    }


def head(request: PersonRequest, item: Item, tab: str) -> dict[str, Any]:
    """What every page about one item inside the news room takes."""
    roles = policies.roles(request.user, item)
    return {
        "item": item,
        "tab": tab,
        "writes": bool(roles),
        "is_editor": lifecycle.EDITOR in roles,
        "proposal": pending_of(item),
    }


@require_http_methods(["GET", "POST"])
@for_writers
def text(request: PersonRequest, oid: str) -> HttpResponse:
    """The form of an item. What is out is changed by a proposal, unless an editor writes."""
    item = writable(request.user, oid)
    proposes = _proposes(request, item)
    proposal = pending_of(item) if proposes else None
    options = _form_options(request, item, proposal, proposes=proposes)
    page: dict[str, Any] = {**head(request, item, "text"), "proposes": proposes}
    if request.method == "GET":
        stands = options["content"]
        page["form"] = ItemForm(**options)
        page["preview"] = queries.sketch(
            stands["body"],
            stands.get("resources", ""),
            language=stands["language"],
            user=request.user,
            item=item,
        )
        return render(request, "news/edit/text.html", page)
    form = ItemForm(request.POST, **options)
    page["form"] = form
    if wants_preview(request):
        return render(request, "news/edit/text.html", page | preview_of(request, form, item))
    status = 422
    if form.is_valid():
        try:
            _save(request, item, form, proposes=proposes)
        except Stale as stale:
            page |= {"stale": stale, "conflicts": form.after(stale)}
            status = stale.status
        except services.Incomplete as incomplete:
            form.add_error(None, str(incomplete.sentence))
            form.show_reasons(incomplete.reasons)
            status = incomplete.status
        except Refused as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(
                request,
                _("Your changes are with the editors.") if proposes else _("The text is saved."),
            )
            return redirect("news:edit_item", item.oid)
    return render(request, "news/edit/text.html", page, status=status)


def _proposes(request: PersonRequest, item: Item) -> bool:
    return item.status in lifecycle.OUT and not policies.edits_news(request.user)


def _form_options(
    request: PersonRequest, item: Item, proposal: Proposal | None, *, proposes: bool
) -> dict[str, Any]:
    if proposes:
        stands = proposal.content if proposal is not None else contents.of(item)
        version = proposal.version if proposal is not None else 0
    else:
        stands, version = contents.of(item), item.version
    return {
        "kind": item.kind,
        "zone": request.user.time_zone,
        "writer": request.user,
        "content": stands,
        "version": version,
        "base": item.version,
    }


def _save(request: PersonRequest, item: Item, form: ItemForm, *, proposes: bool) -> None:
    now = clock.now()
    if proposes:
        services.propose(
            item=item,
            content=form.said,
            base=form.began_from,
            seen=form.seen,
            actor=request.user,
            now=now,
        )
    else:
        services.save_item(
            item=item,
            content=form.said,
            seen=form.seen,
            base=form.began_from,
            actor=request.user,
            now=now,
        )


def wants_preview(request: PersonRequest) -> bool:
    """The button that shows the text as it will look, without saving."""
    return request.POST.get("step") == "preview"


def preview_of(request: PersonRequest, form: ItemForm, item: Item | None = None) -> dict[str, Any]:
    """For the form's page: what was typed as it will look, and what is wrong with it; nothing of it is saved."""
    form.is_valid()
    return {"preview": _sketch(request, item)}


def _sketch(request: PersonRequest, item: Item | None) -> queries.Sketch:
    return queries.sketch(
        request.POST.get("body", ""),
        request.POST.get("resources", ""),
        language=request.POST.get("language", "")[:10],
        user=request.user,
        item=item,
    )


@require_POST
@for_writers
def live_preview(request: PersonRequest) -> HttpResponse:
    """The texts of a form as they will look, for the page that is being written on; `item` names the one it is about."""
    oid = request.POST.get("item", "")
    item = Item.objects.writable_by(request.user).filter(oid=oid).first() if oid else None
    return render(request, "news/edit/_preview.html", {"preview": _sketch(request, item)})


@require_safe
@for_writers
def preview(request: PersonRequest, oid: str) -> HttpResponse:
    """The whole page as it will look."""
    item = readable(request.user, oid)
    shown = queries.with_parts(Item.objects.read_along_by(request.user)).get(pk=item.pk)
    context = {
        **head(request, item, "preview"),
        "content": queries.reading(shown, clock.now()),
    }
    return render(request, "news/edit/preview.html", context)


@require_http_methods(["GET", "POST"])
@for_writers
def file(request: PersonRequest, oid: str) -> HttpResponse:
    """The document of a publication: sent, replaced or taken away."""
    item = writable(request.user, oid)
    if "file" not in item.of_kind.fields:
        raise Http404
    proposes = _proposes(request, item)
    page: dict[str, Any] = {
        **head(request, item, "file"),
        "proposes": proposes,
        "form": FileForm(),
        "file": item.file,
    }
    if request.method == "GET":
        return render(request, "news/edit/file.html", page)
    form = FileForm(request.POST, request.FILES)
    page["form"] = form
    if "remove" not in request.POST and not form.is_valid():
        return render(request, "news/edit/file.html", page, status=422)
    now = clock.now()
    try:
        stored = None
        if "remove" not in request.POST:
            stored = services.keep_file(item=item, checked=form.cleaned_data["file"], now=now)
        _point_to_file(request, item, stored.pk if stored is not None else None, proposes=proposes)
    except services.Incomplete as incomplete:
        page["refusal"] = incomplete
        page["reasons"] = incomplete.reasons
        return render(request, "news/edit/file.html", page, status=incomplete.status)
    except Refused as refusal:
        page["refusal"] = refusal
        return render(request, "news/edit/file.html", page, status=refusal.status)
    messages.success(
        request, _("Your changes are with the editors.") if proposes else _("The file is saved.")
    )
    return redirect("news:edit_item", item.oid)


def _point_to_file(request: PersonRequest, item: Item, file: int | None, *, proposes: bool) -> None:
    now = clock.now()
    if proposes:
        pending = pending_of(item)
        services.propose(
            item=item,
            content={"file": file},
            base=item.version,
            seen=pending.version if pending is not None else 0,
            actor=request.user,
            now=now,
        )
    else:
        services.save_item(
            item=item, content={"file": file}, seen=item.version, actor=request.user, now=now
        )


@require_http_methods(["GET", "POST"])
@for_writers
def address(request: PersonRequest, oid: str) -> HttpResponse:
    """The last part of the address, which editors may choose until it is public."""
    item = writable(request.user, oid)
    if not policies.edits_news(request.user):
        raise Http404
    page = head(request, item, "overview")
    form = AddressForm(request.POST or None, initial={"slug": item.slug})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.change_address(
                    item=item,
                    slug=form.cleaned_data["slug"],
                    actor=request.user,
                    now=clock.now(),
                )
            except Refused as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("The address is changed."))
                return redirect("news:edit_item", item.oid)
    return render(request, "news/edit/address.html", {**page, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@for_writers
def delete(request: PersonRequest, oid: str) -> HttpResponse:
    """Asks first."""
    item = writable(request.user, oid)
    page = head(request, item, "overview")
    if request.method == "GET":
        return render(request, "news/edit/delete.html", page)
    try:
        services.delete_draft(item=item, actor=request.user, now=clock.now())
    except Refused as refusal:
        page["refusal"] = refusal
        return render(request, "news/edit/delete.html", page, status=refusal.status)
    messages.success(request, _("The draft is deleted."))
    return redirect("news:desk")
