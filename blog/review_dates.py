"""What becomes of a page whose review is due. Decided when it is read, never stored; days are the clinic's."""

import datetime as dt

from django.utils import timezone

QUEUED = dt.timedelta(days=30)  # before the day: it stands in the queue, and the reviewer is told
GRACE = dt.timedelta(days=60)  # after it: then the page says so to readers
LIMIT = dt.timedelta(days=365)  # after it: search engines are told to drop the page, and no list leads to it


class ReviewDates:
    """For an edition, whole or in short."""

    next_review_on: dt.date

    @property
    def overdue_days(self) -> int:
        """0 on the day itself and before. A draft may have no date yet."""
        if self.next_review_on is None:
            return 0
        return max(0, (timezone.localdate() - self.next_review_on).days)

    @property
    def says_overdue(self) -> bool:
        return self.overdue_days > GRACE.days

    @property
    def is_lapsed(self) -> bool:
        return self.overdue_days > LIMIT.days


def year_after(day: dt.date) -> dt.date:
    """The same day of the next year; March 1 after a February 29."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, month=3, day=1)
