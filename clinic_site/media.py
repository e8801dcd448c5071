"""Uploaded pictures, served by the site itself on a single machine."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware import gzip
from django.views.static import serve

from .picture_files import HASHED
from .reading import read_only

TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}  # not every machine knows all three


@read_only
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Whatever the file holds, a browser may only show it as a picture."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "public, max-age=3600"
    if HASHED.fullmatch(path):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Content-Type"] = TYPES[path.rpartition(".")[2]]
    return response


class GZipMiddleware(gzip.GZipMiddleware):
    """Pictures are as small as they get: packing them again costs time and hides their length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith("image/"):
            return response
        return super().process_response(request, response)
