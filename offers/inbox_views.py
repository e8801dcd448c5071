"""The list of leads: by tabs, or what a search found. A search is a POST, so that no address tells of anybody."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from .admin_views import first_error
from .finding import Found, find
from .inbox import Inbox, Tab

ROWS = 20


class TabForm(forms.Form):
    """What an address of the list may ask for. A tab or a page that is not there is the first."""

    tab = forms.ChoiceField(choices=Tab.choices)
    page = forms.IntegerField(required=False)


class FindForm(forms.Form):
    find = forms.CharField(
        max_length=254, error_messages={"required": "Type a code, four digits, or a name."}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest) -> HttpResponse:
    """`ModelAdmin.changelist_view` has seen to it that who asks may look."""
    form = FindForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Leads",
        "inbox": Inbox(),
        "form": form,
        "may_work": request.user.has_perm("offers.work_lead"),
    }
    if request.method == "POST":
        context |= _found(form)
    else:
        context |= _page(context["inbox"], TabForm(request.GET))
    return render(request, "admin/offers/lead/change_list.html", context)


def _found(form: FindForm) -> dict[str, Any]:
    found = find(form.cleaned_data["find"]) if form.is_valid() else Found("", words=first_error(form))
    return {"found": found, "leads": found.leads}


def _page(inbox: Inbox, asked: TabForm) -> dict[str, Any]:
    asked.is_valid()
    tab = Tab(asked.cleaned_data.get("tab") or Tab.TO_DO)
    page = Paginator(inbox.of(tab), ROWS).get_page(asked.cleaned_data.get("page") or 1)
    counts = inbox.count()
    tabs = [{"tab": one, "count": counts[one], "is_shown": one == tab} for one in Tab]
    return {"tab": tab, "tabs": tabs, "page": page, "leads": page.object_list}
