"""Draw a picture as AVIF that was sent before pictures were kept so."""

from django.db import transaction

from campaigns.locks import one_at_a_time
from campaigns.models import PictureFile, UpdatePicture
from campaigns.uploaded_pictures import avif_widths_of, draw_as_avif


def draw_missing_picture(picture: UpdatePicture, width: int) -> PictureFile | None:
    """The file as it is kept from now on; None for a width in which this picture is not shown."""
    if width not in avif_widths_of(picture.width, picture.height):
        return None
    with transaction.atomic():
        # Many may ask for it at the same moment, and one draws it.
        one_at_a_time(f"picture:{picture.pk}:{width}")
        there = picture.files.filter(kind=PictureFile.Kind.AVIF, width=width).first()
        if there is not None:
            return there
        widest = picture.files.filter(kind=PictureFile.Kind.WEBP).latest("width")
        drawn = draw_as_avif(bytes(widest.content), width)
        return picture.files.create(kind=drawn.kind, width=drawn.width, height=drawn.height, content=drawn.content)
