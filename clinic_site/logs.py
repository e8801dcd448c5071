"""What no log line may say, at whatever level it is written."""

import logging


class WithoutContext(logging.Filter):
    """For Django's templates: a variable that is missing is told at DEBUG with all that the page was made of."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return True
