"""Template tags of the catalogue."""

from __future__ import annotations

from typing import Any

from django import template

from museumhub.kit import clock
from programmes.catalogue import organise_tabs, phases
from programmes.catalogue.call_actions import CallAction
from programmes.catalogue.models import Edition

register = template.Library()


@register.simple_tag(takes_context=True)
def call_action(context: template.Context, action: CallAction, edition: Edition) -> str:
    """The action's own template with `edition` and the names it brings."""
    if context.template is None:
        return ""
    included = context.template.engine.get_template(action.template)
    with context.push(edition=edition, **action.context):
        return included.render(context)


@register.inclusion_tag("catalogue/organise/_head.html", takes_context=True)
def organise_head(context: template.Context, edition: Edition, tab: str) -> dict[str, Any]:
    """The head of every page about an edition in the organisers' area: where one is, and the pages beside it. `tab` is the key of this one."""
    user = context["request"].user
    return {
        "edition": edition,
        "tab": tab,
        "phase": phases.phase(edition, clock.now()),
        "tabs": [
            {"label": one.label, "href": one.address(edition), "current": one.key == tab}
            for one in organise_tabs.tabs(user, edition)
        ],
    }
