"""What the front desk does on a lead's page besides calling: codes, and who may do it."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from clinic_site.groups import EDITOR, FRONT_DESK
from offers.models import Lead, LeadView

from . import factories as make
from .desk_pages import LEADS, page_of, read, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> User:
    make.make_clinic()
    make.make_offer()
    user = make.make_user(group=FRONT_DESK, first_name="Rosa", last_name="Diaz")
    client.force_login(user)
    return user


def test_the_code_is_taken_back_and_given_anew_with_a_reason(client: Client, desk: User) -> None:
    lead = make.make_lead()
    old = lead.code_text
    assert "Say why" in said(client, f"{LEADS}{lead.pk}/void/", reason="  ")
    assert "taken back" in said(client, f"{LEADS}{lead.pk}/void/", reason="Sent to the wrong person")
    page = read(client, page_of(lead))
    assert "Taken back" in page
    assert f'href="{LEADS}{lead.pk}/redeem/"' not in page
    assert "This code was taken back." in said(client, f"{LEADS}{lead.pk}/redeem/")
    assert "new code" in said(client, f"{LEADS}{lead.pk}/reissue/", reason="Lost it")
    lead.refresh_from_db()
    assert lead.code_text != old
    assert lead.events.filter(by=desk, kind="code").count() == 2


def test_a_redemption_is_undone_with_a_reason(client: Client, desk: User) -> None:
    lead = make.make_lead()
    lead.redeem(by=desk)
    url = f"{LEADS}{lead.pk}/undo/"
    assert "Undo the redemption" in read(client, page_of(lead))
    assert "Say why" in said(client, url, reason="")
    assert said(client, url, reason="Wrong person") == "The redemption is undone."
    lead.refresh_from_db()
    assert lead.redeemed_at is None


def test_asking_to_redeem_names_the_person_and_leaves_a_line(client: Client, desk: User) -> None:
    lead = make.make_lead()
    assert lead.name in read(client, f"{LEADS}{lead.pk}/redeem/")
    assert LeadView.objects.get(lead=lead).by == desk


CHANGES = ("next-contact", "undo", "void", "reissue", "merge", "unmerge", "two-people")


def test_who_may_only_look_changes_nothing(client: Client, desk: User) -> None:
    lead = make.make_lead(doubts=["odd"])
    looks = make.make_user("looks")
    looks.user_permissions.set(Permission.objects.filter(codename="view_lead"))
    client.force_login(looks)
    for what in CHANGES:
        assert client.post(f"{LEADS}{lead.pk}/{what}/", {"reason": "x"}).status_code == 403, what
    assert client.post(f"{LEADS}release/", {"lead": lead.pk}).status_code == 403
    for url in ("by-phone/", "doubles/", f"{lead.pk}/doubles/", f"{lead.pk}/code/"):
        assert client.get(LEADS + url).status_code == 403, url
    assert 'name="lead"' not in read(client, f"{LEADS}?tab=set_aside")
    for name in ("by-phone", "doubles"):
        assert f"{LEADS}{name}/" not in read(client, LEADS)
    lead.refresh_from_db()
    assert (lead.stage, lead.events.count()) == (Lead.Stage.SET_ASIDE, 1)


@pytest.mark.parametrize("group", [EDITOR, ""])
def test_others_of_the_staff_and_strangers_get_nowhere(client: Client, desk: User, group: str) -> None:
    lead = make.make_lead()
    client.force_login(make.make_user("other", group=group))
    paths = ["", "by-phone/", "doubles/", f"{lead.pk}/doubles/", f"{lead.pk}/code/", f"{lead.pk}/reach/call/"]
    assert [client.get(LEADS + path).status_code for path in paths] == [403] * len(paths)
    assert client.post(LEADS, {"find": lead.code}).status_code == 403
    client.logout()
    for path in paths:
        assert client.get(LEADS + path)["Location"].startswith("/admin/login/")
    assert not LeadView.objects.exists()


def test_every_change_is_a_post(client: Client, desk: User) -> None:
    lead = make.make_lead()
    for what in CHANGES:
        assert client.get(f"{LEADS}{lead.pk}/{what}/").status_code == 405
    assert client.get(f"{LEADS}release/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk)
    for what in ("", "release/", "by-phone/", *(f"{lead.pk}/{change}/" for change in CHANGES)):
        assert strict.post(LEADS + what, {"reason": "x", "find": "x"}).status_code == 403, what
