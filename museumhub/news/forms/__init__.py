"""Forms of the news."""

from museumhub.news.forms.acts import (
    ActForm,
    AddressForm,
    CommentForm,
    EditorForm,
    FileForm,
    ReasonForm,
    ScheduleForm,
    TextForm,
)
from museumhub.news.forms.desk import DeskFilterForm, QueueFilterForm
from museumhub.news.forms.items import ItemForm

__all__ = [
    "ActForm",
    "AddressForm",
    "CommentForm",
    "DeskFilterForm",
    "EditorForm",
    "FileForm",
    "ItemForm",
    "QueueFilterForm",
    "ReasonForm",
    "ScheduleForm",
    "TextForm",
]
