"""Words on edges stay readable: clear of each other, of other lines, and inside the picture."""

from itertools import combinations

from lineage.picture.tags import Tag, Wish, place_tags

UPRIGHT = ((100, 0), (100, 60))
BESIDE = ((140, 0), (140, 60))
LONG = ((100, 0), (100, 60), (100, 140), (100, 200))


def test_words_stand_in_the_middle_of_their_line() -> None:
    (tag,) = place_tags([UPRIGHT], [Wish(0, 30, 8)], 400)

    assert tag == Tag(100, 30, 30, 8)


def test_a_long_line_bears_its_words_near_the_child() -> None:
    (tag,) = place_tags([LONG], [Wish(0, 30, 8)], 400)

    assert (tag.x, tag.y) == (100, 170)


def test_words_on_neighbouring_lines_keep_clear_of_each_other() -> None:
    tags = place_tags([UPRIGHT, BESIDE], [Wish(0, 30, 8), Wish(1, 30, 8)], 400)

    assert not any(one.meets(other) for one, other in combinations(tags, 2))


def test_broad_words_make_way_for_a_line_beside_theirs() -> None:
    here, beside = ((200, 0), (200, 60)), ((240, 0), (240, 60))

    (tag,) = place_tags([here, beside], [Wish(0, 80, 14)], 400)

    assert tag.x - tag.reach < 200 < tag.x + tag.reach < 240


def test_words_do_not_leave_the_picture() -> None:
    near_the_border = ((10, 0), (10, 60))

    (tag,) = place_tags([near_the_border], [Wish(0, 80, 8)], 400)

    assert tag.x - tag.reach == 0


def test_where_there_is_no_room_words_stand_on_their_line_all_the_same() -> None:
    tags = place_tags([UPRIGHT] * 9, [Wish(way, 30, 20) for way in range(9)], 400)

    assert len(tags) == 9
