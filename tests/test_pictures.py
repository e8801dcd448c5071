"""Pictures in the staff pages and on the site, and when their files come and go."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pytest_django import Settings

from clinic_site import picture_files
from clinic_site.models import Clinic, Picture, Practitioner
from clinic_site.picture_files import develop
from clinic_site.pictures import Use, looks_like_a_file_name, remove_unused
from clinic_site.templatetags.clinic_site import image as image_tag

from . import factories as make
from .migrating import empty_database

pytestmark = pytest.mark.django_db
LIST = "/admin/clinic_site/picture/"
ADD = f"{LIST}add/"
TYPED = {"name": "Front desk", "alt": "The front desk with two chairs", "credit": "Photo by Ada"}


@pytest.fixture(autouse=True)
def editor(client: Client) -> User:
    make.make_clinic()
    user = make.make_user("editor", group="Editor")
    client.force_login(user)
    return user


def photo(size: tuple[int, int] = (60, 40), kind: str = "JPEG") -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return file.getvalue()


def upload(data: bytes, name: str = "IMG_1234.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


def send(client: Client, data: bytes | None, url: str = ADD, **typed: str) -> str:
    """What the page says when it refuses; nothing when it has saved."""
    file = {} if data is None else {"upload": upload(data)}
    response = client.post(url, {**TYPED, **typed, **file})
    if response.status_code == 302:
        return ""
    page = response.content.decode()
    return " ".join(
        re.findall(r"<li>(.*?)</li>", "".join(re.findall(r'class="errorlist.*?</ul>', page, re.S)))
    )


def stored(settings: Settings) -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("data", [b"Dear Sir or Madam", b"<svg/>", b""])
def test_a_refused_file_costs_nothing_that_was_typed(client: Client, settings: Settings, data: bytes) -> None:
    response = client.post(ADD, {**TYPED, "upload": upload(data)})
    errors = response.context["adminform"].form.errors
    assert set(errors) == {"upload"}
    assert len(errors["upload"]) == 1
    assert all(f'value="{TYPED[name]}"' in response.content.decode() for name in TYPED)
    assert not Picture.objects.exists()
    assert stored(settings) == set()


def test_a_file_has_to_be_chosen_and_chosen_again(client: Client, settings: Settings) -> None:
    assert send(client, None) == "Choose a picture."
    again = send(client, photo(), alt="")
    assert "Choose the file again" in again
    assert stored(settings) == set()


@pytest.mark.parametrize(
    "words",
    [
        *("IMG_1234.jpg", "IMG_1234", "IMG 1234", "DSC01234", "PXL_20260101_123456789", "photo", "Image 3"),
        *(
            "Screenshot 2026-11-22 at 10.11.12 AM",
            "front-desk-morning",
            "front_desk",
            "desk.png",
            "1234",
            "…",
        ),
        "WhatsApp Image 2026-01-02 at 10.11.12 (1)",
    ],
)
def test_the_name_of_a_file_is_no_description(client: Client, words: str) -> None:
    assert looks_like_a_file_name(words)
    assert "name of a file" in send(client, photo(), alt=words)
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    "words",
    ["The front desk", "Desk", "A needle, 0.25 mm thin", "An X-ray of a heel", "Ada Example at work", "受付"],
)
def test_words_are_a_description(words: str) -> None:
    assert not looks_like_a_file_name(words)


def test_a_picture_says_what_it_shows_or_that_it_shows_nothing(client: Client) -> None:
    silent = client.post(ADD, {**TYPED, "alt": "", "upload": upload(photo())})
    assert "Say what the picture shows" in silent.context["adminform"].form.errors["alt"][0]
    assert "empty the words" in send(client, photo(), decorative="on")
    assert send(client, photo(), alt="", decorative="on") == ""
    picture = Picture.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(Picture).filter(pk=picture.pk).update(decorative=False)


def test_it_is_printed_with_its_size_its_formats_and_its_words() -> None:
    picture = make.make_picture((1000, 500), alt='A "good" desk')
    from django.template.loader import render_to_string

    page = render_to_string("components/picture.html", {"picture": picture, "caption": "The <desk>"})
    base = f"/media/{picture.stem}"
    for kind in ("avif", "webp"):
        sizes = ", ".join(f"{base}-{width}.{kind} {width}w" for width in (240, 480, 800, 1000))
        assert f'<source type="image/{kind}" srcset="{sizes}" sizes="' in page
    assert page.index("avif") < page.index("webp")
    assert f'src="{base}.jpg" width="1000" height="500" alt="A &quot;good&quot; desk"' in page
    assert 'loading="lazy" decoding="async"' in page
    assert '<figcaption class="small">The &lt;desk&gt;</figcaption>' in page


def test_a_narrow_place_gets_its_own_size_and_a_small_picture_keeps_its_own() -> None:
    picture = make.make_picture((1000, 500))
    assert (image_tag(picture, "18rem", width=288)["height"]) == 144
    small = make.make_picture((100, 50))
    assert (image_tag(small, "18rem", width=288)["width"]) == 100


def test_hashed_files_are_kept_for_a_year_and_stay_in_their_box(client: Client) -> None:
    picture = make.make_picture()
    for name, kind in ((f"{picture.stem}-240.avif", "image/avif"), (picture.master, "image/jpeg")):
        response = client.get(default_storage.url(name), headers={"accept-encoding": "gzip"})
        assert response["Content-Type"] == kind
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["Content-Length"] == str(default_storage.size(name))
        with default_storage.open(name) as file:
            assert response.getvalue() == file.read()
    default_storage.save("people/ada.jpg", ContentFile(b"x"))
    plain = client.get("/media/people/ada.jpg")
    assert (plain["Cache-Control"], plain.getvalue()) == ("public, max-age=3600", b"x")
    assert client.get("/media/pictures/").status_code == 404


def test_a_deleted_picture_takes_its_files_along_after_the_commit(
    settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    picture, kept = make.make_picture(), make.make_picture((80, 60))
    with django_capture_on_commit_callbacks() as callbacks:
        picture.delete()
        assert len(stored(settings)) == 8
    for callback in callbacks:
        callback()
    assert stored(settings) == set(kept.file_names())
    with django_capture_on_commit_callbacks(execute=True):
        Picture.objects.all().delete()
    assert stored(settings) == set()


def test_a_replaced_picture_gets_new_addresses_and_the_old_files_go(
    client: Client, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    picture = make.make_picture()
    url = f"{LIST}{picture.pk}/change/"
    with django_capture_on_commit_callbacks(execute=True):
        assert send(client, photo(), url, name="Reception") == ""
    new = Picture.objects.get()
    assert new.stem.startswith("pictures/reception-")
    assert stored(settings) == set(new.file_names())
    with django_capture_on_commit_callbacks(execute=True):
        assert send(client, photo(), url, name="Reception") == ""  # the same once more
        assert send(client, None, url, name="Other words") == ""
    assert stored(settings) == set(new.file_names())
    assert Picture.objects.get().stem == new.stem


def test_the_same_file_once_more_touches_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even for a moment: patients are looking at it."""
    picture = make.make_picture()
    monkeypatch.setattr(picture_files, "write", lambda files: pytest.fail("written again"))
    picture.put(develop(Image.new("RGB", (320, 240), "teal"), picture.name))
    picture.save()
    assert stored(settings) == set(picture.file_names())


