"""What articles rest on: papers, guidelines, books. A source is shown only when somebody has checked it."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from clinic_site.changes import PublicQuerySet, PublicRow

# Crossref's own pattern for modern DOIs; PMIDs are plain numbers of up to eight digits.
check_doi = RegexValidator(r"^10\.\d{4,9}/\S+$", "A DOI starts with 10. and has a slash: 10.1136/bmj.l6273.")
check_pmid = RegexValidator(r"^[1-9]\d{0,7}$", "A PMID is a number of up to eight digits.")


def check_isbn(isbn: str) -> None:
    """ISO 2108: the last sign is a check sign over the others."""
    signs = bare_isbn(isbn)
    if re.fullmatch(r"\d{13}", signs):
        total = sum(int(sign) * (3 if place % 2 else 1) for place, sign in enumerate(signs)) % 10
    elif re.fullmatch(r"\d{9}[\dX]", signs):
        values = [10 if sign == "X" else int(sign) for sign in signs]
        total = sum(value * (10 - place) for place, value in enumerate(values)) % 11
    else:
        raise ValidationError("An ISBN has 10 or 13 digits.")
    if total:
        raise ValidationError("This ISBN's last digit does not fit: look for a slip.")


def bare_isbn(isbn: str) -> str:
    return re.sub(r"[\s-]", "", isbn).upper()


class SourceQuerySet(PublicQuerySet["Source"]):
    def same_as(self, *, doi: str, pmid: str, isbn: str) -> "SourceQuerySet":
        """What has one of these numbers already. Chapters of one book share its ISBN."""
        with_isbn = self.exclude(isbn="").values_list("pk", "isbn") if isbn else []
        books = [pk for pk, other in with_isbn if bare_isbn(other) == bare_isbn(isbn)]
        same = models.Q(pk__in=books)
        if doi:
            same |= models.Q(doi__iexact=doi)
        if pmid:
            same |= models.Q(pmid=pmid)
        return self.filter(same)


class Source(PublicRow):
    class Kind(models.TextChoices):
        GUIDELINE = "guideline", "Guideline"
        REVIEW = "review", "Review of trials"
        TRIAL = "trial", "Trial"
        OBSERVATIONAL = "observational", "Observational study"
        ANATOMY = "anatomy", "Anatomy"
        OPINION = "opinion", "Expert opinion or debate"
        BOOK = "book", "Book"

    # Kinds that can carry a statement of benefit: people were treated and followed.
    PROOF = frozenset({Kind.GUIDELINE, Kind.REVIEW, Kind.TRIAL})

    key = models.SlugField("short name", unique=True, help_text="First author and year: jensen-2019.")
    kind = models.CharField(max_length=14, choices=Kind)
    authors = models.TextField(blank=True, default="", help_text="As printed: Jensen RK, Kongsted A.")
    title = models.TextField()
    container = models.CharField("journal, or place and publisher", max_length=200, blank=True, default="")
    publisher = models.CharField(max_length=120, blank=True, default="")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    volume = models.CharField(max_length=40, blank=True, default="")
    pages = models.CharField(max_length=40, blank=True, default="")
    doi = models.CharField("DOI", max_length=120, blank=True, default="", validators=[check_doi])
    pmid = models.CharField("PMID", max_length=8, blank=True, default="", validators=[check_pmid])
    isbn = models.CharField("ISBN", max_length=20, blank=True, default="", validators=[check_isbn])
    url = models.URLField("address", blank=True, default="")
    checked_on = models.DateField(
        null=True, blank=True, help_text="When somebody looked it up and it was as written here."
    )
    checked_by = models.CharField(max_length=80, blank=True, default="")

    objects = SourceQuerySet.as_manager()  # type: ignore[misc]  # narrower than a row's

    class Meta:
        ordering = ["authors", "year", "title"]

    def __str__(self) -> str:
        """For a list to pick from, too."""
        year = f" ({self.year})" if self.year else ""
        return f"{self.key}: {Truncator(self.title).chars(100)}{year}"

    @property
    def is_checked(self) -> bool:
        return self.checked_on is not None

    def reference(self) -> SafeString:
        """The reference as HTML, in the order of the ICMJE's recommendations for biomedical papers."""
        parts = [format_html("{}. ", self.authors.rstrip("."))] if self.authors else []
        parts.append(format_html("<cite>{}</cite>. ", self.title.rstrip(".")))
        place = ", ".join(part for part in (self.container.rstrip("."), self.publisher.rstrip(".")) if part)
        where = ":".join(part for part in (self.volume, self.pages) if part)
        when = ";".join(part for part in (str(self.year or ""), where) if part)
        parts.append(format_html("{}", ". ".join(part for part in (place, when) if part)))
        return format_html("{}.", SafeString("".join(parts).strip().rstrip(".")))

    def links(self) -> list[dict[str, str]]:
        """Where a reader can look it up: label and address."""
        found = []
        if self.doi:
            found.append({"label": f"doi:{self.doi}", "url": f"https://doi.org/{self.doi}"})
        if self.pmid:
            url = f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
            found.append({"label": f"PMID {self.pmid}", "url": url})
        if self.isbn:
            url = f"https://openlibrary.org/isbn/{bare_isbn(self.isbn)}"
            found.append({"label": f"ISBN {self.isbn}", "url": url})
        if self.url and not found:
            found.append({"label": "Read it", "url": self.url})
        return found
