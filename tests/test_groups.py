"""The five groups: exact permissions, the same however often they are made."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from clinic_site.groups import EDITOR, FRONT_DESK, OWNER, ensure_groups
from offers.models import Lead

from . import factories as make
from .factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def none_yet(db: None) -> None:
    """tests/conftest.py has made them."""
    Group.objects.all().delete()


def permissions_of(name: str) -> set[str]:
    group = Group.objects.get(name=name)
    rows = group.permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def test_it_makes_five_groups_once() -> None:
    ensure_groups()
    ensure_groups()
    names = {"Editor", "Reviewer", "Front desk", "Manager", "Owner"}
    assert set(Group.objects.values_list("name", flat=True)) == names


def test_the_front_desk_sees_and_works_leads_and_nothing_else() -> None:
    ensure_groups()
    assert permissions_of("Front desk") == {
        *("offers.view_lead", "offers.view_leadevent", "offers.view_notice", "offers.work_lead"),
    }


def test_a_manager_works_leads_exports_and_erases_and_writes_nothing_but_testimonials() -> None:
    ensure_groups()
    assert permissions_of("Manager") == {
        *("offers.view_lead", "offers.view_leadevent", "offers.view_notice", "offers.work_lead"),
        *("offers.export_lead", "offers.erase_lead", "offers.view_exportlog", "offers.view_leadview"),
        *(f"clinic_site.{may}_testimonial" for may in ("view", "add", "change")),
    }


def test_a_reviewer_reads_articles_and_signs_and_changes_nothing() -> None:
    ensure_groups()
    may = permissions_of("Reviewer") - {"blog.sign_article"}
    assert {"blog.view_article", "blog.view_edition", "blog.view_source"} <= may
    assert {name for name in may if not name.startswith("blog.view_")} == set()


def test_an_editor_writes_and_publishes_but_deletes_no_article_and_no_edition() -> None:
    user = make_user(group="Editor")
    assert user.has_perms(
        ["blog.add_article", "blog.change_article", "blog.publish_article", "blog.change_condition"]
    )
    assert user.has_perms(["blog.view_edition", "blog.delete_question", "clinic_site.change_picture"])
    for forbidden in ("delete_article", "delete_edition", "change_edition", "add_edition", "delete_source"):
        assert not user.has_perm(f"blog.{forbidden}"), forbidden
    assert not any(name.startswith("offers.") for name in user.get_all_permissions())
    assert not user.has_perms(["clinic_site.view_clinic"])
    assert not user.has_perms(["clinic_site.view_fee"])


def test_the_owner_may_do_everything_that_the_site_has() -> None:
    user = make_user(group="Owner")
    assert user.has_perms(["blog.publish_article", "offers.work_lead", "offers.change_offer"])
    assert user.has_perms(["clinic_site.change_clinic", "auth.add_user", "auth.change_group"])
    assert not user.has_perm("sessions.delete_session")


def test_it_takes_back_what_somebody_added_by_hand() -> None:
    ensure_groups()
    owner, desk = Group.objects.get(name="Owner"), Group.objects.get(name="Front desk")
    desk.permissions.add(*owner.permissions.all())
    ensure_groups()
    assert len(permissions_of("Front desk")) == 4


@pytest.mark.parametrize("group", [EDITOR, FRONT_DESK, OWNER, ""])
def test_no_detour_leads_the_staff_to_a_patients_own_page(client: Client, group: str) -> None:
    """Django's "view on site" asks for no permission, and a ticket's address is its patient's secret."""
    make.make_clinic()
    lead = make.make_lead()
    client.force_login(make.make_user(group=group))
    kind = ContentType.objects.get_for_model(Lead)
    assert client.get(f"/admin/r/{kind.pk}/{lead.pk}/").status_code == 404


def test_a_public_row_still_leads_to_its_page(client: Client) -> None:
    make.make_clinic()
    client.force_login(make.make_user(group=OWNER))
    region = make.make_region()
    page = client.get(f"/admin/blog/region/{region.pk}/change/").content.decode()
    assert f'<a href="{region.get_absolute_url()}">See it on the site</a>' in page
