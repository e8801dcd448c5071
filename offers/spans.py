"""Spans of time as one says them."""

import datetime as dt


def span_words(span: dt.timedelta) -> str:
    """The largest whole unit: 12 minutes, 3 hours, 2 days."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 60:
        return _counted(max(minutes, 1), "minute")
    if minutes < 48 * 60:
        return _counted(minutes // 60, "hour")
    return _counted(minutes // (24 * 60), "day")


def every_words(span: dt.timedelta) -> str:
    """How often, to the nearest unit: hour, 8 hours, 3 days."""
    hours = max(round(span.total_seconds() / 3600), 1)
    number, unit = (hours, "hour") if hours < 36 else (round(hours / 24), "day")
    return unit if number == 1 else f"{number} {unit}s"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
