"""An owner takes the second factor off a colleague whose phone is lost and who has no recovery code left."""

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from . import alerts, second_factor
from .confirming import confirmed
from .models import AuditEntry
from .staff_site import staff


@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def lost_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Never for oneself: who is signed in keeps a phone, so there is always an owner who can come in."""
    colleague = get_object_or_404(User, pk=pk)
    if not admin.site.get_model_admin(User).has_change_permission(request, colleague):
        raise PermissionDenied
    if colleague == request.user:
        messages.info(request, "This is your own account: replace or remove your phone here.")
        return redirect("admin:phone")
    if not second_factor.has_app(colleague):
        messages.info(request, f"{colleague} has no phone set up: the next sign-in asks for one.")
        return redirect("admin:auth_user_change", pk)
    if request.method == "POST":
        _take_off(request, colleague)
        messages.success(request, f"The phone of {colleague} is removed. The next sign-in sets up another.")
        return redirect("admin:auth_user_change", pk)
    context = {"title": f"Remove the lost phone of {colleague}", "colleague": colleague}
    return render(request, "admin/second_factor/lost.html", admin.site.each_context(request) | context)


def _take_off(request: HttpRequest, colleague: User) -> None:
    second_factor.remove(colleague)
    second_factor.end_other_sessions(request, colleague)
    about = f"phone removed of {colleague._meta.label_lower} {colleague.pk}"
    AuditEntry.objects.note(AuditEntry.Kind.FACTOR, by=staff(request), what=about)
    alerts.tell(colleague, alerts.Alert.TAKEN_OFF)
