from collections.abc import Callable

from django.http import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


def read_only[**Args, Answer: HttpResponseBase](view: Callable[Args, Answer]) -> Callable[Args, Answer]:
    """GET and HEAD; every other method is a plain 405, whatever token it lacks: nothing here can be changed."""
    guarded: Callable[Args, Answer] = csrf_exempt(require_safe(view))
    return guarded