def test_files_that_a_row_has_stay(settings: Settings) -> None:
    """Two people upload the same picture at once: the second row fails, and must not take the first one's files."""
    picture = make.make_picture()
    remove_unused(picture.stem, picture.file_names())
    assert stored(settings) == set(picture.file_names())


def still_shown(stem: str) -> list[Use]:
    return [Use("An edition")]


def test_files_that_something_still_shows_stay(
    client: Client, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    settings.PICTURE_USES = [f"{__name__}.still_shown"]
    picture = make.make_picture()
    old = set(picture.file_names())
    with django_capture_on_commit_callbacks(execute=True):
        send(client, photo(), f"{LIST}{picture.pk}/change/")
        assert len(stored(settings)) > len(old)
        Picture.objects.get().delete()
    assert old < stored(settings)


def test_the_same_picture_is_not_taken_twice(client: Client, settings: Settings) -> None:
    assert send(client, photo()) == ""
    files = stored(settings)
    assert "This picture is here already: “Front desk”." in send(client, photo(), credit="")
    assert Picture.objects.count() == 1
    assert stored(settings) == files


@pytest.mark.parametrize("failing", ["row", "log"])
def test_a_row_that_fails_leaves_no_files(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """Nor does a row that was stored lose its files to what fails after it."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("on purpose")

    place = {"row": "clinic_site.changes.PageChangeQuerySet.note"}
    monkeypatch.setattr(place.get(failing, "django.contrib.admin.models.LogEntryManager.log_actions"), fail)
    with pytest.raises(RuntimeError):
        send(client, photo())
    names = {name for picture in Picture.objects.all() for name in picture.file_names()}
    assert stored(settings) == names
    assert bool(names) == (failing == "log")


def test_a_full_disk_leaves_nothing_and_says_so(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = default_storage.save

    def full_after_two(name: str, content: Any) -> str:
        if len(stored(settings)) >= 2:
            raise OSError("No space left on device")
        return save(name, content)

    monkeypatch.setattr(default_storage, "save", full_after_two)
    assert "could not be stored" in send(client, photo())
    assert stored(settings) == set()
    assert not Picture.objects.exists()


def test_scaling_holds_no_lock_on_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own transaction is one; a second would be the page's."""
    depths = []

    def spy(image: Image.Image, name: str) -> picture_files.Developed:
        depths.append(len(connection.savepoint_ids))
        return develop(image, name)

    monkeypatch.setattr("clinic_site.admin_pictures.develop", spy)
    assert send(client, photo()) == ""
    assert depths == [0]


def test_the_staff_see_it_what_it_weighs_and_where_it_is_shown(client: Client) -> None:
    response = client.post(ADD, {**TYPED, "upload": upload(photo((900, 600)))})
    picture = Picture.objects.get()
    url = f"{LIST}{picture.pk}/change/"
    assert response["Location"] == url
    page = client.get(url).content.decode()
    assert f'src="/media/{picture.stem}-480.webp" width="480" height="320"' in page
    assert "900 × 600 pixels" in page
    assert "Nowhere yet" in page
    person = make.make_practitioner(portrait=picture)
    assert (
        f'<a href="/admin/clinic_site/practitioner/{person.pk}/change/">' in client.get(url).content.decode()
    )
    assert "Portrait of Ada Example" in client.get(url).content.decode()


def test_the_list_shows_thumbnails_and_asks_no_more_for_more(client: Client) -> None:
    def queries() -> int:
        client.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        return len(asked)

    picture = make.make_picture()
    few = queries()
    for width in (50, 60, 70):
        make.make_picture((width, 50))
    assert queries() == few
    page = client.get(LIST).content.decode()
    assert f'<img class="thumb" src="/media/{picture.stem}-240.webp" width="240" height="180"' in page
    assert client.get(f"{LIST}?q=chairs").context["cl"].result_count == 4


def test_an_editor_may_and_the_front_desk_may_not(client: Client) -> None:
    picture = make.make_picture()
    assert client.post(f"{LIST}{picture.pk}/delete/", {"post": "yes"}).status_code == 302
    client.force_login(make.make_user("desk", group="Front desk"))
    assert client.get(LIST).status_code == 403
    assert client.get(ADD).status_code == 403


def test_a_portrait_is_shown_and_cannot_be_deleted_under_the_person(client: Client) -> None:
    Clinic.objects.all().delete()  # the starter brings its own
    make.load_starter()
    picture = make.make_picture((600, 800), name="Ada", alt="Ada at the desk")
    Practitioner.objects.update(portrait=picture)
    person = Practitioner.objects.first()
    assert person
    page = client.get(person.get_absolute_url()).content.decode()
    assert f'src="/media/{picture.stem}.jpg" width="288" height="384" alt="Ada at the desk"' in page
    article = client.get("/blog/dry-needling-for-sciatica/").content.decode()
    face = (
        f'class="person__face" src="/media/{picture.stem}.jpg" width="88" height="88" alt="Ada at the desk"'
    )
    assert face in article
    assert face in client.get("/about/").content.decode()
    response = client.post(f"{LIST}{picture.pk}/delete/", {"post": "yes"})
    assert response.status_code == 200
    assert Picture.objects.exists()


def test_the_portrait_is_chosen_from_the_pictures(client: Client) -> None:
    client.force_login(make.make_user("owner", group="Owner"))
    picture, person = make.make_picture(), make.make_practitioner()
    url = f"/admin/clinic_site/practitioner/{person.pk}/change/"
    typed = {"name": "Ada", "slug": "ada", "title": "Licensed acupuncturist", "position": "0"}
    assert client.post(url, {**typed, "portrait": picture.pk}).status_code == 302
    person.refresh_from_db()
    assert person.portrait == picture


@pytest.mark.django_db(transaction=True)
def test_photos_that_are_there_already_become_portraits(settings: Settings) -> None:
    after = [("clinic_site", "0003_pictures")]
    with empty_database():
        executor = MigrationExecutor(connection)
        before = executor.loader.get_migration(*after[0]).dependencies
        executor.migrate(before)
        old = executor.loader.project_state(before).apps
        People = old.get_model("clinic_site", "Practitioner")
        default_storage.save("people/ada.png", ContentFile(photo((300, 300), "PNG")))
        for slug, name in (("ada", "people/ada.png"), ("bob", "people/lost.png"), ("eve", "")):
            People.objects.create(name=slug.title(), slug=slug, photo=name, photo_alt="At the desk")
        executor = MigrationExecutor(connection)
        executor.migrate(after)
        new = executor.loader.project_state(after).apps.get_model("clinic_site", "Practitioner").objects
        row = new.get(slug="ada").portrait
        ada = Picture(**{field.attname: getattr(row, field.attname) for field in row._meta.fields})
        assert (ada.name, ada.alt, ada.width) == ("Ada", "At the desk", 300)
        assert stored(settings) == set(ada.file_names())
        without = new.filter(portrait=None).order_by("slug")
        assert list(without.values_list("slug", flat=True)) == ["bob", "eve"]
        MigrationExecutor(connection).migrate(before)
        assert People.objects.get(slug="ada").photo.name == ada.master
