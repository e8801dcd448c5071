"""How long a sign-in holds, what ends it, and what a stranger learns at the door."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client

from clinic_site import staff_session
from clinic_site.models import AuditEntry

from . import factories as make
from .signing_in import KEY, code_of, one_factor_alone, phone_of, write

pytestmark = pytest.mark.django_db
PASSWORD = "eleven grey needles"
HOME, LOGIN, CODE = "/admin/", "/admin/login/", "/admin/second-factor/"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2037-03-04T13:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def rosa(db: None) -> User:
    user = make.make_user("rosa", group="Owner", password=PASSWORD)
    phone_of(user)
    return user


def sign_in(client: Client) -> None:
    client.post(LOGIN, {"username": "rosa", "password": PASSWORD, "next": HOME})
    client.post(CODE, {"code": code_of(KEY)})
    assert is_in(client)


def is_in(client: Client, address: str = HOME) -> bool:
    return client.get(address).status_code == 200


def test_it_ends_after_30_minutes_without_a_page(
    clock: time_machine.Traveller, client: Client, rosa: User
) -> None:
    sign_in(client)
    for _ in range(3):
        clock.shift(30 * 60 - 1)
        assert is_in(client, "/desk/")
    clock.shift(30 * 60)
    response = client.get("/desk/?x=1", follow=True)
    assert response.redirect_chain[0][0] == f"{LOGIN}?next=/desk/%3Fx%3D1"
    assert "signed out because nothing was done" in response.content.decode()
    assert not Session.objects.filter(session_key=client.cookies["session"].value).exists()


def test_a_page_that_is_only_open_does_not_put_its_end_off(
    clock: time_machine.Traveller, client: Client, rosa: User
) -> None:
    sign_in(client)
    for headers, is_in_then in (({}, True), ({"x-still-open": "1"}, False)):
        clock.shift(20 * 60)
        assert client.post("/admin/blog/article/draft/", {"key": "1"}, headers=headers).status_code == 200
        clock.shift(20 * 60)
        assert is_in(client) == is_in_then


def test_it_ends_after_12_hours_whatever_is_done(
    clock: time_machine.Traveller, client: Client, rosa: User
) -> None:
    sign_in(client)
    for _ in range(12 * 60 // 20 - 1):
        clock.shift(20 * 60)
        assert is_in(client)
    clock.shift(20 * 60)
    assert not is_in(client)


def test_what_is_sent_too_late_leads_back_to_its_page(
    clock: time_machine.Traveller, client: Client, rosa: User
) -> None:
    sign_in(client)
    clock.shift(31 * 60)
    page = "http://testserver/admin/offers/lead/1/change/"
    response = client.post("/admin/offers/lead/1/move/", headers={"referer": page})
    assert response["Location"] == f"{LOGIN}?next=/admin/offers/lead/1/change/"


def test_a_session_that_does_not_say_when_it_began_is_over(client: Client, rosa: User) -> None:
    one_factor_alone(client, rosa)
    write(client, {"otp_device_id": phone_of(rosa).persistent_id})
    assert not is_in(client)


def test_each_step_of_a_sign_in_has_a_new_session(client: Client, rosa: User) -> None:
    client.post(LOGIN, {"username": "rosa", "password": PASSWORD})
    first = client.cookies["session"].value
    client.post(CODE, {"code": code_of(KEY)})
    assert client.cookies["session"].value != first
    assert not Session.objects.filter(session_key=first).exists()


def test_a_page_a_second_writes_once_a_minute(
    clock: time_machine.Traveller, client: Client, rosa: User
) -> None:
    sign_in(client)
    began = client.session[staff_session.SEEN]
    clock.shift(59)
    client.get(HOME)
    assert client.session[staff_session.SEEN] == began
    clock.shift(1)
    client.get(HOME)
    assert client.session[staff_session.SEEN] == began + 60


def test_a_new_password_ends_the_other_sign_ins(client: Client, rosa: User) -> None:
    other = Client()
    other.force_login(rosa)
    client.force_login(rosa)
    new = "nine blue lanterns"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", fields).status_code == 302
    assert is_in(client)
    assert not is_in(other)


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
def test_whoever_leaves_is_out_at_once(client: Client, rosa: User, field: str) -> None:
    client.force_login(rosa)
    assert is_in(client)
    User.objects.filter(pk=rosa.pk).update(**{field: False})
    assert not is_in(client)


def test_signing_out_is_a_post_and_clears_what_the_browser_kept(client: Client, rosa: User) -> None:
    client.force_login(rosa)
    assert client.get("/admin/logout/").status_code == 405
    assert is_in(client)
    response = client.post("/admin/logout/")
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not is_in(client)


def test_one_signs_in_and_out_everywhere(client: Client, rosa: User) -> None:
    """Django says log in and log out, and the desk never did."""
    pages = [client.get("/admin/login/"), client.post("/admin/login/", {"username": "rosa"})]
    client.force_login(rosa)
    staff = [client.get(f"/admin/{page}") for page in ("", "password_change/", "password_change/done/")]
    pages += [*staff, client.post("/admin/logout/")]
    for page in pages:
        html = page.content.decode()
        assert re.findall(r"log(?:ged)?[ -]?(?:in|out)\b", re.sub(r"<[^>]*>", "", html), re.IGNORECASE) == []
        assert re.search(r"Sign (in|out)\b", html)
    assert all(page.content.decode().count(">Sign out<") == 1 for page in staff)
    assert 'value="Sign in"' in pages[0].content.decode()


def test_a_stranger_learns_nothing_of_who_works_here(
    client: Client, rosa: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words and the same work, whoever's name it is."""
    make.make_user("without", group="Editor")
    make.make_user("gone", password=PASSWORD, is_active=False)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    answers = set()
    for name in ("rosa", "nobody", "without", "gone"):
        hashed.clear()
        response = Client().post(LOGIN, {"username": name, "password": "wrong"})
        page = response.content.decode().replace(name, "")
        page = page[page.index("<form") : page.index("</form>")].split('csrfmiddlewaretoken"')[0]
        note = response.context["form"].non_field_errors()
        answers.add((response.status_code, str(note), page, len(hashed)))
    assert len(answers) == 1
    assert answers.pop()[3] == 1


def test_a_name_that_no_database_takes_is_nobodys(client: Client, rosa: User) -> None:
    assert client.post(LOGIN, {"username": "rosa\0", "password": "wrong"}).status_code == 200
    assert AuditEntry.objects.get(kind=AuditEntry.Kind.FAILED).by is None


def test_who_is_signed_in_is_held_back_from_guessing_others_too(client: Client, rosa: User) -> None:
    make.make_user("other", password=PASSWORD)
    client.force_login(rosa)
    for _ in range(10):
        assert client.post(LOGIN, {"username": "other", "password": "wrong"}).status_code == 200
    assert client.post(LOGIN, {"username": "other", "password": PASSWORD}).status_code == 429


@pytest.mark.parametrize(
    "password",
    ["short words", "ExampleAcupuncture2026!", "ada example 1", "212-555-0100 desk", "passwordpassword"],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    make.make_clinic()
    make.make_practitioner()
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["seven green needles", "x" * 40 + "y" * 60, "374915602847", "ελληνικά γράμματα"]
)
def test_any_other_long_one_is_taken(password: str) -> None:
    make.make_clinic()
    make.make_practitioner()
    validate_password(password)
