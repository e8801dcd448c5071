"""Advice that many articles share, in working rows. Nothing here is public: see advice_editions.py.

Care advice belongs to its condition. Cautions, steps after treatment and harms belong to the conditions they
name, or to every article when they name none. A source is cited by its short name: [brady-2014].
"""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from clinic_site.rich_text import RichTextField

from .topics import Condition, lines

KEY_HELP = "A source is cited by its short name: [brady-2014]."


class CareAdvice(models.Model):
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


class StandingText(models.Model):
    """A text that stands on every article, at a fixed place."""

    class Place(models.TextChoices):
        INTEREST = "interest", "That we sell this treatment"
        TRIGGER_POINTS = "trigger_points", "How sure anyone is about trigger points"
        FIRST_VISIT = "first_visit", "The first visit"

    place = models.CharField(max_length=20, choices=Place, unique=True)
    heading = models.CharField(max_length=120)
    text = RichTextField(help_text=KEY_HELP)

    class Meta:
        ordering = ["place"]

    def __str__(self) -> str:
        return self.get_place_display()


class SharedRow(models.Model):
    """Stands on the articles of its conditions."""

    position = models.PositiveSmallIntegerField(default=0)
    conditions = models.ManyToManyField(
        Condition, blank=True, related_name="+", help_text="None ticked: it stands on every article."
    )

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class Caution(SharedRow):
    """Who should not be needled, or should ask first: screening lists of the sources, absolute or relative."""

    class Kind(models.TextChoices):
        NEVER = "never", "We do not needle"
        ASK = "ask", "Talk to us first"

    kind = models.CharField(max_length=5, choices=Kind)
    who = models.CharField(max_length=160, help_text="Said to the reader: You take a blood thinner.")
    reason = models.TextField(help_text=KEY_HELP)

    def __str__(self) -> str:
        return self.who


class AfterStep(SharedRow):
    """What is normal after a treatment, what is not, and what to do then."""

    class Level(models.TextChoices):
        NORMAL = "normal", "Normal"
        CALL = "call", "Call us"
        HELP = "help", "Get help now"

    level = models.CharField(max_length=6, choices=Level)
    when = models.CharField(max_length=80, help_text="In hours and days: The first 24 to 48 hours.")
    what = models.TextField(help_text=KEY_HELP)

    class Meta(SharedRow.Meta):
        verbose_name = "step after treatment"
        verbose_name_plural = "steps after treatment"

    def __str__(self) -> str:
        return self.when


class Harm(SharedRow):
    """A side effect as a count. Every rate on the site is one in 100, so that they can be compared."""

    what = models.CharField(max_length=120, help_text="For example: a bruise.")
    rate = models.DecimalField(
        "how many in 100",
        max_digits=8,
        decimal_places=5,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    cases = models.PositiveIntegerField(
        "how many were counted", null=True, blank=True, help_text="Empty: not given."
    )
    watched = models.PositiveIntegerField("out of how many")
    unit = models.CharField(max_length=40, default="treatments")
    note = models.TextField(help_text=KEY_HELP)

    def __str__(self) -> str:
        return self.what

    def in_100(self) -> str:
        """The rate in words. Below one in 100 the bare count says more than a fraction would."""
        if self.rate < 1:
            return f"fewer than 1 in 100 {self.unit}"
        return f"about {self.rate:.0f} in 100 {self.unit}"

    def count(self) -> str:
        if self.cases is None:
            return f"{self.watched:,} {self.unit} watched"
        return f"{self.cases:,} of {self.watched:,} {self.unit}"
