"""The first page after signing in: what is to be done, who waits, where everything is, each for whom it is meant."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog.models import Edition
from clinic_site.checklist import Task
from clinic_site.models import SignInLink
from clinic_site.staff_site import may_do

from . import factories as make
from .signing_in import show_the_second

pytestmark = pytest.mark.django_db
HOME, PASSWORD = "/admin/", "/admin/password/"
NEW = {"new_password1": "seven green needles", "new_password2": "seven green needles"}


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    make.make_clinic(email="")
    make.make_offer()
    make.make_edition()
    make.make_lead(name="Canary Patient")


def home(client: Client, user: User) -> str:
    client.force_login(user)
    response = client.get(HOME)
    assert response.status_code == 200
    return response.content.decode()


def test_it_lists_what_is_missing_the_most_pressing_first(client: Client) -> None:
    page = home(client, make.make_user(group="Owner"))
    wanted = [
        "Still to be filled in",
        "choose the regular fee",
        "review the terms",
        "e-mail address",
        "opening hours",
    ]
    places = [page.index(words) for words in wanted]
    assert places == sorted(places)


def test_every_task_leads_to_where_it_is_done(client: Client) -> None:
    client.force_login(make.make_user(group="Owner"))
    tasks: list[Task] = client.get(HOME).context["tasks"]
    assert len(tasks) > 8
    for task in tasks:
        assert client.get(task.url).status_code == 200, task


def test_the_front_desk_sees_who_waits_and_no_tasks_for_others(client: Client) -> None:
    page = home(client, make.make_user(group="Front desk"))
    assert "Canary P." in page
    assert "Canary Patient" not in page
    assert "Still to be filled in" not in page
    assert "/admin/blog/" not in page
    assert "/admin/clinic_site/" not in page


def test_an_editor_sees_articles_and_nothing_of_a_patient(client: Client) -> None:
    user = make.make_user(group="Editor")
    page = home(client, user)
    assert "</b> public article is starter text" in page
    unsigned = client.get("/admin/blog/article/?state=unsigned")
    assert unsigned.context["cl"].result_count == Edition.objects.live().filter(published_by=None).count()
    assert "/admin/blog/article/add/" in page
    assert "Canary" not in page
    assert "regular fee" not in page
    assert not may_do(user, Task("", "/admin/clinic_site/openinghours/add/"))
    assert may_do(user, Task("", "/admin/blog/article/1/change/"))


def test_the_areas_stand_in_the_order_of_a_working_day(client: Client) -> None:
    page = home(client, make.make_user(group="Owner"))
    areas = ["area-offers", "area-blog", "area-clinic_site", "area-auth"]
    places = [page.index(f'id="{area}"') for area in areas]
    assert places == sorted(places)
    assert "Patients see only what has been published." in page
    area = page[page.index('id="area-blog"') :]
    assert area.index("/admin/blog/article/") < area.index("/admin/blog/condition/")


def test_somebody_without_a_password_is_asked_to_choose_one(client: Client) -> None:
    assert "Choose a password" in home(client, make.make_user())


def test_somebody_with_a_password_is_not(client: Client) -> None:
    assert PASSWORD not in home(client, make.make_user(password="an old password"))


def test_the_first_password_is_set_without_an_old_one(client: Client) -> None:
    client.force_login(make.make_user("rosa"))
    assert client.get(PASSWORD).status_code == 200
    response = client.post(PASSWORD, NEW, follow=True)
    assert "Your password is set." in response.content.decode()
    assert PASSWORD not in response.content.decode()
    assert Client().login(username="rosa", password=NEW["new_password1"])


def test_whoever_came_by_a_link_may_replace_a_lost_password_once(client: Client) -> None:
    user = make.make_user("rosa", password="a lost password")
    client.post(f"/admin/sign-in/{SignInLink.objects.issue(user)}/")
    show_the_second(client, user)
    assert PASSWORD in client.get(HOME).content.decode()
    client.post(PASSWORD, NEW)
    assert Client().login(username="rosa", password=NEW["new_password1"])
    other = {"new_password1": "nine blue needles", "new_password2": "nine blue needles"}
    assert client.post(PASSWORD, other)["Location"] == "/admin/password_change/"
    assert not Client().login(username="rosa", password=other["new_password1"])


def test_whoever_came_by_a_password_needs_it_to_change_it(client: Client) -> None:
    user = make.make_user("rosa", password="an old password")
    client.force_login(user)
    assert client.get(PASSWORD)["Location"] == "/admin/password_change/"
    assert client.post(PASSWORD, NEW)["Location"] == "/admin/password_change/"
    assert Client().login(username="rosa", password="an old password")


@pytest.mark.parametrize(
    ("spoiled", "words"),
    [
        ({"new_password2": "something else entirely"}, "match"),
        ({"new_password1": "short", "new_password2": "short"}, "too short"),
        ({}, "required"),
    ],
)
def test_a_poor_password_is_refused_with_a_reason(
    client: Client, spoiled: dict[str, str], words: str
) -> None:
    user = make.make_user()
    client.force_login(user)
    response = client.post(PASSWORD, NEW | spoiled if spoiled else {})
    assert response.status_code == 200
    assert words in response.content.decode()
    user.refresh_from_db()
    assert not user.has_usable_password()


@pytest.mark.parametrize("url", [HOME, PASSWORD])
def test_nobody_else_gets_in(client: Client, url: str) -> None:
    assert client.get(url)["Location"] == f"/admin/login/?next={url}"
    client.force_login(make.make_user(is_staff=False))
    assert client.get(url)["Location"] == f"/admin/login/?next={url}"
