"""What is done with news: each service one act in one transaction."""

from museumhub.news.services.editors import end_editor, make_editor
from museumhub.news.services.endorsing import (
    confirm_endorsement,
    endorse_as_person,
    endorse_for_organisation,
    take_back_endorsement,
    take_back_for_organisation,
)
from museumhub.news.services.items import (
    Incomplete,
    change_address,
    create_item,
    delete_draft,
    keep_file,
    restore_revision,
    save_item,
)
from museumhub.news.services.moves import (
    add_comment,
    appear,
    ask_for_changes,
    decline_item,
    publish_item,
    reopen_item,
    schedule_item,
    submit_item,
    take_back,
    unschedule_item,
    withdraw_item,
)
from museumhub.news.services.previews import item_of_preview, preview_token
from museumhub.news.services.proposals import (
    Clash,
    accept_proposal,
    decline_proposal,
    propose,
    take_proposal_back,
)

__all__ = [
    "Clash",
    "Incomplete",
    "accept_proposal",
    "add_comment",
    "appear",
    "ask_for_changes",
    "change_address",
    "confirm_endorsement",
    "create_item",
    "decline_item",
    "decline_proposal",
    "delete_draft",
    "end_editor",
    "endorse_as_person",
    "endorse_for_organisation",
    "item_of_preview",
    "keep_file",
    "make_editor",
    "preview_token",
    "propose",
    "publish_item",
    "reopen_item",
    "restore_revision",
    "save_item",
    "schedule_item",
    "submit_item",
    "take_back",
    "take_back_endorsement",
    "take_back_for_organisation",
    "take_proposal_back",
    "unschedule_item",
    "withdraw_item",
]
