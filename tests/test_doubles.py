"""Likely doubles: found, shown side by side, merged by a person, parted again; one discount all the while."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client

from clinic_site.groups import FRONT_DESK
from offers.counts import DailyCount, Kind
from offers.forget import erase
from offers.merging import are_alike, doubles_of, likely_doubles, merge, unmerge
from offers.models import Lead, LeadEvent, TwoPeople
from offers.stages import NotAllowed, Stage

from . import factories as make
from .desk_pages import LEADS, numbers, page_of, read, said, search

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> User:
    make.make_clinic()
    user = make.make_user(group=FRONT_DESK)
    client.force_login(user)
    return user


def lead(name: str, last: int, **fields: object) -> Lead:
    return make.make_lead(**{"name": name, "phone": f"+121255501{last:02d}", "email": ""} | fields)


def test_it_works(client: Client, desk: User) -> None:
    main, part = lead("Maria Lopez", 1), lead("Maria Lopes", 2)
    page = read(client, f"{LEADS}doubles/")
    assert f'href="{LEADS}{part.pk}/doubles/"' in page
    sides = read(client, f"{LEADS}{part.pk}/doubles/")
    assert "(212) 555-0101" in sides
    assert "(212) 555-0102" in sides
    assert "is part of Request" in said(client, f"{LEADS}{part.pk}/merge/", other=main.pk)

    part.refresh_from_db()
    assert part.merged_into == main
    assert [one.events.filter(kind=LeadEvent.Kind.MERGED, by=desk).count() for one in (main, part)] == [1, 1]
    assert numbers(read(client, LEADS)) == numbers(read(client, f"{LEADS}?tab=all")) == [main.pk]
    assert "was merged into this one" in read(client, page_of(main))

    assert "of its own again" in said(client, f"{LEADS}{part.pk}/unmerge/")
    assert numbers(read(client, LEADS)) == [part.pk, main.pk]
    assert [one.events.filter(kind=LeadEvent.Kind.MERGED).count() for one in (main, part)] == [2, 2]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Maria Lopez", "Maria Lopes", True),
        ("Jon Smyth", "John Smith", True),
        ("Lopez, Maria", "MARÍA LÓPEZ", True),
        ("Katherine Moor", "Catherine Moore", True),
        ("Maria Lopez", "Mario Gomez", False),
        ("Ann Lee", "Ann Park", False),
        ("Ann", "", False),
        ("李小龍", "李小龍", True),
    ],
)
def test_names_are_alike_or_not(one: str, other: str, *, alike: bool) -> None:
    assert are_alike(one, other) == alike


def test_a_shared_phone_or_mail_is_sure_and_a_name_is_a_guess() -> None:
    first = lead("Maria Lopez", 1, email="m@example.com")
    same_phone, same_mail = lead("M. L.", 1), lead("Somebody", 2, email="M+x@example.com")
    alike = lead("Maria Lopes", 3)
    lead("Maria Brown", 4)
    found = [(double.lead.pk, double.why) for double in doubles_of(first)]
    sure, guess = "the same phone or e-mail", "a name that is alike"
    assert found == [(same_mail.pk, sure), (same_phone.pk, sure), (alike.pk, guess)]
    pairs = {(pair.older.pk, pair.newer.pk): pair.why for pair in likely_doubles()}
    assert pairs == {
        (first.pk, same_phone.pk): sure,
        (first.pk, same_mail.pk): sure,
        (first.pk, alike.pk): guess,
    }


def test_other_offers_test_leads_and_merged_ones_are_no_doubles(desk: User) -> None:
    first, part = lead("Maria Lopez", 1), lead("Maria Lopez", 1)
    lead("Maria Lopez", 1, offer=make.make_offer(slug="spring", is_on=False))
    lead("Maria Lopez", 1, is_test=True)
    assert [double.lead for double in doubles_of(first)] == [part]
    merge(part, first, by=desk)
    assert doubles_of(first) == []
    assert likely_doubles() == []


@pytest.mark.parametrize("with_part", [True, False])
def test_merged_leads_are_one_discount(desk: User, *, with_part: bool) -> None:
    main, part = lead("Maria Lopez", 1), lead("Maria Lopes", 2)
    merge(part, main, by=desk)
    used, other = (part, main) if with_part else (main, part)
    used.redeem(by=desk)
    main.refresh_from_db()
    assert main.redeemed_by == desk  # whichever code was shown, the lead that stands in the lists says so
    with pytest.raises(NotAllowed, match="Already used"):
        other.redeem(by=desk)
    with pytest.raises(NotAllowed, match="Already used"):
        lead("M. Lopes", 2).redeem(by=desk)  # who shares a phone with a merged one
    assert Lead.objects.exclude(redeemed_at=None).count() == 1


def test_parted_again_they_are_two_discounts(desk: User) -> None:
    main, part = lead("Maria Lopez", 1), lead("Maria Lopes", 2)
    merge(part, main, by=desk)
    unmerge(part, by=desk)
    main.redeem(by=desk)
    Lead.objects.get(pk=part.pk).redeem(by=desk)
    assert Lead.objects.exclude(redeemed_at=None).count() == 2


def test_the_code_of_a_merged_lead_leads_to_the_one_it_is_part_of(client: Client, desk: User) -> None:
    main, part = lead("Maria Lopez", 1), lead("Maria Lopes", 2)
    merge(part, main, by=desk)
    for typed in (part.code, "0102", "Lopes"):
        assert numbers(search(client, typed)) == [main.pk], typed


def test_parts_of_parts_belong_together_and_come_back_together(desk: User) -> None:
    first, second, third = lead("Ann Lee", 1), lead("Ann Leigh", 2), lead("Anne Lee", 3)
    merge(third, second, by=desk)
    merge(second, first, by=desk)
    assert set(Lead.objects.of_the_same_person(third)) == {first, second, third}
    assert Lead.objects.get(pk=third.pk).main == first
    unmerge(second, by=desk)
    assert set(Lead.objects.real()) == {first, second}
    assert set(Lead.objects.of_the_same_person(second)) == {second, third}


def test_what_cannot_be_merged_is_refused_in_words(client: Client, desk: User) -> None:
    one, two, used, used_too = lead("A B", 1), lead("C D", 2), lead("E F", 3), lead("G H", 4)
    spring = lead("I J", 5, offer=make.make_offer(slug="spring", is_on=False))
    used.redeem(by=desk)
    used_too.redeem(by=desk)

    def merging(part: Lead, into: Lead) -> str:
        return said(client, f"{LEADS}{part.pk}/merge/", other=into.pk)

    assert "into itself" in merging(one, one)
    assert "different offers" in merging(one, spring)
    assert "Both codes have been used" in merging(used, used_too)
    assert "has been used. Merge the other one into it" in merging(used, one)
    assert "part of no other" in said(client, f"{LEADS}{one.pk}/unmerge/")
    assert "is part of" in merging(two, one)
    assert "part of another lead already" in merging(two, used)
    assert "part of another lead already" in merging(used, two)
    assert "not there" in said(client, f"{LEADS}{one.pk}/merge/", other="4711")


def test_two_that_are_one_take_one_place_of_a_capped_offer(desk: User) -> None:
    offer = make.make_offer(cap_total=5)
    main, part = lead("Maria Lopez", 1, offer=offer), lead("Maria Lopes", 2, offer=offer)
    merge(part, main, by=desk)
    assert offer.leads.filter(takes_place=True).count() == 1
    unmerge(part, by=desk)
    assert offer.leads.filter(takes_place=True).count() == 2


def test_comparing_opens_all_that_are_shown(client: Client, desk: User) -> None:
    first, other, stranger = lead("Maria Lopez", 1), lead("Maria Lopez", 2), lead("Ann Lee", 3)
    read(client, f"{LEADS}{first.pk}/doubles/")
    assert [one.views.filter(by=desk).count() for one in (first, other, stranger)] == [1, 1, 0]


def test_an_undone_redemption_frees_the_code_of_the_part(desk: User) -> None:
    main, part = lead("Maria Lopez", 1), lead("Maria Lopes", 2)
    merge(part, main, by=desk)
    part.redeem(by=desk)
    main.refresh_from_db()
    assert main.redeemed_at
    assert main.redeemed_at + dt.timedelta(hours=1) > main.created_at
    main.undo_redemption(by=desk, reason="Wrong day")
    part.redeem(by=desk)
    assert Lead.objects.get(pk=main.pk).redeemed_at


def test_two_people_are_not_asked_about_again_until_that_is_taken_back(client: Client, desk: User) -> None:
    first, other = lead("Maria Lopez", 1), lead("Maria Lopes", 2)
    path = f"{LEADS}{other.pk}/two-people/"
    client.post(path, {"other": first.pk})
    client.post(path, {"other": first.pk})
    assert likely_doubles() == []
    assert doubles_of(first) == doubles_of(other) == []
    assert [event.text for event in first.events.all()][1:] == [f"Not the same person as {other}."]
    assert [event.text for event in other.events.all()][1:] == [f"Not the same person as {first}."]
    page = read(client, f"{LEADS}{first.pk}/doubles/")
    assert f"{other}</a> is somebody else’s, said desk on" in page

    client.post(path, {"other": first.pk, "again": "1"})
    client.post(path, {"other": first.pk, "again": "1"})
    assert [double.lead for double in doubles_of(first)] == [other]
    assert len(likely_doubles()) == 1
    assert [one.events.count() for one in (first, other)] == [3, 3]
    assert "somebody else’s" not in read(client, f"{LEADS}{first.pk}/doubles/")


def test_a_third_of_the_name_is_still_asked_about(client: Client, desk: User) -> None:
    first, other, third = lead("Maria Lopez", 1), lead("Maria Lopes", 2), lead("Maria Lopez", 3)
    client.post(f"{LEADS}{first.pk}/two-people/", {"other": other.pk})
    assert [double.lead for double in doubles_of(first)] == [third]
    pairs = {(pair.older, pair.newer) for pair in likely_doubles()}
    assert pairs == {(first, third), (other, third)}


def test_two_people_with_one_phone_share_its_discount(client: Client, desk: User) -> None:
    one, other = lead("Maria Lopez", 1), lead("Jose Lopez", 1)
    assert "shares one discount" in read(client, f"{LEADS}{one.pk}/doubles/")
    client.post(f"{LEADS}{one.pk}/two-people/", {"other": other.pk})
    assert likely_doubles() == []
    one.redeem(by=desk)
    with pytest.raises(NotAllowed, match="Already used"):
        other.redeem(by=desk)


def test_whoever_merges_them_after_all_knows_better(client: Client, desk: User) -> None:
    main, part = lead("Maria Lopez", 1), lead("Maria Lopes", 2)
    TwoPeople.objects.note(main, part, by=desk)
    merge(part, main, by=desk)
    unmerge(part, by=desk)
    assert [double.lead for double in doubles_of(main)] == [part]


def test_one_lead_is_not_two_people(client: Client, desk: User) -> None:
    one = lead("Maria Lopez", 1)
    for other in (one.pk, 4711, ""):
        assert client.post(f"{LEADS}{one.pk}/two-people/", {"other": other}).status_code == 302
    assert not TwoPeople.objects.exists()


def test_a_visit_goes_with_the_code_that_was_shown_for_it(desk: User) -> None:
    main, part = lead("Maria Lopez", 1, article="neck"), lead("Maria Lopes", 2, article="hip")
    merge(part, main, by=desk)
    part.redeem(by=desk)
    unmerge(part, by=desk)
    with pytest.raises(NotAllowed, match="Already used"):
        Lead.objects.get(pk=part.pk).redeem(by=desk)
    Lead.objects.get(pk=main.pk).redeem(by=desk)
    counts = DailyCount.objects.filter(kind=Kind.REDEEMED).values_list("article", "count")
    assert dict(counts) == {"neck": 1, "hip": 1}


@pytest.mark.parametrize("stage", [Stage.LOST, Stage.SET_ASIDE])
def test_who_waits_for_an_answer_is_not_merged_out_of_sight(desk: User, stage: str) -> None:
    waits, done_with = lead("Maria Lopez", 1), lead("Maria Lopes", 2)
    done_with.move(stage, by=desk, reason="cost")
    with pytest.raises(NotAllowed, match="would leave the lists"):
        merge(waits, done_with, by=desk)
    merge(done_with, waits, by=desk)
    assert list(Lead.objects.unanswered()) == [waits]


def test_nobody_is_merged_with_what_was_erased_or_was_a_test(desk: User) -> None:
    one, erased, test = lead("Maria Lopez", 1), lead("Maria Lopes", 2), lead("Test", 3, is_test=True)
    erase(erased, by=desk, why="Asked for.")
    for other in (erased, test):
        for part, into in ((one, other), (other, one)):
            with pytest.raises(NotAllowed, match="erased, or is the form"):
                merge(part, into, by=desk)


def test_what_was_merged_into_an_erased_request_stands_for_itself_again(client: Client, desk: User) -> None:
    main, part, other = lead("Maria Lopez", 1), lead("Maria Lopes", 2), lead("M. Lopez", 3)
    for one in (part, other):
        merge(one, main, by=desk)
    main.move(Stage.BOOKED, by=desk)
    erase(main, by=None, why="Asked for.")
    part.refresh_from_db()
    other.refresh_from_db()
    assert (part.merged_into, part.stage, part.takes_place) == (None, Stage.BOOKED, True)
    assert other.merged_into == part
    for typed in (part.code, other.code, "0103"):
        assert numbers(search(client, typed)) == [part.pk], typed
    other.redeem(by=desk)
    with pytest.raises(NotAllowed, match="Already used"):
        part.redeem(by=desk)


def test_whom_an_erased_request_tied_together_have_one_discount(desk: User) -> None:
    by_phone, by_mail = lead("Maria", 1), lead("Maria", 0, phone="", email="m@example.com")
    between = lead("Maria", 1, email="m@example.com")
    erase(between, by=None, why="Asked for.")
    by_phone.redeem(by=desk)
    with pytest.raises(NotAllowed, match="Already used"):
        by_mail.redeem(by=desk)
    assert not between.keys.exists()


def test_two_who_share_nothing_themselves_are_not_said_to(client: Client, desk: User) -> None:
    one = make.make_lead(phone="+12125550111", email="")
    make.make_lead(phone="+12125550111", email="ann@example.com")
    other = make.make_lead(name="Ann", phone="", email="ann@example.com")
    page = read(client, f"{LEADS}{one.pk}/doubles/")
    assert f"{one} and {other} each share a phone or e-mail with another request" in page
    assert page.count("share the same phone or e-mail") == 1
