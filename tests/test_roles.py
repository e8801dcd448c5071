"""Every role at every staff address: allowed, or refused.

The table is what is meant, the walk is what is so. An address that is not in the table fails the test: say there who
may. Nothing that a walk does stays: each request is rolled back.
"""

from copy import deepcopy

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from . import factories as make
from .role_table import MODELS, PAGES, ROLES
from .signing_in import one_factor
from .staff_addresses import NAMED, OF_A_MODEL, make_rows, path_of

# PostgreSQL opens every one of these pages in tests/test_typed_by_staff.py; who may is no matter of the database.
pytestmark = [
    pytest.mark.same_on_both,
    pytest.mark.django_db,
    pytest.mark.usefixtures("starter_site", "rows"),
]
WAYS_IN = {"sign_in", "admin:login", "admin:logout", "admin:second_factor", "admin:phone"}


@pytest.fixture
def rows(starter_site: None, db: None) -> None:
    make_rows()


def asked(client: Client, method: str, path: str) -> HttpResponse:
    """The answer, and everything as it was before."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response: HttpResponse = getattr(client, method)(path)
        if response.streaming:
            list(response)  # a table that nobody reads would keep its query open
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def allows(client: Client, method: str, path: str) -> bool:
    response = asked(client, method, path)
    way_out = response.get("Location", "")
    return response.status_code not in {403, 404, 405} and not way_out.startswith(
        ("/admin/login/", "/admin/second-factor/?")
    )


def letters(client: Client, model: str) -> str:
    """What `client` may do with the rows of a model, as the table says it."""
    tried = {
        "l": ("get", "changelist"),
        "h": ("get", "history"),
        "v": ("get", "change"),
        "c": ("post", "change"),
        "a": ("get", "add"),
        "d": ("get", "delete"),
    }
    found = [
        letter
        for letter, (method, page) in tried.items()
        if allows(client, method, path_of(f"admin:{model}_{page}"))
    ]
    return "".join(found) or "-"


def methods(client: Client, name: str) -> str:
    path = path_of(name)
    return (
        "".join(letter for letter, method in (("r", "get"), ("w", "post")) if allows(client, method, path))
        or "-"
    )


def test_the_table_has_every_address() -> None:
    of_models = {f"admin:{model}_{page}" for model in MODELS for page in OF_A_MODEL}
    assert set(NAMED) - of_models - set(PAGES) == set(), "say in tests/role_table.py who may"
    assert (of_models | set(PAGES)) - set(NAMED) == set(), "these addresses are gone"
    assert len(NAMED) > 200


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_the_table_says(client: Client, role: str) -> None:
    client.force_login(make.make_user("someone", group=role, password="eleven grey needles"))
    place = ROLES.index(role)
    so = {model: letters(client, model) for model in MODELS} | {page: methods(client, page) for page in PAGES}
    meant = {name: row[place] for name, row in (MODELS | PAGES).items()}
    assert so == meant


def in_nobodys_group() -> Client:
    client = Client()
    client.force_login(make.make_user("nobody"))
    return client


def on_one_factor() -> Client:
    client = Client()
    one_factor(client, User.objects.create_superuser("root", password="eleven grey needles"))
    return client


@pytest.mark.parametrize("who", [Client, on_one_factor])
def test_no_address_opens_to_a_stranger_or_on_one_factor(who: type[Client]) -> None:
    """The superuser who has shown the password alone sees no more than a stranger does."""
    client, walked = who(), 0
    for name in [*NAMED, "nowhere"]:
        path = path_of(name) if name in NAMED else "/admin/nowhere/"
        for method in ("get", "post"):
            if name in WAYS_IN:
                continue
            walked += 1
            response = asked(client, method, path)
            if response.status_code != 405 or name not in NAMED:
                assert response.status_code == 302, (name, method)
                assert response["Location"].startswith(("/admin/login/", "/admin/second-factor/")), name
    assert walked > 400


def test_who_is_in_no_group_sees_nothing_of_anybody() -> None:
    client = in_nobodys_group()
    own = {
        name for name, row in PAGES.items() if len(set(row)) == 1
    }  # the same for all: ways in, one's password
    for model in MODELS:
        assert letters(client, model) == "-", model
    for name in set(PAGES) - own:
        assert methods(client, name) == "-", name
