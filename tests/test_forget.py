"""Erasing one person: what they told is gone from every table, and every count stays."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from clinic_site import sealed
from offers import forget
from offers.lead_keys import findable
from offers.ledger import ledger_of
from offers.models import DailyCount, Lead, LeadEvent, LeadKey, Notice
from offers.stages import NotAllowed, Stage

from . import factories as make

pytestmark = pytest.mark.django_db
WHY = "Asked for by the person."
NOW = dt.datetime(2037, 11, 22, 17, 5, tzinfo=dt.UTC)
TOLD = {
    "name": "Zanzibar Quillfeather",
    "phone": "+12125550187",
    "phone_extension": "90210",
    "email": "zanzibar@quill.example",
    "region": "canary-region",
    "note": "The canary sings on Mondays.",
}
TRAIL = {"article": "canary-article", "first_article": "canary-first", "campaign": "canary-poster"}


def make_told(**fields: object) -> Lead:
    return make.make_lead(**TOLD | fields, trail=TRAIL)


def stored(lead: Lead) -> Lead:
    return Lead.objects.get(pk=lead.pk)


def unsealed() -> str:
    """Every value of every table of the app but the totals by day and article, with what is sealed opened."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("offers_") and table != DailyCount._meta.db_table:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
                told += [opened(str(value)) for row in cursor.fetchall() for value in row]
    return "\n".join(told)


def opened(value: str) -> str:
    return sealed.unseal(value) if value.startswith("gAAAA") else value


def test_nothing_that_was_told_or_noted_is_left() -> None:
    lead = make_told()
    token, form_key, digests = (
        lead.token,
        str(lead.form_key),
        list(lead.keys.values_list("digest", flat=True)),
    )
    lead.add_event("The canary called back.", by=make.make_user())
    lead.move(Stage.LOST, by=make.make_user("rosa"), reason="cost")
    assert "canary" in unsealed()
    assert forget.erase(lead, by=None, why=WHY)

    left = unsealed().lower()
    for told in [*TOLD.values(), *TRAIL.values(), "canary", "quillfeather", token, *digests]:
        assert told.lower() not in left, told
    assert form_key not in left
    assert form_key.replace("-", "") not in left


def test_every_sealed_column_of_a_lead_is_forgotten() -> None:
    columns = {field.name for field in Lead._meta.fields if isinstance(field, sealed.SealedTextField)}
    assert columns == {*forget.TOLD, "token"}


def test_what_is_counted_stays() -> None:
    desk = make.make_user()
    with time_machine.travel(NOW, tick=False):
        lead = make_told()
        lead.move(Stage.BOOKED, by=desk)
        lead.redeem(by=desk)
    kept = (
        "offer_id",
        "code",
        "stage",
        "created_at",
        "booked_at",
        "redeemed_at",
        "redeemed_by_id",
        "came_by",
    )
    before = {name: getattr(lead, name) for name in (*kept, "takes_place", "contact_by")}
    forget.erase(lead, by=desk, why=WHY)
    assert {name: getattr(stored(lead), name) for name in before} == before


def test_the_offers_ledger_stays() -> None:
    desk = make.make_user()
    lost, used = make_told(), make.make_lead(phone="+12125550111", email="")
    lost.move(Stage.LOST, by=desk, reason="cost")
    used.redeem(by=desk)
    before, counts = ledger_of(lost.offer), list(DailyCount.objects.values_list())
    forget.erase_all([lost, used], by=desk, why=WHY)
    assert ledger_of(lost.offer) == before
    with pytest.raises(NotAllowed, match="erased"):
        used.undo_redemption(by=desk, reason="A slip.")
    assert list(DailyCount.objects.values_list()) == counts


def test_a_tombstone_says_that_when_and_by_whom() -> None:
    desk = make.make_user()
    lead = make_told()
    with time_machine.travel(NOW, tick=False):
        forget.erase(lead, by=desk, why=WHY)
    last = lead.events.last()
    assert last is not None
    assert (last.kind, last.at, last.by, last.text) == (LeadEvent.Kind.ERASED, NOW, desk, WHY)
    assert (lead.erased_at, lead.voided_at) == (NOW, NOW)
    assert [event.text for event in lead.events.all()] == ["", WHY]


def test_erasing_twice_is_erasing_once() -> None:
    lead = make_told()
    assert forget.erase(lead, by=None, why=WHY)
    at = stored(lead).erased_at
    assert not forget.erase(lead, by=None, why=WHY)
    assert stored(lead).erased_at == at
    assert lead.events.filter(kind=LeadEvent.Kind.ERASED).count() == 1


