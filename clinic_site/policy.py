"""The Content-Security-Policy of the settings, and the hash of the clinic's own colors."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import ContentSecurityPolicyMiddleware

from . import facts
from .stylesheet import style_hash


class PolicyMiddleware(ContentSecurityPolicyMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        clinic = facts.fact("clinic")
        policy = getattr(response, "_csp_config", settings.SECURE_CSP)
        if policy and clinic and (css := clinic.css()):
            styles = {"style-src": [*policy["style-src"], style_hash(css)]}
            response._csp_config = policy | styles  # type: ignore[attr-defined]
        return super().process_response(request, response)
