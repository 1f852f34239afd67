"""Pictures as people send them, made here: nobody's photographs."""

import io
from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from campaigns.actions.add_picture import PictureLine, add_picture, describe_pictures
from campaigns.models import Campaign, UpdatePicture
from tests.world import a_person, now


def a_file(
    size: tuple[int, int] = (300, 200), kind: str = "PNG", colour: object = (200, 40, 60), **saved: Any
) -> bytes:
    """A file of one colour, with whatever else is to be saved in it."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **saved)  # type: ignore[arg-type]
    return file.getvalue()


def sent(data: bytes, name: str = "picture.png", kind: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def a_picture(
    campaign: Campaign,
    by: User | None = None,
    *,
    alt: str = "A red rectangle",
    role: str = "plain",
    **file: Any,
) -> UpdatePicture:
    """A picture that its author, Bob, has added and described, and not published."""
    by = by or a_person("Bob")
    picture = add_picture(campaign, a_file(**file), at=now(), by=by)
    describe_pictures(campaign, {picture.pk: PictureLine(alt, role)}, by=by)
    picture.refresh_from_db()
    return picture
