"""Two factors at every staff sign-in: the phone's codes, the recovery codes, and what each lets in.

All of it through the site's own pages and middleware: nothing here is signed in by force with both.
"""

import re
from base64 import b32decode, b32encode

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils.html import escape

from clinic_site import second_factor
from clinic_site.models import AuthenticatorApp, RecoveryCode, SignInLink

from . import factories as make
from .signing_in import KEY, both_factors, code_of, one_factor, phone_of, write

pytestmark = pytest.mark.django_db
PASSWORD = "eleven grey needles"
HOME, CODE, PHONE = "/admin/", "/admin/second-factor/", "/admin/second-factor/phone/"
CODES, REMOVE = "/admin/second-factor/recovery-codes/", "/admin/second-factor/remove/"
LOGIN = "/admin/login/"


@pytest.fixture
def rosa(db: None) -> User:
    return make.make_user("rosa", group="Owner", password=PASSWORD)


def by_password(client: Client, next_page: str = HOME) -> str:
    """Where it leads, followed to its end."""
    fields = {"username": "rosa", "password": PASSWORD, "next": next_page}
    response = client.post(LOGIN, fields, follow=True)
    return str(response.redirect_chain[-1][0])


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def filled_in(page: str) -> tuple[str, str]:
    """The signed key and the key of the page that sets up a phone."""
    signed = re.search(r'name="signed_key" value="([^"]+)"', page)
    shown = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    assert signed
    assert shown
    return signed[1], b32decode(shown[1].replace(" ", "")).hex()


def set_up(client: Client) -> str:
    """A phone, as a person does it. Its key."""
    signed, key = filled_in(client.get(PHONE).content.decode())
    response = client.post(PHONE, {"signed_key": signed, "code": code_of(key)})
    assert response["Location"] == f"{CODES}?next=/admin/", response.content.decode()
    return key


def recovery_codes(client: Client) -> list[str]:
    return re.findall(r'<code class="key">([a-z2-7-]+)</code>', client.post(CODES).content.decode())


def test_the_phone_that_shows_the_page_can_take_the_key(client: Client, rosa: User) -> None:
    by_password(client)
    page = client.get(PHONE).content.decode()
    key = b32encode(bytes.fromhex(filled_in(page)[1])).decode()
    assert re.search(rf'href="otpauth://totp/[^"]+secret={key}&amp;', page)


def test_a_password_leads_to_the_code_and_the_code_to_the_page(client: Client, rosa: User) -> None:
    phone_of(rosa)
    assert by_password(client, "/desk/") == f"{CODE}?next=/desk/"
    assert not is_in(client)
    response = client.post(CODE, {"code": code_of(KEY), "next": "/desk/"})
    assert response["Location"] == "/desk/"
    assert is_in(client)


def test_a_code_works_once(client: Client, rosa: User) -> None:
    phone_of(rosa)
    code = code_of(KEY)
    by_password(client)
    client.post(CODE, {"code": code})
    assert is_in(client)
    other = Client()
    by_password(other)
    page = other.post(CODE, {"code": code}).content.decode()
    assert "it was used before" in page
    assert code not in page
    assert not is_in(other)
    other.post(CODE, {"code": code_of(KEY, steps=1)})
    assert is_in(other)


@pytest.mark.parametrize("typed", ["", "12345", "not digits", "٠١٢٣٤٥", "1" * 41])
def test_a_wrong_code_is_refused_with_a_sentence(client: Client, rosa: User, typed: str) -> None:
    phone_of(rosa)
    by_password(client)
    response = client.post(CODE, {"code": typed})
    assert response.status_code == 200
    assert "You are not signed in yet".casefold() in response.content.decode().casefold()
    assert not is_in(client)


def test_nobody_uses_another_persons_phone(client: Client, rosa: User) -> None:
    other = second_factor.new_app(make.make_user("other"), "7f" * 20)
    other.save()
    phone_of(rosa)
    by_password(client)
    client.post(CODE, {"code": code_of("7f" * 20)})
    assert not is_in(client)
    write(client, {"otp_device_id": other.persistent_id})
    assert not is_in(client)


def test_the_first_phone_is_set_up_at_the_first_sign_in(client: Client, rosa: User) -> None:
    assert by_password(client) == f"{PHONE}?next=/admin/"
    before = client.get(PHONE).content.decode()
    assert "<svg" in before
    assert not AuthenticatorApp.objects.exists()  # looking stores nothing
    set_up(client)
    assert is_in(client)


def test_a_wrong_code_keeps_the_square(client: Client, rosa: User) -> None:
    by_password(client)
    signed, key = filled_in(client.get(PHONE).content.decode())
    page = client.post(PHONE, {"signed_key": signed, "code": "000000"}).content.decode()
    assert escape("the phone is not set up yet") in page
    assert filled_in(page)[1] == key
    assert not AuthenticatorApp.objects.exists()


