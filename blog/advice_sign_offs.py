"""Who stands for exactly which shared advice: as with an article (sign_offs.py), a second person or one alone.

Who wrote of it is read from the log of the staff pages: each change of its rows stands there with a name.
"""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models

from .advice import AfterStep, Caution, Harm, StandingText
from .advice_editions import AdviceEdition
from .sign_offs import Signed
from .topics import Condition

ROWS = (AfterStep, Caution, Condition, Harm, StandingText)  # a condition's form holds when to get help
NOTHING_CHANGED = "[]"

# What a practitioner who works alone ticks, sentence by sentence. A sign-off keeps the sentences as they were.
ADVICE_CHECKLIST = [
    "I read all of it on this page, slowly, as a patient in pain would.",
    "I looked up every source again: each number says what its source says.",
    "For each condition the advice on when to get help is right and leaves no red flag out.",
    "Cautions and harms are told plainly, and nothing promises a result.",
]


class AdviceSignOffQuerySet(models.QuerySet["AdviceSignOff"]):
    def holding(self, fingerprint: str) -> "AdviceSignOff | None":
        """The last one, if it is for exactly this advice: any change of it drops it."""
        last = self.select_related("signed_by").order_by("-pk").first()
        return last if last and last.hash == fingerprint else None


class AdviceSignOff(Signed):
    hash = models.CharField(max_length=64, help_text="advice_editions.fingerprint of what was signed.")

    objects = AdviceSignOffQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Shared advice, signed off at {self.signed_at:%Y-%m-%d %H:%M} UTC"


def advice_writers() -> list[int]:
    """Keys of the users who changed it since it was last published, the last one first."""
    kinds = ContentType.objects.get_for_models(*ROWS).values()
    lines = LogEntry.objects.filter(content_type__in=kinds).exclude(change_message=NOTHING_CHANGED)
    if public := AdviceEdition.objects.public():
        lines = lines.filter(action_time__gt=public.published_at)
    return list(dict.fromkeys(lines.order_by("-action_time", "-pk").values_list("user_id", flat=True)))
