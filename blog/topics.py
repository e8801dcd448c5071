"""What articles are about: regions of the body, muscles, conditions, and when a condition needs a doctor."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from clinic_site.changes import PublicRow


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
    referred_pain = models.TextField(
        "where it refers pain", blank=True, default="", help_text="What experts describe, and that they do."
    )
    regions = models.ManyToManyField(Region, blank=True, related_name="muscles")
    shape = models.SlugField(
        "shape in the figure", blank=True, default="", help_text="Its id in static/figures/back.svg."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


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

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('article_list')}?condition={self.slug}"


class CareAdvice(PublicRow):
    """When to get help, in one of three levels. It belongs to the condition, so it is reviewed once."""

    class Level(models.TextChoices):
        EMERGENCY = "emergency", "Emergency: 911 or an emergency room"
        URGENT = "urgent", "Urgent: a doctor today"
        CAN_WAIT = "can_wait", "Can wait: a regular doctor's visit"

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="care_advice")
    level = models.CharField(max_length=10, choices=Level)
    heading = models.CharField(max_length=120, help_text="One action, ending in “if:”.")
    items = models.TextField(help_text="One sign on each line.")

    class Meta:
        verbose_name_plural = "care advice"
        constraints = [
            models.UniqueConstraint(fields=["condition", "level"], name="one_advice_for_each_level")
        ]

    def __str__(self) -> str:
        return f"{self.condition}: {self.get_level_display()}"

    def clean(self) -> None:
        if not self.lines():
            raise ValidationError({"items": "Write at least one sign."})

    def lines(self) -> list[str]:
        return lines(self.items)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def load_regions() -> list[Region]:
    return list(Region.objects.all())
