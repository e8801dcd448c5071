"""Who of the staff may do what: five groups with exact permissions, put right at every start of the site.

What a group may not view does not stand on its staff home page: each sees its own rooms.
"""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

EDITOR, REVIEWER, FRONT_DESK, MANAGER, OWNER = "Editor", "Reviewer", "Front desk", "Manager", "Owner"

# What an editor may take away again: the rows of an article or a condition, never the thing itself.
ROWS = [
    *("keypoint", "articlemuscle", "articlepicture", "benefit", "comparison", "question", "citation"),
    *("careadvice", "caution", "afterstep", "harm"),
]

# Editions come from publishing alone.
WRITTEN_ONCE = ["add_edition", "change_edition", "add_adviceedition", "change_adviceedition"]

# What articles are made with: pictures, the names of those who write, the words that patients search by.
WRITERS_THINGS = [
    *("view_picture", "add_picture", "change_picture", "delete_picture"),
    *("view_practitioner", "view_searchcount"),
    *("view_synonym", "add_synonym", "change_synonym", "delete_synonym"),
]

# What readers make known, and what an editor does about it.
READERS_ERRANDS = [
    *("view_redirect", "add_redirect", "change_redirect", "delete_redirect", "view_miss", "delete_miss"),
    *("view_pagereport", "change_pagereport", "delete_pagereport"),
]

DESK = ["view_lead", "view_leadevent", "view_notice", "work_lead"]

# Beyond the desk's: what takes personal data out or away, and the log of it.
DATA = ["export_lead", "erase_lead", "view_exportlog", "view_leadview"]


# What patients let the clinic show. Its records go by the owner's hand alone.
TESTIMONIALS = ["view_testimonial", "add_testimonial", "change_testimonial"]


def _may(app: str, *names: str) -> Q:
    """A name that no model has yet gives nothing."""
    return Q(content_type__app_label=app, codename__in=names)


def _all_of(app: str, *kinds: str) -> Q:
    """Every model of an app, but only these kinds of permission."""
    return Q(content_type__app_label=app, codename__regex=f"^({'|'.join(kinds)})_")


def _groups() -> dict[str, Q]:
    return {
        EDITOR: _all_of("blog", "add", "change", "view") & ~_may("blog", *WRITTEN_ONCE)
        | _may("blog", "publish_article", *(f"delete_{row}" for row in ROWS))
        | _may("clinic_site", *WRITERS_THINGS, *READERS_ERRANDS),
        REVIEWER: _all_of("blog", "view") | _may("blog", "sign_article"),
        FRONT_DESK: _may("offers", *DESK),
        MANAGER: _may("offers", *DESK, *DATA) | _may("clinic_site", *TESTIMONIALS),
        OWNER: Q(content_type__app_label__in=["blog", "clinic_site", "offers"])
        | Q(content_type__app_label="auth", content_type__model__in=["user", "group"]),
    }


def ensure_groups() -> None:
    """Create what is missing and set the permissions of all five, whatever they were."""
    for name, permissions in _groups().items():
        group = Group.objects.get_or_create(name=name)[0]
        group.permissions.set(Permission.objects.filter(permissions))
