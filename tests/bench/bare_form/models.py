"""The one table of the bare site: a text column for each answer."""

from django.db import models

FIELDS = 16


class Sheet(models.Model):
    """One row for one application."""

    def __str__(self) -> str:
        return str(self.pk)


for number in range(FIELDS):
    models.TextField().contribute_to_class(Sheet, f"answer_{number}")
