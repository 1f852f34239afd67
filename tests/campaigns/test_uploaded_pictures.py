"""What is left of a picture that somebody sends: its pixels, small enough, and nothing else."""

import io
import struct
import time
import tracemalloc
import zlib

import pytest
from PIL import Image, PngImagePlugin

from campaigns import uploaded_pictures
from campaigns.uploaded_pictures import (
    AVIF,
    HEAVIEST,
    SMALL_HEAVIEST,
    WEBP,
    WIDE_HEAVIEST,
    Drawn,
    PictureRefused,
    draw_again,
)
from tests.campaigns.pictures import a_file

SECRET = b"35.6586 139.7454 Hanako's phone"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def widest(data: bytes) -> Image.Image:
    return opened(draw_again(data)[-1].content)


def reason(data: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        draw_again(data)
    return refused.value.reason


def with_gps(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Hanako's phone"
    exif.get_ifd(0x8825)[2] = (35.0, 39.0, 31.0)
    exif.get_ifd(0x8825)[1] = "N"
    return a_file(kind=kind, exif=exif)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_where_a_photograph_was_taken_is_not_kept(kind: str) -> None:
    data = with_gps(kind)
    assert opened(data).getexif().get_ifd(0x8825), "the test's own file must tell where it was taken"

    drawn = draw_again(data)

    for one in drawn:
        picture = opened(one.content)
        assert picture.format == one.kind.upper() and not picture.getexif() and b"Hanako" not in one.content
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(picture.info)


def test_comments_profiles_and_texts_are_not_kept() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    texts.add_text("parameters", SECRET.decode())
    files = (
        a_file(pnginfo=texts, icc_profile=SECRET),
        a_file(kind="JPEG", comment=SECRET, xmp=SECRET, icc_profile=SECRET),
        a_file(kind="WEBP", xmp=SECRET, icc_profile=SECRET),
    )

    drawn = [one for data in files for one in draw_again(data)]

    assert all(SECRET in data or b"itxt" in data.lower() for data in files)
    assert not any(SECRET in one.content for one in drawn)


def test_a_program_behind_a_picture_is_not_kept() -> None:
    polyglot = a_file(kind="JPEG") + b"<script>alert(1)</script>PK\x03\x04" + SECRET

    drawn = draw_again(polyglot)

    assert not any(b"<script" in one.content or SECRET in one.content for one in drawn)


def test_a_photograph_that_lies_on_its_side_stands_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    picture = widest(a_file((300, 200), "JPEG", exif=exif))

    assert picture.size == (200, 300)


def test_a_large_picture_is_kept_in_three_widths_of_each_kind_and_a_small_one_as_it_is() -> None:
    large, small = draw_again(a_file((4000, 3000), "JPEG")), draw_again(a_file((300, 200)))

    assert sizes(large, WEBP) == [(480, 360), (800, 600), (1600, 1200)]
    assert sizes(large, AVIF) == [(320, 240), (800, 600), (1280, 960)]
    assert sizes(small, WEBP) == sizes(small, AVIF) == [(300, 200)]
    for one in (*large, *small):
        picture = opened(one.content)
        assert (picture.format, *picture.size) == (one.kind.upper(), one.width, one.height)


def sizes(drawn: tuple[Drawn, ...], kind: str) -> list[tuple[int, int]]:
    return [(one.width, one.height) for one in drawn if one.kind == kind]


@pytest.mark.parametrize("size", [(900, 700), (200, 1600), (64, 2400)])
def test_what_comes_with_a_page_is_light_whatever_the_picture(size: tuple[int, int]) -> None:
    file = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(file, "PNG")

    small, *wider = [one for one in draw_again(file.getvalue()) if one.kind == AVIF]

    assert small.width <= 320 and small.height <= 480 and len(small.content) <= SMALL_HEAVIEST
    assert all(len(one.content) <= WIDE_HEAVIEST for one in wider)


def test_without_avif_a_picture_is_kept_as_webp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploaded_pictures, "WRITES_AVIF", False)

    drawn = draw_again(a_file())

    assert [one.kind for one in drawn] == [WEBP]


def test_a_very_long_picture_is_made_to_fit() -> None:
    picture = widest(a_file((400, 20_000)))

    assert picture.height == 2400


def test_noise_is_saved_more_coarsely_so_that_a_page_stays_light() -> None:
    noise = Image.effect_noise((1000, 900), 90).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "JPEG", quality=88)

    drawn = draw_again(file.getvalue())

    plain = io.BytesIO()
    noise.save(plain, "WEBP", quality=80)
    assert len(drawn[-1].content) < HEAVIEST < len(plain.getvalue())


