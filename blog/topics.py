"""What articles are about: regions of the body, muscles, conditions."""

from django.db import models
from django.urls import reverse

from clinic_site.changes import PublicRow
from clinic_site.models import Practitioner

from .sources import Source


class Region(PublicRow):
    name = models.CharField(max_length=60)
    slug = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    emergency_advice = models.BooleanField(
        "needs emergency advice",
        default=True,
        help_text="Pain here can be an emergency: articles about it must say when to go to a hospital.",
    )

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('article_list')}?region={self.slug}"


class Muscle(PublicRow):
    name = models.CharField(max_length=80)
    slug = models.SlugField(unique=True)
    aliases = models.TextField("other names", blank=True, default="", help_text="One on each line.")
    location = models.TextField("where it is", blank=True, default="")
    action = models.TextField("what it does", blank=True, default="")
    referred_pain = models.TextField(
        "where it refers pain", blank=True, default="", help_text="What experts describe, and that they do."
    )
    loaded_by = models.TextField("what loads it", blank=True, default="")
    regions = models.ManyToManyField(Region, blank=True, related_name="muscles")
    shape = models.SlugField(
        "shape in the figure", blank=True, default="", help_text="Its id in the drawings of static/figures."
    )
    sources = models.ManyToManyField(Source, blank=True, related_name="muscles")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("muscle", args=[self.slug])

    def other_names(self) -> list[str]:
        return lines(self.aliases)


class Condition(PublicRow):
    name = models.CharField(max_length=80)
    slug = models.SlugField(unique=True)
    also_called = models.TextField(
        "words patients use",
        blank=True,
        default="",
        help_text="One on each line: slipped disk, pinched nerve.",
    )
    regions = models.ManyToManyField(Region, blank=True, related_name="conditions")
    advice_reviewer = models.ForeignKey(
        Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="reviewed_conditions"
    )
    advice_reviewed_on = models.DateField(
        null=True, blank=True, help_text="When the advice on getting help was last held against its sources."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('article_list')}?condition={self.slug}"

    def other_names(self) -> list[str]:
        return lines(self.also_called)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def load_regions() -> list[Region]:
    return list(Region.objects.all())
