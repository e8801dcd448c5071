"""A lead that nobody opens: the next of the staff is told, each once, in clinic hours, until somebody does."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic_site.groups import EDITOR, FRONT_DESK, MANAGER, OWNER
from clinic_site.models import Closure, OpeningHours
from offers import recipients
from offers.escalation import tell_next
from offers.models import Lead, LeadView, Notice, Offer, Recipient

from . import factories as make
from .desk_pages import LEADS, page_of, read

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2037, 11, 23, 17, 5, tzinfo=dt.UTC)  # a Monday, 12:05 in New York
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        make.make_clinic(email="clinic@example.com")
        for weekday in range(5):
            OpeningHours.objects.create(weekday=weekday, opens=dt.time(9), closes=dt.time(17))
        make.make_offer()
        person("olga", OWNER)
        person("mara", MANAGER)
        person("fay", FRONT_DESK)
        person("eddie", EDITOR)
        yield clock


def person(name: str, group: str) -> User:
    return make.make_user(name, group=group, email=f"{name}@example.com", first_name=name.title())


def told() -> list[str]:
    """Who gets a mail now, besides the patient."""
    mail.outbox.clear()
    tell_next()
    Notice.objects.send_due()
    return [address for letter in mail.outbox for address in letter.to if address != "pat@example.com"]


def test_one_after_the_other_is_told_each_once(clock: time_machine.Traveller) -> None:
    lead = make.make_lead(name="Canary Patient", phone="+12125550177", email="")
    assert told() == ["clinic@example.com"]
    clock.shift(HOUR - dt.timedelta(minutes=1))
    assert told() == []
    clock.shift(dt.timedelta(minutes=1))
    assert told() == ["fay@example.com"]
    (letter,) = mail.outbox
    whole = f"{letter.subject} {letter.body} {letter.alternatives[0].content}"  # type: ignore[union-attr]
    assert letter.subject == f"Nobody has opened request no. {lead.pk} yet"
    assert f"http://127.0.0.1:8000{page_of(lead)}" in whole
    for personal in ("canary", "0177"):
        assert personal not in whole.lower()
    assert told() == []
    clock.shift(HOUR)
    assert told() == ["mara@example.com"]
    clock.shift(HOUR)
    assert told() == ["olga@example.com"]
    clock.shift(HOUR)
    assert told() == []
    assert "Nobody had opened it in time: Fay is told." in [event.text for event in lead.events.all()]


def test_nights_weekends_and_closures_do_not_count(clock: time_machine.Traveller) -> None:
    clock.move_to(NOW + dt.timedelta(days=4, hours=4, minutes=30))  # Friday, 16:35
    Closure.objects.create(first_day=dt.date(2037, 11, 30), last_day=dt.date(2037, 11, 30), reason="Holiday")
    make.make_lead(email="")
    assert told() == ["clinic@example.com"]
    for hours in (1, 24, 48, 71):  # the evening, the weekend, Monday afternoon
        clock.move_to(NOW + dt.timedelta(days=4, hours=4 + hours))
        assert told() == [], hours
    clock.move_to(dt.datetime(2037, 12, 1, 14, 34, tzinfo=dt.UTC))  # Tuesday, 9:34
    assert told() == []
    clock.shift(dt.timedelta(minutes=2))
    assert told() == ["fay@example.com"]


def test_whoever_opens_or_answers_it_stops_it_even_on_its_way(clock: time_machine.Traveller) -> None:
    desk = User.objects.get(username="fay")
    opened, answered, doubted, over = (make.make_lead(name=f"Patient {n}", email="") for n in range(4))
    late = make.make_lead(name="Patient 5", email="")
    told()
    LeadView.objects.note(opened, by=desk)
    answered.move(Lead.Stage.CONTACTED, by=desk)
    doubted.move(Lead.Stage.SET_ASIDE, by=desk)
    Lead.objects.filter(pk=over.pk).update(is_test=True)
    clock.shift(HOUR)
    assert tell_next() == 1
    LeadView.objects.note(late, by=desk)  # while the mail waits for the worker
    Notice.objects.send_due()
    assert late.notices.get(kind=Notice.Kind.UNOPENED).status == Notice.Status.DROPPED
    clock.shift(HOUR)
    assert told() == []


def test_the_owner_sets_who_is_told_at_once_in_which_place_and_not_at_all(
    clock: time_machine.Traveller, client: Client
) -> None:
    client.force_login(User.objects.get(username="olga"))
    rows = {"olga": ("in_turn", 1), "mara": ("at_once", 1), "fay": ("never", 1)}
    for name, (when, position) in rows.items():
        user = User.objects.get(username=name)
        fields = {"user": user.pk, "when": when, "position": position}
        assert client.post("/admin/offers/recipient/add/", fields).status_code == 302
    assert "mara@example.com" in read(client, "/admin/offers/recipient/")
    person("tess", FRONT_DESK)
    make.make_lead(email="")
    assert told() == ["clinic@example.com", "mara@example.com"]
    assert len(mail.outbox) == 1
    for name in ("olga", "tess"):
        clock.shift(HOUR)
        assert told() == [f"{name}@example.com"]
    clock.shift(HOUR)
    assert told() == []
    with pytest.raises(ValidationError, match="may not see leads"):
        Recipient(user=User.objects.get(username="eddie")).clean()


def test_whoever_may_work_leads_is_told_whatever_the_group_is_called(clock: time_machine.Traveller) -> None:
    own = Group.objects.create(name="Evening desk")
    own.permissions.set(Permission.objects.filter(codename__in=["view_lead", "work_lead"]))
    person("abe", "Evening desk")
    reader = person("rae", EDITOR)
    reader.user_permissions.set(Permission.objects.filter(codename="view_lead"))
    assert [user.username for user in recipients.in_turn()] == ["fay", "abe", "mara", "olga"]
    with pytest.raises(ValidationError, match="may not work leads"):
        Recipient(user=reader).clean()
    Recipient(user=reader, when=Recipient.When.AT_ONCE).clean()
    User.objects.get(username="abe").groups.add(Group.objects.get(name=MANAGER))
    User.objects.get(username="mara").groups.add(Group.objects.get(name=FRONT_DESK))
    with CaptureQueriesContext(connection) as queries:
        assert [user.username for user in recipients.in_turn()] == ["fay", "mara", "abe", "olga"]
    assert len(queries) <= 3


def test_whoever_has_left_is_told_no_more(clock: time_machine.Traveller) -> None:
    mara, fay = (User.objects.get(username=name) for name in ("mara", "fay"))
    twin = make.make_user("twin", group=FRONT_DESK, email="Mara@example.com")
    for user in (mara, twin):
        Recipient.objects.create(user=user, when=Recipient.When.AT_ONCE)
    make.make_lead(email="")
    assert told() == ["clinic@example.com", "mara@example.com"]  # one address once
    clock.shift(HOUR)
    tell_next()
    User.objects.filter(pk=fay.pk).update(is_active=False)  # while the mail waits for the worker
    assert told() == []
    assert Notice.objects.get(to=fay).status == Notice.Status.DROPPED

    User.objects.filter(pk=twin.pk).update(is_staff=False)
    mara.groups.clear()  # she may see no lead any more
    make.make_lead(email="", phone="+12125550178")
    assert told() == ["clinic@example.com"]


def test_the_offer_says_after_how_many_hours_and_0_is_never(clock: time_machine.Traveller) -> None:
    Offer.objects.update(open_within=3)
    make.make_lead(email="")
    told()
    clock.shift(2 * HOUR)
    assert told() == []
    Offer.objects.update(open_within=0)
    clock.shift(2 * HOUR)
    assert told() == []
    Offer.objects.update(open_within=3)
    assert told() == ["fay@example.com"]


def test_the_inbox_and_the_lead_say_who_was_told(clock: time_machine.Traveller, client: Client) -> None:
    desk = User.objects.get(username="fay")
    lead = make.make_lead(email="")
    for _ in range(2):
        clock.shift(HOUR)
        tell_next()
    client.force_login(desk)
    assert "Not opened in time: 2 more people told" in read(client, LEADS)
    assert "to the next of the staff: Fay" in read(client, page_of(lead))
    lead.move(Lead.Stage.CONTACTED, by=desk)
    assert "Not opened in time" not in read(client, f"{LEADS}?tab=contacted")


def test_it_is_a_chore_that_may_run_twice_at_once() -> None:
    assert settings.CHORES["offers.escalation.tell_next"] <= dt.timedelta(minutes=15)
    lead = make.make_lead(email="")
    with time_machine.travel(NOW + HOUR, tick=False):
        assert (tell_next(), tell_next()) == (1, 0)
    assert lead.notices.filter(kind=Notice.Kind.UNOPENED).count() == 1
