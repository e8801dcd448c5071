"""What patients say: nowhere without counsel, consent, disclaimer and days, and gone at once when it is taken back."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog import archive
from blog.models import ShownPage
from clinic_site.errands import all_errands
from clinic_site.models import AuditEntry, Clinic, Testimonial

from . import factories as make

pytestmark = pytest.mark.django_db
ADDRESS, WORDS, LINK = "/what-patients-say/", "Made up for a test.", 'href="/what-patients-say/"'
LIST = "/admin/clinic_site/testimonial/"
NOON = dt.datetime(2037, 6, 30, 16, tzinfo=dt.UTC)  # 12:00 in New York, summer time
FIRST, LAST = dt.date(2037, 6, 1), dt.date(2037, 6, 30)
REVIEW = {
    "testimonials_on": True,
    "testimonials_reviewed_by": "Counsel Example",
    "testimonials_reviewed_on": FIRST,
}


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[time_machine.Traveller]:
    """It stands at NOON of the last day of what a test makes; counsel has agreed, and it is switched on."""
    with time_machine.travel(NOON, tick=False) as clock:
        make.make_clinic(**REVIEW)
        yield clock


def made_up(**fields: Any) -> Testimonial:
    """Not stored yet."""
    whole = {"words": WORDS, "name": "Pat Example", "signed_on": FIRST, "signed_paper": "Folder 3"}
    return Testimonial(**whole | {"consent_use": "This site", "shown_from": FIRST, "last_day": LAST} | fields)


def put(**fields: Any) -> Testimonial:
    row = made_up(**fields)
    row.full_clean()
    row.save()
    return row


def typed(client: Client, url: str) -> dict[str, Any]:
    form = client.get(url).context["adminform"].form
    return {field.html_name: field.value() or "" for field in form}


def is_live(client: Client) -> bool:
    """Whether everything that leads to the page says the same."""
    told = {
        client.get(ADDRESS).status_code == 200,
        LINK in client.get("/").content.decode(),
        ADDRESS in client.get("/sitemap.xml").content.decode(),
        Testimonial.objects.live().exists(),
    }
    assert len(told) == 1
    return told.pop()


def ending() -> list[tuple[int, str]]:
    return [(errand.number, errand.url) for errand in all_errands() if "testimonial" in errand.words]


def test_they_are_on_one_page_under_the_disclaimer(client: Client) -> None:
    put(practitioner=make.make_practitioner())
    article = make.make_edition().get_absolute_url()
    offer = make.make_offer().get_absolute_url()
    assert is_live(client)
    page = client.get(ADDRESS).content.decode()
    assert page.index("one person’s experience") < page.index("<blockquote") < page.index(WORDS)
    assert page.index(WORDS) < page.index("Pat Example") < page.index('href="/team/ada-example/"')
    assert "Folder 3" not in page
    assert "Review" not in page
    assert "Rating" not in page
    for address in ("/", "/team/ada-example/", article, offer, "/search/?q=made+up", "/llms.txt"):
        assert WORDS not in client.get(address).content.decode(), address
    archive.keep()
    assert WORDS in ShownPage.objects.get(address=ADDRESS).html.decode()


def test_they_are_live_on_their_days_while_the_switch_is_on(
    client: Client, clock: time_machine.Traveller
) -> None:
    assert not is_live(client)
    put()
    assert is_live(client)
    midnight = NOON.replace(hour=4)  # in New York
    for moment, so in (
        (midnight.replace(day=1) - dt.timedelta(seconds=1), False),
        (midnight.replace(day=1), True),
        (midnight + dt.timedelta(hours=24, seconds=-1), True),
        (midnight + dt.timedelta(hours=24), False),
        (NOON, True),
    ):
        clock.move_to(moment, tick=False)
        assert is_live(client) is so, moment
    Clinic.objects.update(testimonials_on=False)
    assert not is_live(client)
    archive.keep()
    assert not ShownPage.objects.filter(address=ADDRESS).exists()


def test_a_consent_is_taken_back_at_once_and_for_good(client: Client) -> None:
    put()
    opened = Testimonial.objects.get()
    client.force_login(make.make_user("rosa", group="Manager"))
    change = f"{LIST}{opened.pk}/change/"
    taken_back = f"{LIST}{opened.pk}/taken-back/"
    assert taken_back in client.get(change).content.decode()
    assert client.get(taken_back).status_code == 200
    assert is_live(client)
    for _press in range(2):
        assert client.post(taken_back)["Location"] == change
        assert not is_live(client)
    assert client.get(taken_back)["Location"] == change
    assert [(entry.object_repr, entry.change_message) for entry in LogEntry.objects.all()] == [
        (f"Testimonial no. {opened.pk}", "Consent taken back.")
    ]
    told = AuditEntry.objects.values_list("kind", "by__username", "what")
    assert list(told) == [("changed", "rosa", f"clinic_site.testimonial {opened.pk}")]
    opened.save()  # from a form that was opened before
    assert not is_live(client)
    page = client.get(change).content.decode()
    assert WORDS in page
    assert 'name="_save"' not in page
    assert "June 30, 2037, noon" in page
    assert "Consent taken back on June 30, 2037" in client.get(LIST).content.decode()
    assert client.post(change, {"words": "Others."}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"signed_on": LAST + dt.timedelta(days=1)}, "signed_on", "This day is still to come"),
        ({"last_day": FIRST - dt.timedelta(days=1)}, "__all__", "The last day cannot be before the first."),
        ({"last_day": dt.date(2038, 6, 2)}, "last_day", "At most a year after the first day: June 1, 2038."),
        (
            {"shown_from": dt.date(2036, 2, 29), "last_day": dt.date(2037, 3, 1)},
            "last_day",
            "February 28, 2037",
        ),
        (
            {"words": "They cured me."},
            "words",
            "It says “cured”. It promises that the trouble is gone for good",
        ),
        ({"signed_paper": ""}, "signed_paper", "This field cannot be blank."),
    ],
)
def test_it_refuses_in_words(fields: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        made_up(**fields).full_clean()
    assert sentence in " ".join(refused.value.message_dict[field])
    made_up(last_day=dt.date(2038, 6, 1)).full_clean()


def test_it_is_switched_on_only_after_counsels_review_of_the_disclaimer(client: Client) -> None:
    Clinic.objects.update(testimonials_on=False, testimonials_reviewed_by="", testimonials_reviewed_on=None)
    client.force_login(make.make_user("olga", group="Owner"))
    url = "/admin/clinic_site/clinic/1/change/"
    switch = typed(client, url) | {"testimonials_on": "on"}
    page = client.post(url, switch).content.decode()
    assert "Write who of your counsel has reviewed it." in page
    assert "Write when your counsel has reviewed it." in page
    switch |= {"testimonials_reviewed_by": "Counsel Example", "testimonials_reviewed_on": "2037-07-01"}
    assert "This day is still to come." in client.post(url, switch).content.decode()
    switch["testimonials_reviewed_on"] = "2037-06-30"
    client.post(url, switch | {"testimonials_disclaimer": " "})
    assert not Clinic.objects.get().testimonials_on
    client.post(url, switch)
    assert Clinic.objects.get().testimonials_on
    page = client.post(url, switch | {"testimonials_disclaimer": "Others."}, follow=True).content.decode()
    assert "off until your counsel has reviewed it again" in page
    clinic = Clinic.objects.get()
    assert (clinic.testimonials_on, clinic.testimonials_reviewed_by) == (False, "")
    told = AuditEntry.objects.order_by("pk").values_list("what", flat=True)
    assert list(told) == ["testimonials switched on", "testimonials switched off"]


def test_a_disclaimer_that_is_changed_while_they_are_off_is_reviewed_again(client: Client) -> None:
    client.force_login(make.make_user("olga", group="Owner"))
    url = "/admin/clinic_site/clinic/1/change/"
    for change in ({"testimonials_on": ""}, {"testimonials_disclaimer": "Others."}):
        client.post(url, {name: value for name, value in (typed(client, url) | change).items() if value})
        assert not Clinic.objects.get().testimonials_on
    page = client.post(url, typed(client, url) | {"testimonials_on": "on"}).content.decode()
    assert "Write who of your counsel has reviewed it." in page
    assert not Clinic.objects.get().testimonials_on


def test_the_staff_are_told_before_they_end_in_a_steady_number_of_queries(
    client: Client, clock: time_machine.Traveller
) -> None:
    client.force_login(make.make_user("rosa", group="Manager"))
    counts = []
    for number in (1, 2):
        put(practitioner=make.make_practitioner(slug=f"ada-{number}"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
            Client().get(ADDRESS)
        counts.append(len(queries))
        assert ending() == [(number, LIST)]
    assert counts[0] == counts[1]
    clock.move_to(NOON - dt.timedelta(days=15), tick=False)
    assert ending() == []
