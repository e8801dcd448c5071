"""What articles are about: regions of the body, muscles, conditions."""

from collections.abc import Iterator

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from clinic_site.changes import PublicRow
from clinic_site.models import Practitioner
from clinic_site.search_index import SearchText, Weight
from clinic_site.search_words import words

from .figure import shapes
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

    search_kind = "Muscle"

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("muscle", args=[self.slug])

    def other_names(self) -> list[str]:
        return lines(self.aliases)

    def clean(self) -> None:
        """Its names become links wherever an article uses them, so each has to mean this muscle alone."""
        if self.shape and self.shape not in shapes():
            raise ValidationError({"shape": "The drawings have no shape of this name."})
        own = {name.lower() for name in (self.name, *self.other_names())}
        if plain := sorted(name for name in own if not list(words(name))):
            raise ValidationError({"aliases": f"“{plain[0]}” is a word that every text uses."})
        for other in Muscle.objects.exclude(pk=self.pk):
            theirs = {name.lower() for name in (other.name, *other.other_names())}
            if shared := sorted(own & theirs):
                raise ValidationError(
                    {"aliases": f"“{shared[0]}” is a name of the {other.name.lower()} already."}
                )

    def search_text(self) -> SearchText:
        parts = [
            (Weight.NAME, self.name),
            (Weight.ALIAS, self.aliases),
            *(
                (Weight.NOTE, text)
                for text in (self.location, self.action, self.referred_pain, self.loaded_by)
            ),
        ]
        return SearchText(self.name, parts)

    def search_line(self) -> str:
        return self.location


class Feeling(models.TextChoices):
    """What the finder asks a patient about the pain. Few words, and each in at least one of our articles."""

    ACHE = "ache", "An ache"
    STIFF = "stiff", "Stiff"
    BAND = "band", "Pressing, like a band"
    SPOT = "spot", "Sore in one spot"
    BONE = "bone", "Sore along a bone"
    SPREADS = "spreads", "Spreading or shooting down a leg or an arm"
    TINGLES = "tingles", "Tingling or numb"


class Trigger(models.TextChoices):
    SITTING = "sitting", "Sitting or desk work"
    BENDING = "bending", "Bending or lifting"
    HEAD = "head", "Turning the head"
    GRIP = "grip", "Gripping or twisting with the hand"
    FEET = "feet", "Running, jumping or long standing"
    FIRST_STEPS = "first-steps", "The first steps after rest"
    STRESS = "stress", "Stress"


def check_feelings(text: str) -> None:
    _check_words(text, Feeling.values)


def check_triggers(text: str) -> None:
    _check_words(text, Trigger.values)


def _check_words(text: str, known: list[str]) -> None:
    if unknown := set(lines(text)) - set(known):
        raise ValidationError(f"The finder does not know: {', '.join(sorted(unknown))}.")


class Condition(PublicRow):
    name = models.CharField(max_length=80)
    slug = models.SlugField(unique=True)
    also_called = models.TextField(
        "words patients use",
        blank=True,
        default="",
        help_text="One on each line: slipped disk, pinched nerve.",
    )
    feels_like = models.TextField(blank=True, default="", validators=[check_feelings])
    set_off_by = models.TextField(blank=True, default="", validators=[check_triggers])
    regions = models.ManyToManyField(Region, blank=True, related_name="conditions")
    advice_reviewer = models.ForeignKey(
        Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="reviewed_conditions"
    )
    advice_reviewed_on = models.DateField(
        null=True, blank=True, help_text="When the advice on getting help was last held against its sources."
    )

    search_kind = "Condition"

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('article_list')}?condition={self.slug}"

    def other_names(self) -> list[str]:
        return lines(self.also_called)

    def search_text(self) -> SearchText:
        return SearchText(self.name, [(Weight.NAME, self.name), (Weight.ALIAS, self.also_called)])

    def search_line(self) -> str:
        names = ", ".join(self.other_names()[:3])
        return f"Also called {names}." if names else ""

    @classmethod
    def to_show(cls) -> models.QuerySet["Condition"]:
        """Those that somebody can read about."""
        editions = apps.get_model("blog", "Edition").objects.live()
        return cls.objects.filter(models.Exists(editions.filter(condition=models.OuterRef("pk"))))


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def patients_words() -> Iterator[tuple[list[str], list[str]]]:
    """For the search: what patients call a condition, and its name."""
    for name, also_called in Condition.objects.order_by("pk").values_list("name", "also_called"):
        yield lines(also_called), [name]


def load_regions() -> list[Region]:
    return list(Region.objects.all())
