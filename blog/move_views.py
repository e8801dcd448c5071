"""Another address for a public article, and back again."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from .admin_views import article_for, log, page
from .moving import earlier_addresses, move


class MoveForm(forms.Form):
    slug = forms.SlugField(
        label="New address",
        max_length=80,
        widget=forms.TextInput(attrs={"class": "vTextField", "spellcheck": "false"}),
        help_text="The part after /blog/: small letters, digits and hyphens.",
        error_messages={"invalid": "Only letters, digits and hyphens: dry-needling-for-sciatica."},
    )

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        return slug.lower()


@require_http_methods(["GET", "HEAD", "POST"])
def move_page(request: HttpRequest, pk: int) -> HttpResponse:
    article = article_for(request, pk, "publish_article")
    old = article.slug
    form = MoveForm(request.POST if request.method == "POST" else None, initial={"slug": old})
    if request.method == "POST" and form.is_valid():
        slug = form.cleaned_data["slug"]
        try:
            move(article, slug)
        except ValidationError as refused:
            form.add_error("slug", refused)
        else:
            log(request, article, f"Moved from /blog/{old}/ to /blog/{slug}/.")
            messages.success(request, f"The page is at /blog/{slug}/ now, and /blog/{old}/ leads there.")
            return redirect("admin:blog_article_address", pk)
    context = {"form": form, "earlier": earlier_addresses(article)}
    return page(request, "address", article, f"The address of “{article}”", **context)
