"""Nothing is kept longer than its class allows, and what is counted stays. The clock stands still."""

import datetime as dt
import logging
import re
from collections.abc import Callable
from io import StringIO

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from offers import retention
from offers.merging import merge
from offers.models import Consent, ExportLog, Lead, LeadEvent, Offer
from offers.retention_mail import mail_preview
from offers.stages import Stage

from . import factories as make

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 1, 15, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PAGE = "/admin/offers/lead/forgetting/"


def lead_at(at: dt.datetime, stage: str = Stage.NEW, **fields: object) -> Lead:
    """A lead of its own person that came to `stage` at `at`, and was left alone from then on."""
    with time_machine.travel(at, tick=False):
        number = Lead.objects.count()
        lead = make.make_lead(phone=f"+1212555{100 + number:04d}", email="", **fields)
        desk = make.make_user(f"desk{number}")
        if stage == Stage.REDEEMED:
            lead.redeem(by=desk)
        elif stage != lead.stage:
            lead.move(stage, by=desk, reason="cost")
    return lead


def run(at: dt.datetime) -> int:
    with time_machine.travel(at, tick=False):
        return sum(retention.run().values())


def is_kept(lead: Lead) -> bool:
    return bool(Lead.objects.get(pk=lead.pk).name)


def said(*arguments: str) -> str:
    told = StringIO()
    call_command("forget_old", *arguments, stdout=told)
    return told.getvalue()


@pytest.mark.parametrize(
    ("stage", "days"),
    [
        (Stage.NEW, 180),
        (Stage.CONTACTED, 180),
        (Stage.LOST, 180),
        (Stage.BOOKED, 30),
        (Stage.REDEEMED, 30),
        (Stage.SET_ASIDE, 30),
    ],
)
def test_each_stage_is_kept_to_the_minute(stage: str, days: int) -> None:
    lead = lead_at(START, stage)
    assert run(START + days * DAY - dt.timedelta(minutes=1)) == 0
    assert is_kept(lead)
    assert run(START + days * DAY) == 1
    assert not is_kept(lead)
    assert Lead.objects.get().stage == stage


def test_a_second_run_finds_nothing() -> None:
    lead = lead_at(START)
    assert [run(START + 400 * DAY) for _ in range(2)] == [1, 0]
    assert lead.events.filter(kind=LeadEvent.Kind.ERASED).count() == 1


def test_a_note_begins_the_time_anew_but_not_after_redeeming() -> None:
    worked_on, used = lead_at(START), lead_at(START, Stage.REDEEMED)
    with time_machine.travel(START + 20 * DAY, tick=False):
        for lead in (worked_on, used):
            lead.add_event("Called back.")
    run(START + 199 * DAY)
    assert (is_kept(worked_on), is_kept(used)) == (True, False)
    run(START + 200 * DAY)
    assert not is_kept(worked_on)


def test_a_next_contact_date_keeps_it_until_then() -> None:
    lead = lead_at(START, Stage.BOOKED)
    Lead.objects.update(next_contact_on=dt.date(2026, 5, 1))
    run(dt.datetime(2026, 5, 2, 3, 59, tzinfo=dt.UTC))  # the evening of May 1 in New York
    assert is_kept(lead)
    run(dt.datetime(2026, 5, 2, 4, 0, tzinfo=dt.UTC))
    assert not is_kept(lead)


def test_a_part_of_another_request_waits_for_it() -> None:
    main = lead_at(START + 100 * DAY)
    part = lead_at(START)
    Lead.objects.filter(pk=part.pk).update(merged_into=main)
    run(START + 200 * DAY)
    assert is_kept(part)
    run(START + 300 * DAY)
    run(START + 300 * DAY)
    assert not is_kept(main)
    assert not is_kept(part)


def test_what_the_forms_own_test_left_goes_at_once() -> None:
    lead = lead_at(START)
    Lead.objects.update(is_test=True)
    assert run(START + dt.timedelta(minutes=59)) == 0
    assert run(START + dt.timedelta(hours=1)) == 1
    assert not is_kept(lead)


