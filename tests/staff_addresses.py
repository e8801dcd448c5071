"""Every staff address, from the site's own list, and rows for the addresses that want one."""

import re
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from blog.models import KeptCopy, ShownPage
from clinic_site.models import (
    AuditEntry,
    Closure,
    Miss,
    OpeningHours,
    PageReport,
    Redirect,
    SearchCount,
    Testimonial,
)
from offers.export_log import ExportLog
from offers.models import DoNotContact, Notice, Recipient

from . import factories as make
from .role_table import MODELS, PAGES

APPS = ("auth", "blog", "clinic_site", "offers")
LETTERS = {"l": "changelist", "h": "history", "v": "change", "a": "add", "d": "delete"}  # of role_table.py
OF_A_MODEL = tuple(LETTERS.values())
NO_PAGE = {
    "admin:blog_article_records",
    "admin:offers_lead_reach",
    "admin:blog_article_draft_token",
    "admin:jsi18n",
    "sign_in",
}


def addresses(resolver: object = None, before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Pairs of a name and a pattern, of every staff address."""
    for one in getattr(resolver or get_resolver(), "url_patterns", []):
        pattern = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one, pattern, f"{space}{one.namespace}:" if one.namespace else space)
        elif pattern.startswith(("admin/", "desk/")):
            yield f"{space}{one.name or ''}", pattern


NAMED = {name: pattern for name, pattern in addresses() if not name.endswith(":")}


def make_rows() -> None:
    """One row of each kind that the starter content has none of."""
    user = make.make_user("colleague", group="Editor")
    lead = make.make_lead()
    make.agree(lead, "texts")
    make.make_fee()
    make.make_picture()
    DoNotContact.objects.create(digest="0" * 32, scope="all", source="staff")
    ExportLog.objects.create(by=user, what="A table", rows=1)
    AuditEntry.objects.note(AuditEntry.Kind.LINK, by=user)
    Closure.objects.create(first_day=timezone.localdate(), last_day=timezone.localdate())
    OpeningHours.objects.create(weekday=0, opens="09:00", closes="17:00")
    Miss.objects.create(path="/old/")
    PageReport.objects.create(page="/", words="A slip.")
    Redirect.objects.create(old_path="/older/", new_path="/about/")
    SearchCount.objects.create(day=timezone.localdate(), words="sciatica")
    ShownPage.objects.note("/", "<p>As it was.</p>")
    Recipient.objects.create(user=user)
    day = timezone.localdate()
    days = dict.fromkeys(("signed_on", "shown_from", "last_day"), day)
    Testimonial.objects.create(
        words="Made up for a test.", name="Pat Example", signed_paper="Folder 3", **days
    )
    assert Notice.objects.exists()


def path_of(name: str) -> str:
    """The address of a page of a row that there is."""
    pattern = NAMED[name].removeprefix("^").removesuffix("$")
    if name == "admin:app_list":
        return "/admin/blog/"
    plain = name.removeprefix("admin:")
    app = next((one for one in APPS if plain.startswith(f"{one}_")), "")
    model = plain.removeprefix(f"{app}_")
    for suffix in ("password_change", "lost_phone", "used", "taken_back", *OF_A_MODEL):
        model = model.removesuffix(f"_{suffix}")
    if name.startswith("desk") or "lead" in name:
        app, model = "offers", "lead"
    elif "article" in name:
        model = "article"
    elif "notice" in name:
        model = "notice"
    kind = ContentType.objects.filter(app_label=app, model=model).first()
    first = kind.get_all_objects_for_this_type().order_by("pk").first() if kind else None
    values = {"number": "1", "way": "call", "token": "made-up", "object_id": "1", "content_type_id": "1"}
    if name == "admin:blog_article_restore" and (kept := KeptCopy.objects.order_by("pk").first()):
        values["kept"], first = str(kept.pk), kept.article
    if first:
        values |= dict.fromkeys(("pk", "object_id", "id"), str(first.pk))
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], pattern)


def shown_to_the_owner() -> Iterator[str]:
    """The address of every staff page, by the table that tests/test_roles.py holds complete."""
    for model, row in MODELS.items():
        yield from (path_of(f"admin:{model}_{page}") for one, page in LETTERS.items() if one in row[-1])
    yield from (path_of(name) for name, row in PAGES.items() if "r" in row[-1] and name not in NO_PAGE)
