"""Signing in by a one-time link, which stands for the password."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from . import staff_session
from .models import AuditEntry, SignInLink
from .sign_in import BY_LINK


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link shows a button; only pressing it signs in, so a mail scanner cannot use it up."""
    if request.method == "POST":
        if user := SignInLink.objects.use(token):
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            request.session[BY_LINK] = True
            staff_session.begin(request)
            AuditEntry.objects.note(AuditEntry.Kind.LINK, by=user)
            return redirect("admin:index")
        link = None
    else:
        link = SignInLink.objects.peek(token)
    response = render(request, "admin/sign_in_link.html", {"link": link}, status=200 if link else 410)
    response["X-Robots-Tag"] = "noindex"
    return response
