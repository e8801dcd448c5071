"""Mails that come back: what a mail server reports of one that it had taken (RFC 3464)."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from .notices import Notice

MOST_BYTES = 1_000_000  # of a report that is looked at; what it returns of the mail itself stands at its end
MOST_IDS = 20


def take(report: bytes) -> int:
    """Mark the notices that `report` says have failed for good. How many; none when it is anything else.

    A notice is known by its Message-ID, which has 64 random bits: nobody can make one up.
    """
    mail = message_from_bytes(report[:MOST_BYTES], policy=policy.default)
    if not says_failed(mail):
        return 0
    known = Notice.objects.filter(message_id__in=list(original_ids(mail))[:MOST_IDS]).select_related("lead")
    return sum(notice.take_back() for notice in known)


def says_failed(mail: EmailMessage) -> bool:
    """Whether it is a delivery report with a final "failed" in it; a delay is none (RFC 3464, 2.3.3)."""
    if mail.get_content_type() != "multipart/report":
        return False
    reports = (part for part in mail.walk() if part.get_content_type() == "message/delivery-status")
    return any(
        str(fields.get("Action", "")).strip().lower() == "failed"
        for report in reports
        for fields in report.walk()
    )


def original_ids(mail: EmailMessage) -> Iterator[str]:
    """Of the mail that is returned, whole or its head only; some servers name it in the report's own head instead."""
    for part in mail.walk():
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield from _id(message_from_bytes(content, policy=policy.default), "Message-ID")
        elif part is not mail:
            yield from _id(part, "Message-ID")
    for name in ("In-Reply-To", "References"):
        yield from _id(mail, name)


def _id(mail: object, name: str) -> list[str]:
    return str(mail.get(name, "")).split() if isinstance(mail, EmailMessage) else []
