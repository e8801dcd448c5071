"""The clinic's facts and people in the staff pages, and what every staff page has in common."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client

from clinic_site.models import Clinic, Closure, Fee, OpeningHours, Page

from . import factories as make

pytestmark = pytest.mark.django_db
ADMIN = "/admin/clinic_site/"
PERSON = {"name": "Ada Example", "slug": "ada-example", "title": "Licensed acupuncturist", "position": "0"}


@pytest.fixture(autouse=True)
def owner(client: Client) -> User:
    user = make.make_user("owner", group="Owner")
    client.force_login(user)
    return user


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def typed(client: Client, url: str) -> dict[str, Any]:
    form = client.get(url).context["adminform"].form
    return {field.html_name: field.value() or "" for field in form}


def test_the_clinic_is_entered_once_and_never_deleted(client: Client) -> None:
    assert client.get(f"{ADMIN}clinic/add/").status_code == 200
    clinic = make.make_clinic()
    change = f"{ADMIN}clinic/{clinic.pk}/change/"
    assert client.get(f"{ADMIN}clinic/")["Location"] == change
    assert client.get(f"{ADMIN}clinic/add/").status_code == 403
    assert client.post(f"{ADMIN}clinic/{clinic.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "/delete/" not in read(client, change)
    assert Clinic.objects.exists()


def test_a_changed_fact_is_on_every_page_at_once(client: Client) -> None:
    clinic = make.make_clinic(name="Before Acupuncture")
    url = f"{ADMIN}clinic/{clinic.pk}/change/"
    assert "Before Acupuncture" in read(Client(), "/")
    assert client.post(url, typed(client, url) | {"name": "After Acupuncture"}).status_code == 302
    assert "After Acupuncture" in read(Client(), "/")
    assert "Before Acupuncture" not in read(Client(), "/")


def test_a_phone_number_is_shown_and_taken_as_people_write_it(client: Client) -> None:
    clinic = make.make_clinic()
    url = f"{ADMIN}clinic/{clinic.pk}/change/"
    assert 'value="(212) 555-0100"' in read(client, url)
    client.post(url, typed(client, url) | {"phone": "212.555.0199"})
    clinic.refresh_from_db()
    assert str(clinic.phone) == "+12125550199"
    assert "valid phone number" in client.post(url, typed(client, url) | {"phone": "12"}).content.decode()


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("openinghours", {"weekday": 0, "opens": "18:00", "closes": "09:00"}, "comes after the opening time"),
        ("closure", {"first_day": "2026-12-25", "last_day": "2026-12-24"}, "cannot be before the first"),
        ("fee", {"name": "First visit", "amount": "-1", "position": "0"}, "greater than or equal to 0"),
        ("practitioner", PERSON | {"slug": "a b"}, "valid “slug”"),
    ],
)
def test_a_slip_is_named_in_a_sentence(client: Client, kind: str, fields: dict[str, Any], words: str) -> None:
    assert words in client.post(f"{ADMIN}{kind}/add/", fields).content.decode()
    assert not apps.get_model("clinic_site", kind)._default_manager.exists()


def test_hours_closures_and_fees_reach_the_patients(client: Client) -> None:
    make.make_clinic()
    client.post(f"{ADMIN}openinghours/add/", {"weekday": 1, "opens": "09:00", "closes": "17:30"})
    client.post(
        f"{ADMIN}closure/add/", {"first_day": "2099-12-24", "last_day": "2099-12-31", "reason": "Rest"}
    )
    client.post(
        f"{ADMIN}fee/add/", {"name": "First visit", "amount": "180", "minutes": "60", "position": "0"}
    )
    assert (OpeningHours.objects.count(), Closure.objects.count(), Fee.objects.count()) == (1, 1, 1)
    contact = read(Client(), "/contact/")
    assert "Tuesday" in contact
    assert "Rest" in contact
    assert "$180" in read(Client(), "/prices/")


def test_plain_pages_change_but_their_addresses_stay(client: Client) -> None:
    page = Page.objects.create(slug="about", title="About", body="<p>Old.</p>")
    url = f"{ADMIN}page/{page.pk}/change/"
    assert "/about/" in read(client, url)
    fields = {"title": "About us", "slug": "elsewhere", "body": "<p>New.</p><script>1</script>"}
    assert client.post(url, typed(client, url) | fields).status_code == 302
    page.refresh_from_db()
    assert (page.slug, page.title, page.body) == ("about", "About us", "<p>New.</p>")
    assert client.get(f"{ADMIN}page/add/").status_code == 403
    assert client.post(f"{ADMIN}page/{page.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_owner_makes_accounts_but_nobody_above(client: Client, owner: User) -> None:
    root = make.make_user("root", is_superuser=True)
    assert client.get(f"/admin/auth/user/{root.pk}/password/").status_code == 403
    assert client.post(f"/admin/auth/user/{root.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"/admin/auth/user/{root.pk}/change/", {"username": "mine"})
    desk = Group.objects.get(name="Front desk")
    new = client.get("/admin/auth/user/add/").context["adminform"].form
    assert new["usable_password"].value() == "false"  # by a link: nobody knows another's password
    client.post(
        "/admin/auth/user/add/", {"username": "rosa", "usable_password": new["usable_password"].value()}
    )
    rosa = User.objects.get(username="rosa")
    fields = {"username": "rosa", "is_active": "on", "is_staff": "on", "groups": desk.pk}
    client.post(f"/admin/auth/user/{rosa.pk}/change/", fields | {"is_superuser": "on"})
    rosa.refresh_from_db()
    assert (rosa.is_staff, rosa.is_superuser, list(rosa.groups.all())) == (True, False, [desk])
    assert User.objects.filter(username="root", is_superuser=True).exists()


@pytest.mark.parametrize("kind", ["clinic", "openinghours", "closure", "fee", "practitioner", "page"])
def test_the_front_desk_changes_no_fact(client: Client, kind: str) -> None:
    make.make_clinic()
    client.force_login(make.make_user("desk", group="Front desk"))
    assert client.get(f"{ADMIN}{kind}/").status_code == 403
    assert client.get(f"{ADMIN}{kind}/add/").status_code == 403


def rows_of(models: list[type[Model]]) -> list[str]:
    """The addresses of every list, every form, and the first row of everything registered."""
    found = ["/admin/", "/admin/password_change/"]
    for model in models:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        found += [base, f"{base}add/"]
        if row := model._default_manager.first():
            found += [f"{base}{row.pk}/change/", f"{base}{row.pk}/history/"]
    return found


def test_every_staff_page_opens_and_keeps_to_the_policy(client: Client) -> None:
    """No style attribute, no handler, no script or style without the policy's nonce, one h1, a title."""
    make.load_starter()
    make.make_lead()
    client.force_login(make.make_user("root", is_superuser=True))
    urls = rows_of(list(admin.site._registry))
    assert len(urls) > 50
    opened = 0
    for url in urls:
        response = client.get(url, follow=True)
        if response.status_code == 403:  # what cannot be added
            assert url.endswith("/add/"), url
            continue
        if "/editions/" in response.wsgi_request.path:  # a patients' page, tested as such
            continue
        opened += 1
        page = response.content.decode()
        assert response.status_code == 200, url
        assert "default-src 'none'" in response["Content-Security-Policy"], url
        assert not re.findall(r"<[^>]*\s(?:style|on\w+)=", page), url
        assert not re.findall(r"<(?:script|style)(?![^>]*(?:nonce|src)=)[^>]*>", page), url
        assert page.count("<h1") == 1, url
        assert re.search(r"<title>\s*\S+", page), url
    assert opened > 45
