"""What may be uploaded as a picture, and what is left of it."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from clinic_site.picture_files import WIDTHS, Developed, decode, develop

KINDS = ("JPEG", "PNG", "WEBP", "AVIF")


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photo(size: tuple[int, int] = (60, 40), kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    return encoded(Image.new(mode, size, (200, 60, 40, 128)[: len(mode)]), kind, **options)


def upload(data: bytes, name: str = "IMG_1234.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


def made(data: bytes, name: str = "Front desk") -> Developed:
    return develop(decode(upload(data)), name)


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_becomes_a_master_and_renditions_that_can_be_decoded(kind: str) -> None:
    picture = made(photo((1500, 1000), kind))
    stem = picture.fields["stem"]
    assert re.fullmatch(r"pictures/front-desk-[0-9a-f]{12}", stem)
    assert (picture.fields["width"], picture.fields["height"]) == (1500, 1000)
    assert opened(picture.files[f"{stem}.jpg"]).format == "JPEG"
    assert picture.fields["widths"] == list(WIDTHS)
    for width in WIDTHS:
        for suffix in ("avif", "webp"):
            image = opened(picture.files[f"{stem}-{width}.{suffix}"])
            assert (image.format, image.size) == (suffix.upper(), (width, round(width * 2 / 3)))
    assert picture.fields["heaviest"] == len(picture.files[f"{stem}-1216.avif"])


def test_the_address_is_made_of_staffs_word_and_of_what_the_file_holds() -> None:
    stems = [
        made(data, name).fields["stem"]
        for data in (photo(), photo((9, 9)))
        for name in ("Ünser Desk", "受付")
    ]
    assert [stem[:-12] for stem in stems] == ["pictures/unser-desk-", "pictures/picture-"] * 2
    assert stems[0][-12:] == stems[1][-12:] != stems[2][-12:]


@pytest.mark.parametrize(
    ("size", "master", "widths"),
    [
        ((100, 50), (100, 50), [100]),
        ((480, 480), (480, 480), [240, 480]),
        ((900, 300), (900, 300), [240, 480, 800, 900]),
        ((1000, 3000), (800, 2400), [240, 480, 800]),
        ((4800, 20), (2400, 10), list(WIDTHS)),
        ((9000, 1), (2400, 1), list(WIDTHS)),
    ],
)
def test_nothing_is_made_larger_and_no_master_longer_than_2400(
    size: tuple[int, int], master: tuple[int, int], widths: list[int]
) -> None:
    image = decode(upload(photo(size, "PNG")))
    assert image.size == master
    assert develop(image, "x").fields["widths"] == widths


def frames(kind: str) -> bytes:
    images = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    return encoded(images[0], kind, save_all=True, append_images=images[1:])


def bomb(kind: str = "PNG", size: tuple[int, int] = (8000, 5001)) -> bytes:
    return encoded(Image.new("1", size), kind, optimize=True)


WHOLE = photo((300, 300), "JPEG", quality=95)
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "text": (lambda: b"Dear Sir or Madam, this is a letter." * 9, "cannot be read as a picture"),
    "script": (lambda: b"<script>alert(1)</script>", "cannot be read as a picture"),
    "svg": (lambda: b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG drawings"),
    "gif": (lambda: photo(kind="GIF"), "GIF pictures"),
    "heic": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 99, "HEIC photos"),
    "tiff": (lambda: photo(kind="TIFF"), "cannot be read as a picture"),
    "moving PNG": (lambda: frames("PNG"), "Moving pictures"),
    "moving WebP": (lambda: frames("WEBP"), "Moving pictures"),
    "moving AVIF": (lambda: frames("AVIF"), "Moving pictures"),
    "half a JPEG": (lambda: WHOLE[: len(WHOLE) // 2], "cannot be read as a picture"),
    "half a PNG": (lambda: photo((300, 300), "PNG")[:-30], "cannot be read as a picture"),
    "half a WebP": (lambda: photo((300, 300), "WEBP")[:-30], "cannot be read as a picture"),
    "half an AVIF": (lambda: photo((300, 300), "AVIF")[:-30], "cannot be read as a picture"),
    "too many pixels": (bomb, "more than 40 million pixels"),
    "a bomb": (lambda: bomb(size=(20_000, 10_000)), "more than 40 million pixels"),
    "too many bytes": (lambda: WHOLE + b"\0" * 8_000_000, "larger than 8 MB"),
    "nothing in it": (lambda: b"", "cannot be read as a picture"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_picture_for_us_is_refused_in_one_sentence(what: str) -> None:
    make_file, words = REFUSED[what]
    with pytest.raises(ValidationError, match=words) as refusal:
        decode(upload(make_file()))
    assert len(refusal.value.messages) == 1


def test_position_camera_and_words_inside_the_file_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SECRETCAMERA", 6  # the maker, and "turn me to the right"
    exif.get_ifd(0x8825).update({1: "N", 2: (40.0, 42.0, 46.0), 3: "W", 4: (74.0, 0.0, 21.0)})
    sideways = Image.new("RGB", (60, 40), "white")
    sideways.paste("red", (0, 0, 30, 40))
    data = encoded(sideways, exif=exif, comment=b"SECRETNOTE", xmp=b"<x>SECRETXMP</x>", quality=95)
    assert all(word in data for word in (b"SECRETCAMERA", b"SECRETNOTE", b"SECRETXMP"))
    assert Image.open(BytesIO(data)).getexif().get_ifd(0x8825)
    for name, left in made(data).files.items():
        image = opened(left)
        assert image.size == (40, 60), name
        assert not dict(image.getexif()), name
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info), name
        assert b"SECRET" not in left, name
        upper, lower = (image.convert("RGB").getpixel((20, y)) for y in (10, 50))
        assert isinstance(upper, tuple)
        assert isinstance(lower, tuple)
        assert upper[1] < 60 < 200 < lower[1], name


def test_colours_of_another_profile_become_those_of_the_web() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"tXYZ", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"tXYZ", b"gXYZ", 1)
    red = Image.new("RGB", (20, 20), "red")
    pixel = decode(upload(encoded(red, "PNG", icc_profile=swapped))).getpixel((5, 5))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 200 > 60 > pixel[0]
    unusable = decode(upload(encoded(red, "PNG", icc_profile=b"nonsense" * 30)))
    assert unusable.getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("mode", "kind", "wanted"),
    [
        *(("L", "PNG", "RGB"), ("1", "PNG", "RGB"), ("P", "PNG", "RGB"), ("I;16", "PNG", "RGB")),
        *(("CMYK", "JPEG", "RGB"), ("LA", "PNG", "RGBA"), ("RGBA", "PNG", "RGBA"), ("RGBA", "WEBP", "RGBA")),
    ],
)
def test_every_mode_of_colour_is_taken(mode: str, kind: str, wanted: str) -> None:
    assert decode(upload(encoded(Image.new(mode, (20, 20)), kind))).mode == wanted


def test_sixteen_bits_are_scaled_and_not_cut_off() -> None:
    assert decode(upload(encoded(Image.new("I;16", (20, 20), 32_768), "PNG"))).getpixel((0, 0)) == (128,) * 3


def test_transparency_is_kept_where_there_is_any() -> None:
    assert {opened(data).mode for data in made(photo(kind="PNG", mode="RGBA")).files.values()} == {"RGBA"}
    opaque = encoded(Image.new("RGBA", (20, 20), (1, 2, 3, 255)), "PNG")
    assert decode(upload(opaque)).mode == "RGB"


def test_a_second_picture_inside_a_phones_photo_does_no_harm() -> None:
    depth = encoded(
        Image.new("RGB", (20, 20), "red"), "MPO", save_all=True, append_images=[Image.new("RGB", (5, 5))]
    )
    assert decode(upload(depth)).size == (20, 20)
