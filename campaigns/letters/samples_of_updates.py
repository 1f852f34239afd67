"""Made-up news of every kind that a campaign tells: a name, what is special to it, and whether it goes to followers."""

from collections.abc import Mapping

NEWS = """The first epoch is done, and **nothing of the old data** was used.

1. 12,000 pictures, each with its source
2. [the list of them](https://example.org/sources.csv)

> Loss is where we hoped it would be.
"""
NEWS_JA = """最初のエポックが終わりました。**以前のデータは使っていません。**

1. 画像は12,000枚、すべて出典つき
2. [一覧](https://example.org/sources.csv)

> 損失は期待どおりです。
"""
RESULT = {"raised": 24_500, "goal": 20_000}
BELOW = {"raised": 13_500, "goal": 20_000}
MORE_TIME = {
    "what": "release",
    "until": "2026-08-31T14:59:59+00:00",
    "before": "2026-07-31T14:59:59+00:00",
    "zone": "Asia/Tokyo",
}


def update_samples(language: str) -> tuple[tuple[str, dict[str, object], bool], ...]:
    title, body = ("最初のエポックが終わりました", NEWS_JA) if language == "ja" else ("The first epoch is done", NEWS)
    opened = {"goal": 20_000, "deadline": "2026-04-30T14:59:59+00:00"}
    return (
        _news("opened", opened),
        _news("progress", title=title, body=body),
        _news("funded", RESULT),
        _news("funded", RESULT, name="funded-to-supporters", listed=False),
        _news("unfunded", BELOW),
        _news("unfunded", BELOW, name="unfunded-nobody-charged", nobody_charged=True),
        _news("training"),
        _news("released"),
        _news("cancelled"),
        _news("cancelled", name="cancelled-nobody-charged", nobody_charged=True),
        _news("abandoned", {"by": "trainer", "left": 18_200}, body=body),
        _news("abandoned", {"by": "clock", "left": 0}, name="abandoned-by-the-clock"),
        _news("amended", MORE_TIME, name="amended-more-time"),
        _news("amended", {"what": "payee", "way": "connect"}, name="amended-payee"),
        _news("amended", {"what": "came-later", "left": 480}, name="amended-came-later"),
        _news("doubted", name="doubted"),
        _news("doubted", {"decision": "refuse", "left": 9_000}, name="doubted-refused"),
        _news("doubted", {"decision": "pay"}, name="doubted-paid"),
        _news("doubted", {"is_over": True}, name="doubted-over"),
    )


def _news(
    kind: str, data: Mapping[str, object] | None = None, *, name: str = "", listed: bool = True, **more: object
) -> tuple[str, dict[str, object], bool]:
    context = {"kind": kind, "data": data or {}, "currency": "JPY", "title": "", "body": "", **more}
    return f"update-{name or kind}", context, listed
