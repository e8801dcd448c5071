"""Old addresses and where they lead now.

They are looked up only when a page is not found, so a page that exists always wins and is never slower for them.
"""

from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.core.exceptions import ValidationError
from django.db import models, transaction

from .addresses import LONGEST, is_ours, key_of, page_at, parts_of
from .changes import PublicQuerySet, PublicRow
from .misses import Miss


class RedirectQuerySet(PublicQuerySet["Redirect"]):
    def for_path(self, path: str) -> "Redirect | None":
        """The one for a decoded `path`, however it is written."""
        key = key_of(path)
        if "\x00" in key or len(key) > LONGEST:  # PostgreSQL takes no null, and nothing so long is stored
            return None
        return self.filter(old_key=key).first()


class Redirect(PublicRow):
    old_path = models.CharField(
        "old address",
        max_length=LONGEST,
        help_text="Without a question mark and what follows it. Case and the last slash make no difference.",
    )
    new_path = models.CharField(
        "new address", max_length=LONGEST, help_text="A page of this site, such as /conditions/."
    )
    old_key = models.CharField(max_length=LONGEST, unique=True, editable=False)
    new_key = models.CharField(max_length=LONGEST, db_index=True, editable=False)

    objects = RedirectQuerySet.as_manager()  # type: ignore[misc]  # narrower than a row's

    class Meta:
        ordering = ["old_path"]
        verbose_name = "old address"
        verbose_name_plural = "old addresses"

    def __str__(self) -> str:
        return f"{self.old_path} to {self.new_path}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What led here leads straight on, so nobody is ever sent on twice."""
        self.old_key, self.new_key = key_of(unquote(self.old_path)), key_of(path_of(self.new_path))
        rows = Redirect.objects.exclude(pk=self.pk)
        with transaction.atomic():
            rows.filter(old_key=self.new_key).delete()  # a page is there now; it would only make a loop
            super().save(*args, **kwargs)
            rows.filter(new_key=self.old_key).update(new_path=self.new_path, new_key=self.new_key)
            Miss.objects.filter(path=self.old_key).delete()

    def clean(self) -> None:
        """Put both addresses right. Raises ValidationError: a sentence for each that cannot be used."""
        faults = {}
        for name, clean in {"old_path": self._clean_old, "new_path": self._clean_new}.items():
            try:
                if getattr(self, name):
                    clean()
            except ValidationError as fault:
                faults[name] = fault
        if faults:
            raise ValidationError(faults)

    def _clean_old(self) -> None:
        """Of any host: the site may have had another name."""
        parts = parts_of(self.old_path)
        if parts.query or parts.fragment:
            raise ValidationError("Leave out the question mark or # and what follows: the path alone counts.")
        path = unquote(parts.path or "/")
        if page := page_at(path):
            raise ValidationError(f"There is a page at {page}. It always wins, so nobody would be sent on.")
        taken = Redirect.objects.exclude(pk=self.pk).for_path(path)
        if taken:
            raise ValidationError(f"This address is sent on already, to {taken.new_path}.")
        self.old_path = parts.path or "/"

    def _clean_new(self) -> None:
        parts = parts_of(self.new_path)
        if not is_ours(parts):
            raise ValidationError("Choose a page of this site: visitors are not sent to other sites.")
        path = unquote(parts.path or "/")
        old_key = key_of(path_of(self.old_path))
        if key_of(path) == old_key:
            raise ValidationError("This is the old address itself: it would go round in circles.")
        if page := page_at(path, parts.query):
            spelled = parts.path if page == path else quote(page)
            self.new_path = parts._replace(scheme="", netloc="", path=spelled).geturl()
            return
        further = Redirect.objects.exclude(pk=self.pk).for_path(path)
        if further is None or not page_at(path_of(further.new_path), urlsplit(further.new_path).query):
            if further and further.new_key == old_key:
                raise ValidationError(f"{path} leads back to the old address: it would go round in circles.")
            raise ValidationError(f"No page answers at {path}. Look for a slip in it.")
        self.new_path = further.new_path


def path_of(address: str) -> str:
    """The decoded path of an address; what is no address has none."""
    try:
        return unquote(parts_of(address).path or "/")
    except ValidationError:
        return ""


def location(redirect: Redirect, query: str) -> str:
    """Where a visitor is sent, with the query that came along."""
    parts = urlsplit(redirect.new_path)
    return parts._replace(query="&".join(part for part in (parts.query, query) if part)).geturl()
