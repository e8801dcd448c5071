"""The shared advice as the public sees it: all of it, frozen when somebody publishes it.

Every article prints the newest edition of the advice beside its own text, so that a sign that is added to a
condition stands on all its pages at once, was signed by somebody, and can be looked up later.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from .advice import AfterStep, CareAdvice, Caution, Harm, StandingText
from .immutable import FrozenQuerySet, FrozenRow
from .sources import Source
from .topics import Condition

Content = dict[str, Any]
KEYS = re.compile(r"\[([a-z][a-z0-9-]*)\]")
FOR_ALL = ""  # the key of what stands on every article, among the conditions' slugs


class AdviceQuerySet(FrozenQuerySet["AdviceEdition"]):
    def public(self) -> "AdviceEdition | None":
        return self.order_by("-number").first()

    def as_of(self, moment: dt.datetime) -> "AdviceEdition | None":
        """What stood on the pages at `moment`; the first one, for whatever is older than all of them."""
        return self.filter(published_at__lte=moment).public() or self.order_by("number").first()


class AdviceEdition(FrozenRow):
    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    hash = models.CharField(max_length=64)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(default=timezone.now)
    change_note = models.CharField(max_length=200, blank=True, default="")
    sign_off = models.ForeignKey(
        "blog.AdviceSignOff", null=True, on_delete=models.PROTECT, related_name="editions"
    )  # None: starter content, or published before the advice was signed off

    objects = AdviceQuerySet.as_manager()  # type: ignore[misc]  # narrower than a row's

    class Meta:
        ordering = ["-number"]
        verbose_name = "edition of the advice"
        verbose_name_plural = "editions of the advice"

    def __str__(self) -> str:
        return f"Shared advice, edition {self.number}"

    def care_of(self, condition: str) -> list[Content]:
        """The cards of a condition's slug, most pressing first."""
        return list(self.content["care"].get(condition, {}).get("cards", []))

    def has_emergency(self, condition: str) -> bool:
        return any(card["level"] == CareAdvice.Level.EMERGENCY for card in self.care_of(condition))

    def rows(self, part: str, condition: str) -> list[Content]:
        """Cautions, steps or harms that stand on the articles of a condition's slug."""
        return [row for row in self.content[part] if not row["conditions"] or condition in row["conditions"]]

    def changed_at(self, condition: str) -> dt.datetime:
        """When what stands on the articles of a condition's slug last changed."""
        changed = self.content["changed_at"]
        return max(dt.datetime.fromisoformat(changed[key]) for key in {FOR_ALL, condition} & set(changed))


def freeze_advice() -> Content:
    """All working rows as plain data, short names of sources still in the texts."""
    conditions = Condition.objects.select_related("advice_reviewer").prefetch_related("care_advice")
    content: Content = {
        "care": {row.slug: _care(row) for row in conditions.order_by("slug") if row.care_advice.all()},
        "cautions": [
            {"kind": row.kind, "who": row.who, "reason": row.reason, "conditions": _slugs(row)}
            for row in Caution.objects.prefetch_related("conditions")
        ],
        "after": [
            {"level": row.level, "when": row.when, "what": row.what, "conditions": _slugs(row)}
            for row in AfterStep.objects.prefetch_related("conditions")
        ],
        "harms": [
            {
                "what": row.what,
                "in_100": row.in_100(),
                "count": row.count(),
                "note": row.note,
                "conditions": _slugs(row),
            }
            for row in Harm.objects.prefetch_related("conditions")
        ],
        "standing": {
            row.place: {"heading": row.heading, "text": row.text} for row in StandingText.objects.all()
        },
    }
    sources = Source.objects.filter(key__in=keys_in(content), checked_on__isnull=False).order_by("key")
    content["sources"] = {
        row.key: {"text_html": str(row.reference()), "links": row.links()} for row in sources
    }
    return content


def _care(condition: Condition) -> Content:
    order = CareAdvice.Level.values
    cards = sorted(condition.care_advice.all(), key=lambda row: order.index(row.level))
    reviewer, day = condition.advice_reviewer, condition.advice_reviewed_on
    return {
        "cards": [{"level": row.level, "heading": row.heading, "items": row.lines()} for row in cards],
        "reviewer": reviewer.name if reviewer else "",
        "reviewed_on": day.isoformat() if day else "",
    }


def _slugs(row: Caution | AfterStep | Harm) -> list[str]:
    return sorted(condition.slug for condition in row.conditions.all())


def texts_of(content: Content) -> Iterator[str]:
    """Everything that is printed of it."""
    for care in content["care"].values():
        for card in care["cards"]:
            yield from (card["heading"], *card["items"])
    for part, names in {
        "cautions": ("who", "reason"),
        "after": ("when", "what"),
        "harms": ("what", "note"),
    }.items():
        yield from (row[name] for row in content[part] for name in names)
    yield from (text for row in content["standing"].values() for text in (row["heading"], row["text"]))


def keys_in(content: Content) -> set[str]:
    return {key for text in texts_of(content) for key in KEYS.findall(text)}


def fingerprint(content: Content) -> str:
    """SHA-256 of what was signed."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def by_condition(content: Content) -> dict[str, str]:
    """A fingerprint of what stands on the pages of each condition, and of what stands on all."""
    found = {}
    for slug in {FOR_ALL, *content["care"]}:
        rows = [
            row
            for part in ("cautions", "after", "harms")
            for row in content[part]
            if (slug in row["conditions"] if slug else not row["conditions"])
        ]
        own = content["care"][slug] if slug else content["standing"]
        found[slug] = fingerprint({"own": own, "rows": rows})
    return found


def load_advice() -> AdviceEdition | None:
    return AdviceEdition.objects.public()
