"""The search page. It is nobody's business what somebody looks for: it is kept nowhere but in totals of a day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic_site.clients import client_of
from clinic_site.error_views import too_many_requests
from clinic_site.models import SearchCount
from clinic_site.rates import Limit
from clinic_site.reading import read_only
from clinic_site.search import search as find
from clinic_site.search_query import LONGEST

SEARCHES = Limit(
    "search", most=60, seconds=60
)  # one a second: nobody types so fast, nor do the guests of a café


@read_only
def search(request: HttpRequest) -> HttpResponse:
    q = " ".join(request.GET.get("q", "")[:LONGEST].replace("\x00", "").split())
    client = client_of(request)
    if q and not SEARCHES.spend(client):
        return too_many_requests(request, SEARCHES.wait(client) or 1)
    answer = find(q)
    response = render(request, "blog/search.html", {"q": q, "answer": answer})
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    if q and request.method == "GET":
        SearchCount.objects.add(q, answer.total)
    return response
