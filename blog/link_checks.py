"""What the last look at every link found, kept so that staff see it beside the article (links.py asks)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from django.db import models, transaction
from django.utils import timezone

LONGEST = 500  # characters of an address


class State(IntEnum):
    """In the order in which somebody has to look at them."""

    DEAD = 0
    UNSURE = 1
    FINE = 2


@dataclass(frozen=True)
class Answer:
    state: State
    words: str


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    @transaction.atomic
    def keep(self, answers: Mapping[str, Answer]) -> None:
        """In the place of all that was kept before."""
        self.all().delete()
        now = timezone.now()
        self.bulk_create(
            LinkCheck(address=address, state=answer.state, words=answer.words[:200], at=now)
            for address, answer in answers.items()
            if len(address) <= LONGEST
        )


class LinkCheck(models.Model):
    address = models.CharField(max_length=LONGEST, unique=True)
    state = models.PositiveSmallIntegerField(choices=[(state.value, state.name) for state in State])
    words = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.address}: {self.words}"
