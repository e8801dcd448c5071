"""What waits for a person today, on the staff home page: a number, a sentence, a link, for whom it is meant."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic_site.errands import Errand, all_errands
from clinic_site.models import PageReport
from offers.models import Heartbeat, Lead, Notice

from . import factories as make

pytestmark = pytest.mark.django_db
HOME = "/admin/"


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic(email="clinic@example.com")
    make.make_offer(answer_within=2)
    Heartbeat.objects.create(pk=1, at=timezone.now())


def waiting() -> dict[str, int]:
    return {errand.words: errand.number for errand in all_errands()}


def came(ago: dt.timedelta, **fields: object) -> Lead:
    lead = make.make_lead(**fields)
    Lead.objects.filter(pk=lead.pk).update(created_at=timezone.now() - ago)
    return lead


def home(client: Client, group: str) -> str:
    client.force_login(make.make_user(group, group=group))
    page = client.get(HOME).content.decode()
    return page[page.index('class="errands') : page.index("staff-home__parts")]


def test_nothing_waits_where_there_is_nothing() -> None:
    assert all_errands() == []


def test_leads_are_counted_by_what_is_to_be_done() -> None:
    came(dt.timedelta(days=3))
    came(dt.timedelta(minutes=1), phone="+12125550124", email="b@example.com")
    again = came(dt.timedelta(days=9), phone="+12125550125", email="c@example.com")
    Lead.objects.filter(pk=again.pk).update(stage="contacted", next_contact_on=dt.date(2026, 1, 1))
    came(dt.timedelta(days=9), phone="+12125550126", email="d@example.com", doubts=["hidden_field"])
    Notice.objects.update(status=Notice.Status.SENT, sent_at=timezone.now())
    assert waiting() == {
        "lead is overdue for an answer": 1,
        "new lead waits for an answer": 1,
        "lead is to be contacted again": 1,
        "lead was set aside: look whether it is a person": 1,
    }


def test_mails_reviews_reports_and_alarms_are_counted() -> None:
    make.make_lead()
    Notice.objects.filter(kind=Notice.Kind.PATIENT).update(status=Notice.Status.BOUNCED)
    Notice.objects.filter(kind=Notice.Kind.CLINIC).update(status=Notice.Status.GIVEN_UP)
    today = timezone.localdate()
    for slug, days in (("late", -1), ("soon", 0)):
        day = today + dt.timedelta(days=days)
        before = day - dt.timedelta(days=365)
        make.make_edition(make.make_article(slug=slug, reviewed_on=before, next_review_on=day))
    PageReport.objects.create(page="/", words="A slip.")
    Heartbeat.objects.update(at=timezone.now() - dt.timedelta(hours=1))
    found = waiting()
    assert len(found) == 9
    assert found[next(words for words in found if "nobody has signed" in words)] == 2
    for words in ("came back", "could not be delivered", "of which no mail", "review is overdue"):
        assert [number for said, number in found.items() if words in said] == [1], words
    for words in ("due within 30 days", "reader reports", "thing is not well"):
        assert [number for said, number in found.items() if words in said] == [1], words
    late = [errand.is_late for errand in all_errands()]
    assert late == sorted(late, reverse=True)


def test_a_mail_in_vain_waits_for_nobody_once_they_have_booked() -> None:
    lead = make.make_lead()
    Notice.objects.update(status=Notice.Status.BOUNCED)
    for stage, number in ((Lead.Stage.CONTACTED, 2), (Lead.Stage.BOOKED, 0)):
        lead.move(stage, by=make.make_user(stage))
        found = [count for words, count in waiting().items() if "came back" in words]
        assert sum(found) == number, stage


def test_each_leads_to_where_it_is_done(client: Client) -> None:
    test_mails_reviews_reports_and_alarms_are_counted()
    client.force_login(make.make_user(group="Owner"))
    errands: list[Errand] = client.get(HOME).context["errands"]
    assert len(errands) == 9
    for errand in errands:
        assert client.get(errand.url).status_code == 200, errand


def test_each_group_sees_its_own(client: Client) -> None:
    make.make_lead()
    PageReport.objects.create(page="/", words="A slip.")
    desk, editor = home(client, "Front desk"), home(client, "Editor")
    assert "new lead waits" in desk
    assert "reader reports" not in desk
    assert "new lead waits" not in editor
    assert "reader reports" in editor
    assert "still to be filled in" in home(client, "Owner")


def test_home_takes_as_many_queries_for_many_leads(client: Client) -> None:
    def count() -> int:
        client.get(HOME)
        with CaptureQueriesContext(connection) as queries:
            client.get(HOME)
        return len(queries)

    client.force_login(make.make_user(group="Owner"))
    for number in range(5):
        make.make_lead(phone=f"+1212555011{number}", email=f"first{number}@example.com")
    before = count()
    for number in range(9):
        make.make_lead(phone=f"+1212555010{number}", email=f"{number}@example.com")
    assert count() == before