def test_what_somebody_picks_up_at_the_last_moment_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = lead_at(START), lead_at(START)

    def erase_and_note(lead: Lead, **_: object) -> bool:
        second.add_event("Called at the last moment.")
        return True

    monkeypatch.setattr(retention, "erase_with_parts", erase_and_note)
    assert run(START + 180 * DAY) == 1
    assert is_kept(first)


def test_logs_are_kept_for_six_years() -> None:
    user = make.make_user()
    kind = ContentType.objects.get_for_model(Lead)
    with time_machine.travel(START, tick=False):
        LogEntry.objects.create(user=user, content_type=kind, object_id="1", action_flag=CHANGE)
        ExportLog.objects.create(by=user, what="A table", rows=3)
    assert run(START + 2191 * DAY) == 0
    assert run(START + 2192 * DAY) == 3  # the export has a line in the audit trail, too
    assert not LogEntry.objects.exists()
    assert not ExportLog.objects.exists()


def test_a_clinic_may_keep_it_shorter(settings: Settings) -> None:
    lead = lead_at(START)
    settings.RETENTION_DAYS = settings.RETENTION_DAYS | {"unbooked": 7}
    run(START + 7 * DAY)
    assert not is_kept(lead)


def test_a_part_is_forgotten_with_what_it_is_part_of() -> None:
    main, part = lead_at(START, Stage.REDEEMED), lead_at(START)
    with time_machine.travel(START, tick=False):
        merge(part, main, by=make.make_user())
    assert run(START + 30 * DAY) == 1
    assert not is_kept(main)
    assert not is_kept(part)


def test_by_what_a_used_discount_is_known_goes_when_the_offer_is_over() -> None:
    lead = lead_at(START, Stage.REDEEMED)
    run(START + 30 * DAY)
    kinds = set(lead.keys.values_list("kind", flat=True))
    assert kinds == {"phone"}  # as a keyed digest, which tells no number
    last_day = (START + 40 * DAY).date()
    Offer.objects.update(ends_on=last_day, grace_days=2)
    run(START + 42 * DAY)
    assert lead.keys.exists()
    run(START + 43 * DAY)
    assert not lead.keys.exists()


def test_a_no_is_kept_as_long_as_the_yes_that_it_takes_back() -> None:
    with time_machine.travel(START, tick=False):
        yes, other = make.make_lead(), make.make_lead()
        make.agree(yes, "texts")
    with time_machine.travel(START + DAY, tick=False):
        make.agree(other, "texts", given=False, source="ticket")
    with time_machine.travel(START + 400 * DAY, tick=False):
        yes.add_event("Called.")
    run(START + 1832 * DAY)
    assert Consent.objects.filter(given=False).exists()
    assert not yes.may("text")
    run(START + 3662 * DAY)  # the last line about them says that they were forgotten
    run(START + 3663 * DAY)
    assert not Consent.objects.exists()


def test_every_number_of_days_has_a_rule(settings: Settings) -> None:
    assert {rule.name for rule in retention.RULES} - {"test", "marks"} == set(settings.RETENTION_DAYS)


def test_the_log_holds_counts_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    lead_at(START, name="Zanzibar Quillfeather")
    logging.getLogger("offers").addHandler(caplog.handler)
    with caplog.at_level("INFO"):
        run(START + 180 * DAY)
    logging.getLogger("offers").removeHandler(caplog.handler)
    told = [record.getMessage() for record in caplog.records if record.name == "offers.retention"]
    assert told == ["Forgotten: 1 of “Requests that came to no visit”."]


# The dry run


