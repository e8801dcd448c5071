"""Uploaded pictures, served by the site itself on a single machine."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.static import serve

from .reading import read_only


@read_only
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Whatever the file holds, a browser may only show it as a picture."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
