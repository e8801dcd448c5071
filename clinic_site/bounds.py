"""What no form of the staff takes: days that no calendar reckons with, and numbers of rows that no table has."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

# Midnight after the last day there is, or before the first, is no time: nothing could be reckoned from it.
FIRST, LAST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
FAR = f"Choose a day between the years {FIRST.year} and {LAST.year}."
DAYS = [MinValueValidator(FIRST, FAR), MaxValueValidator(LAST, FAR)]
MOST_DIGITS = 18  # of a key: more do not fit into the column


def are_keys(typed: Iterable[object]) -> bool:
    """Whether a database can be asked for rows with these keys."""
    return all(str(one).isdecimal() and len(str(one)) <= MOST_DIGITS for one in typed)


class RowsField[Row: models.Model](forms.ModelMultipleChoiceField[Row]):
    """A number that is too long for a key is a choice that is not there."""

    def clean(self, value: Any) -> Any:
        if isinstance(value, list | tuple) and not are_keys(value):
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], "invalid_choice", {"value": "that"}
            )
        return super().clean(value)
