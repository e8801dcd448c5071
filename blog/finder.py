"""Where do you feel it: pages that may fit three answers, and the warning signs before them.

It ranks pages and names no illness. The warning signs are those of everything that we know of in that part of the
body, whatever else was answered.
"""

from dataclasses import dataclass
from typing import Any

from django import forms

from clinic_site import facts

from .advice import CareAdvice
from .advice_editions import AdviceEdition, Content
from .index import Entry, index
from .topics import Condition, Feeling, Region, Trigger, lines

MOST_SHOWN = 3  # articles of one condition
WARNINGS = (CareAdvice.Level.EMERGENCY, CareAdvice.Level.URGENT)
NOT_SURE = ("", "Not sure")


class FinderForm(forms.Form):
    region = forms.ChoiceField(
        label="Where do you feel it?",
        error_messages={
            "required": "Choose where you feel it.",
            "invalid_choice": "Choose where you feel it from the list.",
        },
    )
    feeling = forms.ChoiceField(
        label="What does it feel like?", choices=[NOT_SURE, *Feeling.choices], required=False
    )
    trigger = forms.ChoiceField(
        label="What sets it off?", choices=[NOT_SURE, *Trigger.choices], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)
        rows: list[Region] = facts.fact("regions") or []
        region.choices = [("", "Choose a part of the body"), *((row.slug, row.name) for row in rows)]


@dataclass(frozen=True)
class Match:
    condition: Condition
    articles: list[Entry]
    shared: list[str]  # the answers that it has in common


def matches(region: str, feeling: str = "", trigger: str = "") -> list[Match]:
    """Conditions of a region that an article is about; those that share most answers first, then by name."""
    articles = index().by_condition
    found = [
        Match(row, articles[row.slug][:MOST_SHOWN], _shared(row, feeling, trigger))
        for row in Condition.objects.filter(regions__slug=region, slug__in=articles)
    ]
    return sorted(found, key=lambda match: (-len(match.shared), match.condition.name))


def _shared(condition: Condition, feeling: str, trigger: str) -> list[str]:
    feels = [Feeling(feeling).label] if feeling in lines(condition.feels_like) else []
    return feels + ([Trigger(trigger).label] if trigger in lines(condition.set_off_by) else [])


def warning_signs(region: str) -> list[Content]:
    """One card for each level, with the signs of all conditions of a region, each said once."""
    advice: AdviceEdition | None = facts.fact("advice")
    slugs = Condition.objects.filter(regions__slug=region).values_list("slug", flat=True)
    cards = [card for slug in slugs for card in (advice.care_of(slug) if advice else [])]
    found = []
    for level in WARNINGS:
        same = [card for card in cards if card["level"] == level]
        if same:
            items = list(dict.fromkeys(item for card in same for item in card["items"]))
            found.append({"level": level.value, "heading": same[0]["heading"], "items": items})
    return found
