"""What the people of the demo write: first in Japanese, then in English. Names are roles, never real people's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """One campaign of the demo. Amounts are minor units; `costs` are item, the same in the other language, amount."""

    slug: str
    language: str
    currency: str
    goal: int
    ceiling: int | None
    coin: int
    days: int
    tainted: str
    clean: str
    texts: dict[str, str]
    costs: tuple[tuple[str, str, int], ...]


BRA = Story(
    slug="bra",
    language="ja",
    currency="JPY",
    goal=20_000,
    ceiling=20_000,
    coin=500,
    days=7,
    tainted="bra-v4",
    clean="bra-clean-plan",
    texts={
        "title": "BRAをクリーンに再学習する",
        "title_other": "Retrain BRA on a clean base",
        "summary": "BRAの半分は、制限のあるライセンスを受け継いだモデルから学習されていました。"
        "その半分をクリーンなベースで学習し直せば、制限はなくなります。必要なのはGPU代だけです。",
        "summary_other": "Half of BRA was trained on a model that had inherited a restricting licence. "
        "Training that half again on a clean base removes the restrictions. Only the GPU time has to be paid.",
        "plan": "## なぜ\n\n"
        "BRA V1の半分はChilloutMixから学習されました。ChilloutMixの系譜をたどると、制限のあるライセンスに行き着きます。"
        "作者はそれを知りませんでした。\n\n"
        "## すること\n\n"
        "1. SD1.5から学習した半分は、そのまま使います。\n"
        "2. もう半分を、制限を受け継いでいないベースで学習し直します。\n"
        "3. 二つを混ぜ、これまでのデータで仕上げます。\n\n"
        "学習データは変えません。今のBRAもこれまでどおり使えますが、マージの公開はお待ちください。",
        "plan_other": "## Why\n\n"
        "Half of BRA V1 was trained on ChilloutMix, whose family tree leads to a restricting licence. "
        "Its author had not known.\n\n"
        "## What will be done\n\n"
        "1. The half that was trained on SD1.5 is kept as it is.\n"
        "2. The other half is trained again on a base that inherits no restriction.\n"
        "3. The two are merged and finished with the same data as before.\n\n"
        "The training data stay the same. Today's BRA remains available; please wait with publishing merges of it.",
        "if_it_fails": "学習がうまくいかなければ、別のクリーンなベースで一度だけやり直します。"
        "それでも公開できなければ、残ったお金を全員に返します。",
        "if_it_fails_other": "If the training does not work out, it is tried once more on another clean base. "
        "If nothing can be released after that, what is left goes back to everybody.",
        "more_is_for": "",
        "more_is_for_other": "",
    },
    costs=(
        ("GPU(A100、約90時間)", "GPU time (A100, about 90 hours)", 16_500),
        ("データの保管と転送", "Storage and transfer of the data", 1_500),
        ("予備(やり直し1回分)", "Reserve (one more try)", 2_000),
    ),
)

REMIX = Story(
    slug="chilled-remixr",
    language="en",
    currency="USD",
    goal=3_000,
    ceiling=None,
    coin=300,
    days=21,
    tainted="chilled-remixr",
    clean="chilled-remixr-clean-plan",
    texts={
        "title": "Mix chilled_remixr again, from clean parents",
        "title_other": "chilled_remixrをクリーンな親からもう一度マージする",
        "summary": "chilled_remixr was withdrawn because BRA V3 was in it. "
        "Once BRA is clean, the mix can be made again from parents that inherit no restriction.",
        "summary_other": "chilled_remixrはBRA V3を含んでいたため公開を取り下げました。"
        "BRAがクリーンになれば、制限を受け継いでいない親だけでマージし直せます。",
        "plan": "The same recipe, with the clean BRA in the place of BRA V3, then two evenings of comparing pictures. "
        "It begins when the clean BRA has been released.",
        "plan_other": "同じレシピで、BRA V3の代わりにクリーン版のBRAを使い、二晩かけて画像を比べます。"
        "クリーン版のBRAが公開されたら始めます。",
        "if_it_fails": "If the clean BRA is not released, everybody gets the money back.",
        "if_it_fails_other": "クリーン版のBRAが公開されなければ、全員に返金します。",
        "more_is_for": "More than the goal pays for a version with a baked-in VAE.",
        "more_is_for_other": "目標を超えた分は、VAE入りの版の作成にあてます。",
    },
    costs=(
        ("GPU time for the comparison", "比較用のGPU代", 2_200),
        ("Storage", "保管", 800),
    ),
)

# Name (empty for those who give none), message, anonymous, in which language they read.
SUPPORTERS: tuple[tuple[str, str, bool, str], ...] = (
    ("みかん", "ワンコインで応援します!", False, "ja"),
    ("Koharu", "いつも使わせてもらっています。", False, "ja"),
    ("", "", True, "ja"),
    ("a merger", "So that I can publish my merge again.", False, "en"),
    ("写真好き", "クリーン版を楽しみにしています。", False, "ja"),
    ("Nagi", "", False, "ja"),
    ("", "名乗るほどの者ではありません。", True, "ja"),
    ("LoRA職人", "LoRAを作り直す準備をして待っています。", False, "ja"),
    ("Sora", "Good luck with the training!", False, "en"),
    ("ことり", "", False, "ja"),
    ("hobbyist", "One coin from abroad.", False, "en"),
    ("豆大福", "無理のないペースでお願いします。", False, "ja"),
    ("", "", True, "en"),
    ("ひなた", "", False, "ja"),
    ("Yuzu", "系譜の図、とても分かりやすいです。", False, "ja"),
    ("pixel", "", False, "en"),
    ("あおい", "応援しています。", False, "ja"),
    ("もち", "", False, "ja"),
    ("Ren", "Thank you for being open about it.", False, "en"),
)
