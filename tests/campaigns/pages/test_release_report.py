"""The report of a release, as people read it."""

from campaigns.templatetags.promises import each_term_once


def test_a_term_that_two_licences_brought_is_named_once() -> None:
    gone: list[dict[str, object]] = [
        {"term": "no-monetised-hosting", "limit": None, "licence": "first"},
        {"term": "team-size-max", "limit": 10, "licence": "first"},
        {"term": "no-monetised-hosting", "limit": None, "licence": "second"},
        {"term": "team-size-max", "limit": 3, "licence": "second"},
    ]

    assert [(one["term"], one["limit"]) for one in each_term_once(gone)] == [
        ("no-monetised-hosting", None),
        ("team-size-max", 10),
        ("team-size-max", 3),
    ]
