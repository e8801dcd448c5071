"""What stands between the shared advice and its publication, in sentences an editor can act on."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from .advice import AfterStep, CareAdvice, StandingText
from .advice_editions import Content, keys_in, texts_of
from .checks import typed_facts
from .editions import Edition
from .sources import Source
from .topics import Condition, Region


def missing_advice(content: Content) -> list[str]:
    """Why `content` (from `freeze_advice()`) cannot be published. Empty when it can."""
    return [*_parts(content), *_emergencies(content), *_sources(content)]


def _parts(content: Content) -> Iterator[str]:
    for place in StandingText.Place:
        if place.value not in content["standing"]:
            yield f"Write the standing text: {place.label}."
    if not content["cautions"]:
        yield "Add at least one caution: who should talk to us first."
    levels = {row["level"] for row in content["after"] if not row["conditions"]}
    for level in AfterStep.Level:
        if level.value not in levels:
            yield f"Add a step after treatment for every article that says: {level.label}."
    if not content["harms"]:
        yield "Add at least one harm with its count."
    yield from typed_facts("\n".join(texts_of(content)))


def _emergencies(content: Content) -> Iterator[str]:
    for condition in without_emergency_advice(content):
        yield f"{condition}: pain there can be an emergency, so its public articles need emergency advice."


def without_emergency_advice(content: Content) -> list[Condition]:
    """Conditions that lack it though they have public articles, or coming ones, that need it.

    An article needs it when pain in one of its own regions, or of its condition's, can be an emergency. Only the
    editions of conditions that lack it are looked at, and of each no more than until one needs it.
    """
    lacking = [row.pk for row in Condition.objects.all() if not _has_emergency(content, row.slug)]
    urgent = Region.objects.filter(emergency_advice=True)
    shown = Edition.objects.live_or_coming().filter(condition=OuterRef("pk"))
    own = Edition.regions.through._default_manager.filter(edition=OuterRef("pk"), region__in=urgent)
    of_condition = Condition.objects.filter(pk=OuterRef("condition"), regions__in=urgent)
    needing = shown.filter(Exists(own) | Exists(of_condition))
    return list(Condition.objects.filter(Exists(needing), pk__in=lacking).order_by("name"))


def _has_emergency(content: Content, slug: str) -> bool:
    cards = content["care"].get(slug, {}).get("cards", [])
    return any(card["level"] == CareAdvice.Level.EMERGENCY for card in cards)


def _sources(content: Content) -> Iterator[str]:
    for key in sorted(keys_in(content) - set(content["sources"])):
        known = Source.objects.filter(key=key).exists()
        yield (
            f"Nobody has checked the source [{key}] yet." if known else f"There is no source called [{key}]."
        )
