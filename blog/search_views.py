"""The search page. It is nobody's business what somebody looks for: it is kept nowhere but in totals of a day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic_site.models import SearchCount
from clinic_site.reading import read_only
from clinic_site.search import search as find
from clinic_site.search_query import LONGEST


@read_only
def search(request: HttpRequest) -> HttpResponse:
    q = " ".join(request.GET.get("q", "")[:LONGEST].replace("\x00", "").split())
    answer = find(q)
    response = render(request, "blog/search.html", {"q": q, "answer": answer})
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    if q and request.method == "GET":
        SearchCount.objects.add(q, answer.total)
    return response
