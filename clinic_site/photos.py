"""What an uploaded photo has to be. Pillow decides by decoding, never by the name of the file."""

from django.core.exceptions import ValidationError
from django.core.files.base import File
from PIL import Image, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_FILE = 8_000_000  # bytes
LARGEST_PICTURE = 40_000_000  # pixels, more than any phone takes


def check_photo(file: File[bytes]) -> None:
    if file.size > LARGEST_FILE:
        raise ValidationError("This file is larger than 8 MB. Choose a smaller one.")
    try:
        with Image.open(file, formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > LARGEST_PICTURE:
                raise ValidationError("This picture has more than 40 million pixels. Choose a smaller one.")
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError("Choose a JPEG, PNG or WebP picture.") from error
    finally:
        file.seek(0)
