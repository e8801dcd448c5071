"""The notice worker as it is, but with short pauses: a day of trouble fits into a minute."""

import datetime as dt
import os

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic_site.settings"
    django.setup()
    from clinic_site import mail_tries

    options: dict[str, object] = settings.MAILERS["default"]["OPTIONS"]  # type: ignore[assignment]
    options["timeout"] = 1  # second
    mail_tries.LEASE = dt.timedelta(seconds=4)
    mail_tries.FIRST_PAUSE = dt.timedelta(seconds=0.2)
    mail_tries.LONGEST_PAUSE = dt.timedelta(seconds=1)
    call_command("send_notices", "--pause", "0.1")


if __name__ == "__main__":
    main()
