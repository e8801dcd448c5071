"""Who of the staff may do what: three groups with exact permissions, put right at every start of the site."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

EDITOR, FRONT_DESK, OWNER = "Editor", "Front desk", "Owner"

# What an editor may take away again: the rows of an article or a condition, never the thing itself.
ROWS = [
    *("keypoint", "articlemuscle", "articlepicture", "benefit", "comparison", "question", "citation"),
    *("careadvice", "caution", "afterstep", "harm"),
]

# Editions come from publishing alone.
WRITTEN_ONCE = ["add_edition", "change_edition", "add_adviceedition", "change_adviceedition"]

# What readers make known, and what an editor does about it.
READERS_ERRANDS = [
    *("add_redirect", "change_redirect", "delete_redirect", "delete_miss"),
    *("change_pagereport", "delete_pagereport"),
]


def _may(app: str, *names: str) -> Q:
    return Q(content_type__app_label=app, codename__in=names)


def _all_of(app: str, *kinds: str) -> Q:
    """Every model of an app, but only these kinds of permission."""
    return Q(content_type__app_label=app, codename__regex=f"^({'|'.join(kinds)})_")


def _groups() -> dict[str, Q]:
    return {
        EDITOR: _all_of("blog", "add", "change", "view") & ~_may("blog", *WRITTEN_ONCE)
        | _may("blog", "publish_article", *(f"delete_{row}" for row in ROWS))
        | _all_of("clinic_site", "view")
        | _may("clinic_site", *READERS_ERRANDS, "add_synonym", "change_synonym", "delete_synonym")
        | _may("clinic_site", "add_picture", "change_picture", "delete_picture"),
        FRONT_DESK: _may("offers", "view_lead", "view_leadevent", "view_notice", "work_lead"),
        OWNER: Q(content_type__app_label__in=["blog", "clinic_site", "offers"])
        | Q(content_type__app_label="auth", content_type__model__in=["user", "group"]),
    }


def ensure_groups() -> None:
    """Create what is missing and set the permissions of all three, whatever they were."""
    for name, permissions in _groups().items():
        group = Group.objects.get_or_create(name=name)[0]
        group.permissions.set(Permission.objects.filter(permissions))
