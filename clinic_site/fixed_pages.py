"""Pages that are made of many rows and have none of their own, for the search: what they are and who wants them."""

from dataclasses import dataclass

from django.urls import reverse

from .search_index import SearchText, Weight

KIND = "fixed"


@dataclass(frozen=True)
class FixedPage:
    name: str  # of its address
    title: str
    line: str
    said: str  # words of patients who want this page

    @property
    def url(self) -> str:
        return reverse(self.name)

    def search_text(self) -> SearchText:
        parts = [(Weight.NAME, self.title), (Weight.LEAD, self.line), (Weight.ALIAS, self.said)]
        return SearchText(self.title, parts)


FIXED_PAGES = [
    FixedPage(
        "prices",
        "Prices",
        "What a visit costs, and the offer for new patients.",
        "price cost costs fee fees charge rate money pay payment expensive cheap affordable discount coupon deal"
        " offer promotion special insurance",
    ),
    FixedPage(
        "contact",
        "Contact",
        "Phone, address, opening hours, and how to get here.",
        "phone number call text email mail address location map directions subway parking hours open closed today"
        " appointment book booking schedule reschedule cancel near where",
    ),
    FixedPage(
        "conditions",
        "Conditions",
        "By part of the body, with a map, and from A to Z.",
        "body map where hurts treat treatments list symptoms",
    ),
    FixedPage(
        "muscles", "Muscles", "By part of the body, and from A to Z.", "muscle library chart list anatomy"
    ),
    FixedPage(
        "article_list",
        "Articles",
        "With their sources and the date of their last review.",
        "blog articles read",
    ),
]