def test_the_dry_run_tells_numbers_and_changes_nothing() -> None:
    due, soon, later = lead_at(START), lead_at(START + 5 * DAY), lead_at(START + 40 * DAY)
    with time_machine.travel(START + 180 * DAY, tick=False):
        told = said("--dry-run")
    line = next(line for line in told.splitlines() if "no visit" in line)
    assert f"1 now (no. {due.pk}), 1 within 14 days, the next one on: 2026-09-02" in line
    assert all(is_kept(lead) for lead in (due, soon, later))
    assert LeadEvent.objects.filter(kind=LeadEvent.Kind.ERASED).count() == 0


def test_the_command_forgets_and_says_how_many() -> None:
    lead = lead_at(START)
    with time_machine.travel(START + 180 * DAY, tick=False):
        assert "Requests that came to no visit: 1 forgotten" in said()
    assert not is_kept(lead)


# The preview mail


def test_the_owner_hears_of_it_a_week_before_without_a_name() -> None:
    make.make_user("owner", group="Owner", email="owner@example.com")
    make.make_user("gone", group="Owner", email="gone@example.com", is_active=False)
    make.make_user("front", group="Front desk", email="front@example.com")
    lead_at(START, name="Zanzibar Quillfeather")
    lead_at(START, name="Zanzibar Quillfeather", stage=Stage.BOOKED)
    with time_machine.travel(START + 22 * DAY, tick=False):
        assert "Mailed" in said("--mail")
    (sent,) = mail.outbox
    assert sent.to == ["owner@example.com"]
    assert sent.subject == "1 request will be forgotten within 14 days"
    html = str(sent.alternatives[0][0])  # type: ignore[attr-defined]
    for body in (str(sent.body), html):
        assert "Requests that were booked: 1" in body
        assert f"http://127.0.0.1:8000{PAGE}" in body
        assert "Zanzibar" not in body
        assert "no visit" not in body
    assert Lead.objects.filter(erased_at=None).count() == 2


@pytest.mark.parametrize("weekday", range(7))
def test_a_weekly_mail_tells_of_each_request_a_week_before(weekday: int) -> None:
    make.make_user("owner", group="Owner", email="owner@example.com")
    lead_at(START)
    goes = START + 180 * DAY
    mails = [goes - (7 * week + weekday) * DAY for week in range(4, -1, -1)]
    told = []
    for at in mails:
        with time_machine.travel(at, tick=False):
            told.append((goes - at).days if mail_preview() else 0)
    assert max(told) >= 7


def test_no_mail_when_nothing_is_due() -> None:
    with time_machine.travel(START, tick=False):
        assert "no mail" in said("--mail")
    assert mail.outbox == []


def test_the_clinic_hears_of_it_while_no_owner_has_an_address() -> None:
    make.make_clinic(email="clinic@example.com")
    lead_at(START)
    with time_machine.travel(START + 180 * DAY, tick=False):
        mail_preview()
    assert mail.outbox[0].to == ["clinic@example.com"]


# The page


@pytest.fixture
def sign_in(client: Client) -> Callable[[str], Client]:
    def enter(group: str) -> Client:
        make.make_clinic()
        client.force_login(make.make_user(group.lower().replace(" ", ""), group=group))
        return client

    return enter


def test_the_page_shows_the_dry_run_and_does_nothing(sign_in: Callable[[str], Client]) -> None:
    due, soon = lead_at(START), lead_at(START + 5 * DAY)
    with time_machine.travel(START + 180 * DAY, tick=False):
        client = sign_in("Owner")
        page = client.get(PAGE).content.decode()
        assert client.post(PAGE).status_code == 405
    for lead in (due, soon):
        assert f'href="/admin/offers/lead/{lead.pk}/change/">no. {lead.pk}</a>' in page
        assert is_kept(lead)
    assert "Pat Example" not in page
    assert re.search(r"Next one on</dt><dd>Sept. 2, 2026", page)
    assert "Kept for 180 days from the last line of the timeline" in page


def test_the_front_desk_and_strangers_do_not_see_it(sign_in: Callable[[str], Client]) -> None:
    client = sign_in("Front desk")
    assert client.get(PAGE).status_code == 403
    client.logout()
    assert client.get(PAGE)["Location"].startswith("/admin/login/")
