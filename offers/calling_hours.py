"""When a call or a text would come at a bad hour.

47 CFR 64.1200(c)(1) draws the line at 8 in the morning and 9 in the evening where the person is. We do not know where
a person is: a number's area code tells where it was bought, years ago, and following people about to find out is not
for us. Nearly everybody who asks to come to a clinic is in its own time zone, so the clinic's clock decides, and it is
a warning rather than a lock: who said "call me at ten, I am in California" may be called at ten.
"""

import datetime as dt

from django.utils import timezone

from clinic_site.front_door import clinic_zone

EARLIEST, LATEST = dt.time(8), dt.time(21)
WARNING = (
    "It is {clock} at the clinic. Calls and texts should wait until 8 a.m., unless they asked for this hour."
)


def bad_hour_warning(now: dt.datetime | None = None) -> str:
    """One sentence for whoever is about to call or text; nothing between 8:00 and 20:59."""
    local = timezone.localtime(now or timezone.now(), timezone=clinic_zone())
    if EARLIEST <= local.time() < LATEST:
        return ""
    return WARNING.format(clock=f"{local:%I:%M}".lstrip("0") + (" a.m." if local.hour < 12 else " p.m."))