def test_a_key_of_somebody_else_is_not_taken(client: Client, rosa: User) -> None:
    other = Client()
    one_factor(other, make.make_user("other"))
    signed, key = filled_in(other.get(PHONE).content.decode())
    by_password(client)
    client.post(PHONE, {"signed_key": signed, "code": code_of(key)})
    assert not AuthenticatorApp.objects.exists()


def test_two_presses_set_up_one_phone(client: Client, rosa: User) -> None:
    by_password(client)
    signed, key = filled_in(client.get(PHONE).content.decode())
    for _ in range(2):
        response = client.post(PHONE, {"signed_key": signed, "code": code_of(key)})
        assert response["Location"].startswith(CODES)
    assert AuthenticatorApp.objects.get().key == key


def test_a_recovery_code_signs_in_once_and_is_stored_as_a_digest(client: Client, rosa: User) -> None:
    by_password(client)
    set_up(client)
    codes = recovery_codes(client)
    assert len(codes) == len(set(codes)) == 8
    assert codes[0] not in client.get(CODES).content.decode()
    stored = str(list(RecoveryCode.objects.values()))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    for who, works in ((Client(), True), (Client(), False)):
        by_password(who)
        who.post(CODE, {"code": f" {codes[0].upper()} "})
        assert is_in(who) == works
    assert RecoveryCode.objects.count() == 7


def test_new_recovery_codes_end_the_old_ones(client: Client, rosa: User) -> None:
    by_password(client)
    set_up(client)
    old, new = recovery_codes(client), recovery_codes(client)
    other = Client()
    by_password(other)
    other.post(CODE, {"code": old[0]})
    assert not is_in(other)
    other.post(CODE, {"code": new[0]})
    assert is_in(other)


def test_a_link_lets_whoever_lost_the_phone_set_up_another(client: Client, rosa: User) -> None:
    lost = phone_of(rosa)
    client.post(f"/admin/sign-in/{SignInLink.objects.issue(rosa)}/")
    assert not is_in(client)
    assert PHONE in client.get(CODE).content.decode()
    key = set_up(client)
    assert is_in(client)
    assert AuthenticatorApp.objects.get().key == key
    assert AuthenticatorApp.objects.get().pk != lost.pk


def test_a_password_alone_does_not(client: Client, rosa: User) -> None:
    phone_of(rosa)
    by_password(client)
    assert client.get(PHONE)["Location"].startswith(CODE)
    signed = second_factor.new_app(rosa).key
    client.post(PHONE, {"signed_key": signed, "code": code_of(signed)})
    assert AuthenticatorApp.objects.get().key == KEY


def test_another_phone_ends_every_other_sign_in(client: Client, rosa: User) -> None:
    elsewhere, somebody = Client(), Client()
    both_factors(elsewhere, rosa)
    both_factors(somebody, make.make_user("somebody"))
    both_factors(client, rosa)
    set_up(client)
    assert is_in(client)
    assert is_in(somebody)
    assert elsewhere.get(HOME)["Location"].startswith(LOGIN)


def test_who_removes_the_phone_sets_up_another_before_anything_else(client: Client, rosa: User) -> None:
    both_factors(client, rosa)
    assert client.get(REMOVE).status_code == 405
    assert client.post(REMOVE)["Location"] == PHONE
    assert client.get("/admin/auth/user/")["Location"].startswith(CODE)
    set_up(client)
    assert is_in(client)


def test_the_key_is_sealed_in_the_database(rosa: User) -> None:
    phone_of(rosa)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM clinic_site_authenticatorapp")
        assert KEY not in str(cursor.fetchall())


def test_a_code_of_a_phone_whose_clock_is_a_little_off_is_taken(client: Client, rosa: User) -> None:
    phone_of(rosa)
    with time_machine.travel("2037-03-04T12:00:00Z", tick=False):
        by_password(client)
        client.post(CODE, {"code": code_of(KEY, steps=-2)})
        assert not is_in(client)
        client.post(CODE, {"code": code_of(KEY, steps=-1)})
        assert is_in(client)


def test_guesses_are_held_back_and_a_link_still_works(client: Client, rosa: User) -> None:
    phone_of(rosa)
    by_password(client)
    for _ in range(10):
        assert client.post(CODE, {"code": "000000"}).status_code == 200
    assert client.post(CODE, {"code": code_of(KEY)}).status_code == 429
    owner = Client(REMOTE_ADDR="192.0.2.7")
    by_password(owner)
    owner.post(CODE, {"code": code_of(KEY)})
    assert is_in(owner)
    by_link = Client()
    by_link.post(f"/admin/sign-in/{SignInLink.objects.issue(rosa)}/")
    set_up(by_link)
    assert is_in(by_link)
