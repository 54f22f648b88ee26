"""References to a row of any room as text: `app_label.model:pk`. Lower rooms use them where a foreign key would point up."""

from __future__ import annotations

from django.apps import apps
from django.db import models


def reference(thing: models.Model) -> str:
    """`applications.application:17` for a saved row."""
    return f"{thing._meta.label_lower}:{thing.pk}"


def dereference(text: str) -> models.Model | None:
    """The row behind a reference, or None where it is gone or was never one."""
    label, _, pk = text.partition(":")
    try:
        model: type[models.Model] = apps.get_model(label)
        return model._default_manager.filter(pk=pk).first()
    except (LookupError, ValueError, OverflowError):
        return None
