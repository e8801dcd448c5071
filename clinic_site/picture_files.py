"""From an uploaded file to the files of a picture. Pillow decides by decoding, never by the name of the file.

Nothing of an upload is kept but its pixels: a master of moderate size, and smaller renditions in the formats that
browsers load fastest. Each file is named by what it holds, so it never changes under its address.
"""

import hashlib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.text import slugify
from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
ACCEPTED = "image/jpeg,image/png,image/webp,image/avif"  # an iPhone then hands over JPEG instead of HEIC
LARGEST_FILE = 8_000_000  # bytes
LARGEST_PICTURE = 40_000_000  # pixels, more than most phones take
LONGEST_SIDE = 2400  # pixels of the master
WIDTHS = (240, 480, 800, 1216)  # pixels: a face, a phone, a sharp phone, the reading column on a sharp screen
FOLDER = "pictures"
HASHED = re.compile(rf"{FOLDER}/.+-[0-9a-f]{{12}}(?:-\d+)?\.(?:avif|webp|jpg)")

TOO_LARGE = "This file is larger than 8 MB. Choose a smaller one."
TOO_MANY_PIXELS = "This picture has more than 40 million pixels. Choose a smaller one."
MOVING = "Moving pictures cannot be used here. Choose one that stands still."
BROKEN = "This file cannot be read as a picture. Choose a JPEG, PNG, WebP or AVIF file that is whole."
# Files that people take for pictures, by how they begin, and what to do about it.
NOT_THESE = {
    rb"GIF8": "GIF pictures cannot be used here. Save it as PNG or JPEG and choose that.",
    rb"(?s).{0,999}<svg": "SVG drawings cannot be used here. Save it as PNG and choose that.",
    rb"(?s).{4}ftyphe[iv]": "HEIC photos cannot be used here. Save it as JPEG and choose that.",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Developed:
    """What becomes of an upload: the fields of its row, and its files by name."""

    fields: dict[str, Any]
    files: dict[str, bytes]


def decode(file: File[bytes]) -> Image.Image:
    """The upload as upright sRGB pixels of moderate size and nothing else. Raises ValidationError."""
    if file.size > LARGEST_FILE:
        raise ValidationError(TOO_LARGE)
    file.seek(0)
    start = file.read(1024)
    file.seek(0)
    for pattern, words in NOT_THESE.items():
        if re.match(pattern, start):
            raise ValidationError(words)
    try:
        return _pixels(file)
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_MANY_PIXELS) from error
    except Exception as error:  # each decoder has its own ways to stumble over a broken file
        raise ValidationError(BROKEN) from error


def _pixels(file: File[bytes]) -> Image.Image:
    with Image.open(file, formats=FORMATS) as image:
        if image.width * image.height > LARGEST_PICTURE:
            raise ValidationError(TOO_MANY_PIXELS)
        # A phone's JPEG may carry a second picture, of depth for example (MPO): the first one is the photo.
        if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
            raise ValidationError(MOVING)
        image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG needs only a part of its memory
        plain = _in_plain_mode(image)
        plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        return _pixels_alone(_in_srgb(ImageOps.exif_transpose(plain)))


def _in_plain_mode(image: Image.Image) -> Image.Image:
    """One that can be scaled and whose colours can be told: no palette, no 16 bits."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile := image.info.get("icc_profile"):
        try:
            own, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, own, srgb, outputMode=wanted) or image
        except (ImageCms.PyCMSError, OSError):
            log.warning("A picture's colour profile cannot be used; its numbers are taken for sRGB.")
    return image.convert(wanted)


def _pixels_alone(image: Image.Image) -> Image.Image:
    """Position, camera, comments and thumbnails stay behind: they travel with an image, not with its pixels."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    alone = Image.new(image.mode, image.size)
    alone.paste(image)
    return alone


def develop(image: Image.Image, name: str) -> Developed:
    """`image` comes from `decode`; `name` is staff's word for it, and goes into the addresses of the files."""
    if image.mode == "RGBA":
        suffix, master = "webp", _encoded(image, "WEBP", quality=90)
    else:
        suffix, master = "jpg", _encoded(image, "JPEG", quality=85, progressive=True, optimize=True)
    stem = f"{FOLDER}/{slugify(name)[:80] or 'picture'}-{hashlib.sha256(master).hexdigest()[:12]}"
    widths = [*(width for width in WIDTHS if width < image.width), min(image.width, WIDTHS[-1])]
    widths = sorted(set(widths))
    files = {f"{stem}.{suffix}": master}
    for width in widths:
        scaled = image.resize((width, height_at(width, image.size)), Image.Resampling.LANCZOS)
        # Speed 8 of 10: as small as at 6, in a seventh of the time. One thread, so that patients keep a core.
        files[f"{stem}-{width}.avif"] = _encoded(scaled, "AVIF", quality=60, speed=8, max_threads=1)
        files[f"{stem}-{width}.webp"] = _encoded(scaled, "WEBP", quality=78)
    fields = {
        "stem": stem,
        "suffix": suffix,
        "width": image.width,
        "height": image.height,
        "widths": widths,
        "heaviest": len(files[f"{stem}-{widths[-1]}.avif"]),
    }
    return Developed(fields, files)


def height_at(width: int, size: tuple[int, int]) -> int:
    return max(1, round(size[1] * width / size[0]))


def _encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def write(files: dict[str, bytes]) -> None:
    """All of them or none: what is written when one fails goes again."""
    try:
        for name, data in files.items():
            default_storage.delete(name)  # half of it may lie there from a machine that stopped
            default_storage.save(name, ContentFile(data))
    except BaseException:
        remove(files)
        raise


def remove(names: Iterable[str]) -> None:
    """A file that cannot be removed is in nobody's way."""
    for name in names:
        try:
            default_storage.delete(name)
        except Exception:
            log.exception("The file %s could not be removed.", name)
