"""An owner removes the lost phone of a colleague: confirmed, written down, told, and never for oneself."""

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from clinic_site import staff_session
from clinic_site.models import AuditEntry, AuthenticatorApp, RecoverySheet, StaffMail

from . import factories as make
from .signing_in import both_factors, phone_of, write
from .test_second_factor import PASSWORD, PHONE, by_password, is_in, recovery_codes, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(client: Client) -> User:
    """A colleague with a phone and recovery codes. `client` is signed in as an owner."""
    both_factors(client, make.make_user("olga", group="Owner", email="olga@example.com"))
    return make.make_user("rosa", group="Front desk", email="rosa@example.com", password=PASSWORD)


def url(user: User) -> str:
    return f"/admin/auth/user/{user.pk}/lost-phone/"


def test_the_next_sign_in_sets_up_another(
    client: Client, rosa: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    desk = Client()
    by_password(desk)
    set_up(desk)
    recovery_codes(desk)
    assert is_in(desk)
    assert url(rosa) in client.get(f"/admin/auth/user/{rosa.pk}/change/").content.decode()
    page = client.get(url(rosa)).content.decode()
    assert "A mail tells rosa@example.com." in page
    assert AuthenticatorApp.objects.filter(user=rosa).exists()  # looking removes nothing

    for _ in range(2):  # the second press has nothing left to do
        assert client.post(url(rosa))["Location"] == f"/admin/auth/user/{rosa.pk}/change/"
    assert not AuthenticatorApp.objects.filter(user=rosa).exists()
    assert not RecoverySheet.objects.filter(user=rosa).exists()
    assert desk.get("/admin/").status_code == 302
    assert by_password(Client()) == f"{PHONE}?next=/admin/"
    lines = AuditEntry.objects.filter(what=f"phone removed of auth.user {rosa.pk}")
    assert [(line.kind, str(line.by)) for line in lines] == [("factor", "olga")]
    assert StaffMail.objects.send_due() == 1
    (mail,) = mailoutbox
    assert mail.to == ["rosa@example.com"]
    assert str(mail.body).startswith("An owner removed the lost phone of your account.")
    assert url(rosa) not in client.get(f"/admin/auth/user/{rosa.pk}/change/").content.decode()


def test_nobody_does_it_for_oneself(client: Client, rosa: User) -> None:
    olga = User.objects.get(username="olga")
    assert url(olga) not in client.get(f"/admin/auth/user/{olga.pk}/change/").content.decode()
    for response in (client.get(url(olga)), client.post(url(olga))):
        assert response["Location"] == PHONE
    assert AuthenticatorApp.objects.filter(user=olga).exists()


def test_an_owner_takes_nothing_off_whoever_may_do_everything(client: Client, rosa: User) -> None:
    root = make.make_user("root", is_superuser=True)
    phone_of(root)
    assert client.post(url(root)).status_code == 403
    assert AuthenticatorApp.objects.filter(user=root).exists()


def test_it_is_held_until_both_factors_are_shown_again(client: Client, rosa: User) -> None:
    phone_of(rosa)
    write(client, {staff_session.CONFIRMED: 0})
    assert "Is it you?" in client.post(url(rosa)).content.decode()
    assert AuthenticatorApp.objects.filter(user=rosa).exists()
