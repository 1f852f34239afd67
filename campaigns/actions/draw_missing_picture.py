"""Draw a picture as AVIF that was sent before pictures were kept so."""

from campaigns.models import PictureFile, UpdatePicture
from campaigns.uploaded_pictures import avif_widths_of, draw_as_avif


def draw_missing_picture(picture: UpdatePicture, width: int) -> PictureFile | None:
    """The file as it is kept from now on; None for a width in which this picture is not shown.

    Raises OthersAreDrawing. No transaction is open while it is drawn; another process may draw the same one meanwhile.
    """
    if width not in avif_widths_of(picture.width, picture.height):
        return None
    drawn = draw_as_avif(bytes(widest_of(picture).content), width)
    kept, _ = picture.files.get_or_create(
        kind=drawn.kind, width=drawn.width, defaults={"height": drawn.height, "content": drawn.content}
    )
    return kept


def widest_of(picture: UpdatePicture) -> PictureFile:
    return picture.files.filter(kind=PictureFile.Kind.WEBP).latest("width")