def test_erasing_is_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lead = make_told()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Lead, "add_event", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        forget.erase(lead, by=None, why=WHY)
    assert (stored(lead).name, stored(lead).erased_at) == (TOLD["name"], None)
    assert lead.keys.exists()


def test_mail_that_is_queued_is_not_sent_any_more_and_the_ledger_stays() -> None:
    lead = make_told()
    lead.notices.filter(kind=Notice.Kind.CLINIC).update(status=Notice.Status.SENT, trouble=TOLD["email"])
    forget.erase(lead, by=None, why=WHY)
    left = lead.notices.get()
    assert (left.kind, left.trouble) == (Notice.Kind.CLINIC, "")
    assert Notice.objects.send_due() == 0
    assert Notice.objects.queue_again(by=make.make_user()) == 0


def test_it_is_found_by_nothing_that_was_told() -> None:
    lead = make_told()
    sought = findable(lead)
    forget.erase(lead, by=None, why=WHY)
    assert sought
    for kind, value in sought:
        assert not Lead.objects.keyed(kind, value).exists()
    assert not LeadKey.objects.exists()
    assert lead not in Lead.objects.unanswered()


def test_the_ticket_is_gone_and_the_code_is_dead() -> None:
    desk = make.make_user()
    lead = make_told()
    token = lead.token
    forget.erase(lead, by=None, why=WHY)
    assert not Lead.objects.by_token(token).exists()
    assert not Lead.objects.by_token(stored(lead).token).exists()
    with pytest.raises(NotAllowed, match="taken back"):
        lead.redeem(by=desk)
    with pytest.raises(NotAllowed, match="erased"):
        lead.move(Stage.CONTACTED, by=desk)
    with pytest.raises(NotAllowed, match="erased"):
        lead.contact_next(dt.date(2037, 1, 5), by=desk)
    with pytest.raises(NotAllowed, match="erased"):
        lead.release(by=desk)
    with pytest.raises(NotAllowed, match="erased"):
        lead.reissue(by=desk, reason="Lost")


def test_the_same_form_sent_again_is_a_new_request() -> None:
    form = uuid.uuid4()
    lead = make_told(form_key=form)
    forget.erase(lead, by=None, why=WHY)
    again = make_told(form_key=form)
    assert again.pk != lead.pk


def test_all_of_a_person_is_found_for_any_offer_and_however_many_steps_away() -> None:
    one = make.make_lead(phone="+12125550111", email="a@example.com")
    other_offer = make.make_offer(slug="summer", is_on=False)
    two = make.make_lead(phone="", email="a@example.com", offer=other_offer)
    three = make.make_lead(phone="+12125550112", email="a@example.com", offer=other_offer)
    merged = make.make_lead(phone="+12125550113", email="")
    Lead.objects.filter(pk=merged.pk).update(merged_into=three)
    stranger = make.make_lead(phone="+12125550199", email="")
    for lead in (one, two, three, stored(merged)):
        assert list(forget.all_of_the_person(lead)) == [one, two, three, merged]
    assert list(forget.all_of_the_person(stranger)) == [stranger]
    assert forget.erase_all(forget.all_of_the_person(one), by=None, why=WHY) == 4
    assert list(forget.all_of_the_person(stored(one))) == []


def test_erasing_does_not_give_a_second_discount() -> None:
    """Invariant 2, for a code of before and one of after."""
    desk = make.make_user()
    first, second = make_told(), make_told(note="Once more.")
    first.redeem(by=desk)
    forget.erase(first, by=desk, why=WHY)
    assert stored(second).voided_at
    for other in (stored(second), make_told(note="And again.")):
        with pytest.raises(NotAllowed, match="Already used"):
            other.redeem(by=desk)
        with pytest.raises(NotAllowed, match="Already used"):
            other.reissue(by=desk, reason="They asked.")
    assert stored(second).name == TOLD["name"]
    assert stored(first).redeemed_at is not None


def test_who_used_no_discount_keeps_the_other_codes() -> None:
    first, second = make_told(), make_told(note="Once more.")
    forget.erase(first, by=None, why=WHY)
    stored(second).redeem(by=make.make_user())


def test_a_ticket_of_an_erased_request_is_not_found(client: Client) -> None:
    lead = make_told()
    address = lead.get_absolute_url()
    assert client.get(address).status_code == 200
    forget.erase(lead, by=None, why=WHY)
    assert client.get(address).status_code == 404
    assert client.get(reverse("claimed", args=[lead.offer.slug, stored(lead).token])).status_code == 404
