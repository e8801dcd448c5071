"""Reports of errors without anything that somebody typed, whoever has such reports mailed to them one day."""

from collections.abc import ItemsView
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from .logs import masked

# Cookies sign people in, a referrer tells what they read, an address who they are.
PRIVATE = {
    "HTTP_COOKIE",
    "HTTP_REFERER",
    "REMOTE_ADDR",
    "REMOTE_HOST",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_FORWARDED",
}


class NothingTyped(SafeExceptionReporterFilter):
    """Names of fields and variables are kept, to find the fault by; their values are not, but with DEBUG."""

    def hide(self, names: Any) -> dict[str, Any]:
        return dict.fromkeys(names, self.cleansed_substitute)

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        given = super().get_post_parameters(request)
        return self.hide(given) if self.is_active(request) else given

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: Any
    ) -> ItemsView[str, Any]:
        if self.is_active(request):
            return self.hide(tb_frame.f_locals).items()
        return super().get_traceback_frame_variables(request, tb_frame)

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        meta = super().get_safe_request_meta(request)
        return meta | self.hide(PRIVATE & set(meta)) if self.is_active(request) else meta

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        cookies = super().get_safe_cookies(request)
        return self.hide(cookies) if self.is_active(request) else cookies


class WithoutSecrets(ExceptionReporter):
    """A report names the address that failed, in several places."""

    def get_traceback_html(self) -> SafeString:
        return SafeString(masked(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        return SafeString(masked(super().get_traceback_text()))
