"""What is said in place of an offer's form while nobody can claim it."""

from dataclasses import dataclass

from clinic_site import facts
from clinic_site.hours import date_words
from clinic_site.models import Clinic, load_clinic

from .offer import Offer

NOT_OPEN = "A code that you already have may still be good. Ask us."


@dataclass(frozen=True)
class Closing:
    """`is_over`: it does not open again by itself."""

    title: str
    words: str
    is_over: bool = True


def closing_of(offer: Offer | None) -> Closing:
    """`offer` with its places counted (Offer.count_places); None: there is no offer at all."""
    if offer is None:
        return Closing("There is no offer just now", NOT_OPEN)
    today = (load_clinic() or Clinic()).today()
    if offer.ends_on and today > offer.ends_on:
        return Closing("This offer has ended", f"Its last day was {offer.last_day_text}. {NOT_OPEN}")
    if not offer.is_on:
        return Closing("This offer is closed", NOT_OPEN)
    if offer.starts_on and today < offer.starts_on:
        return Closing(
            "This offer has not begun", f"Its first day is {date_words(offer.starts_on)}.", is_over=False
        )
    if offer.full_on == today and not offer.is_full and today != offer.ends_on:
        words = "It opens again tomorrow, just after midnight. A code that you already have stays good."
        return Closing("The places for today are taken", words, is_over=False)
    return Closing("All places are taken", NOT_OPEN)


def switched_on() -> Offer | None:
    """The offer that is meant to run, open or not, from memory."""
    return next(iter(facts.fact("offers") or []), None)