def test_what_is_see_through_lies_on_white() -> None:
    picture = widest(a_see_through_file())

    assert picture.mode == "RGB" and min(picture.getpixel((50, 50))) > 250  # type: ignore[arg-type]


def a_see_through_file() -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "RGBA"])
def test_every_way_of_storing_colours_is_read(mode: str) -> None:
    file = io.BytesIO()
    picture = Image.new("RGB", (100, 80), (200, 40, 60))
    (Image.new("I;16", (100, 80), 40_000) if mode == "I;16" else picture.convert(mode)).save(
        file, "JPEG" if mode == "CMYK" else "PNG"
    )

    drawn = widest(file.getvalue())

    assert drawn.mode == "RGB" and drawn.size == (100, 80)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_kept(kind: str) -> None:
    file, red = io.BytesIO(), Image.new("RGB", (100, 100), (255, 0, 0))
    red.save(file, kind, save_all=True, append_images=[Image.new("RGB", (100, 100), (0, 0, 255))], duration=100)

    picture = widest(file.getvalue())

    assert getattr(picture, "n_frames", 1) == 1
    red_part, _, blue_part = picture.getpixel((50, 50))  # type: ignore[misc]
    assert red_part > 200 and blue_part < 50


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "svg"),
        (b"\xef\xbb\xbf  <svg/>", "svg"),
        (b"<!doctype html><p>hello", "not-a-picture"),
        (b"", "not-a-picture"),
        (b"%PDF-1.7", "not-a-picture"),
        (a_file(kind="GIF"), "not-a-picture"),
        (a_file(kind="BMP"), "not-a-picture"),
        (a_file((63, 400)), "too-small"),
        (b"x" * 8_000_001, "too-heavy"),
    ],
    ids=["svg", "svg-with-mark", "page", "nothing", "pdf", "gif", "bmp", "tiny", "heavy"],
)
def test_what_is_no_picture_that_we_take_is_refused_with_its_reason(data: bytes, expected: str) -> None:
    assert reason(data) == expected


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_cut_short_is_damaged_wherever_it_ends(kind: str) -> None:
    noise = io.BytesIO()
    Image.effect_noise((200, 200), 60).convert("RGB").save(noise, kind)
    data = noise.getvalue()

    found = {reason(data[: len(data) * part // 8]) for part in range(1, 8)}

    assert found <= {"damaged", "not-a-picture"} and "damaged" in found


def test_whatever_byte_is_wrong_it_is_drawn_or_refused() -> None:
    data = bytearray(a_file((80, 80), "PNG"))

    for place in range(len(data)):
        broken = bytearray(data)
        broken[place] ^= 0x5A
        try:
            draw_again(bytes(broken))
        except PictureRefused:
            continue


def a_png_that_says(width: int, height: int) -> bytes:
    """A few hundred bytes that claim to be very large, and unpack to the first rows of it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


TOO_LARGE = ((10_000, 10_000), (100_000, 100_000), (2**31 - 1, 2**31 - 1), (40_000_001, 64), (8000, 6000))


@pytest.mark.parametrize("size", TOO_LARGE)
def test_a_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    tracemalloc.start()
    began = time.thread_time()

    found = reason(a_png_that_says(*size))

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found in ("too-many-pixels", "damaged")
    assert most < 20_000_000 and time.thread_time() - began < 1


def test_a_text_in_a_png_that_unpacks_without_end_is_refused() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("bomb", "x" * 70_000_000, zip=True)

    assert reason(a_file(pnginfo=texts)) == "damaged"
