"""The door to every staff address: nobody comes in on one factor, and no sign-in holds longer than it should.

It stands before all views under /admin/ (or STAFF_PATH) and /desk/, so that a page that is added later is behind it
too. Who may do what there is said by each page; whoever is not signed in at all is sent to sign in by it. From outside
STAFF_NETWORKS, where some are set, there is no such page: a wall in front of the locks, and never in place of them.
"""

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.urls import reverse

from . import staff_session
from .clients import client_address
from .models import AuditEntry

# The ways in and out.
OPEN = {"sign_in", "admin:login", "admin:logout"}
ON_ONE_FACTOR = {"admin:second_factor", "admin:phone"}


class StaffDoorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Before anything is asked of what was sent, or a refusal would tell that there is a page."""
        if is_walled_off(request):
            raise Http404
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponseBase | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not is_for_staff(request.path) or name in OPEN or not isinstance(request.user, User):
            return None
        if staff_session.is_over(request):
            AuditEntry.objects.note(AuditEntry.Kind.SIGNED_OUT, by=request.user, what="by the clock")
            logout(request)
            messages.info(request, "You were signed out because nothing was done for a while. Sign in again.")
            return redirect_to_login(_way_back(request), reverse("admin:login"))
        staff_session.note(request)
        if staff_session.is_verified(request) or name in ON_ONE_FACTOR:
            return None
        return redirect_to_login(_way_back(request), reverse("admin:second_factor"))


class SlashMiddleware(CommonMiddleware):
    """As Django's, but it leads nobody outside to a staff page: that would tell where it is."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return not is_walled_off(request) and super().should_redirect_with_slash(request)


def is_for_staff(path: str) -> bool:
    return path.startswith((reverse("admin:index"), reverse("desk")))


def is_walled_off(request: HttpRequest) -> bool:
    """Whether there is no such page from where it is asked for, with a slash at its end or without."""
    return is_for_staff(f"{request.path}/") and not from_staff_network(request)


def from_staff_network(request: HttpRequest) -> bool:
    """An address that is not known is outside."""
    if not settings.STAFF_NETWORKS:
        return True
    address = client_address(request)
    return bool(address) and any(ip_address(address) in network for network in settings.STAFF_NETWORKS)


def _way_back(request: HttpRequest) -> str:
    """The page that was asked for, or that something was sent from: some addresses take nothing but a POST."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() else reverse("admin:index")
