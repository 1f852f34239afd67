"""What the people of the demo write: first in Japanese, then in English. Names are roles, never real people's."""

from dataclasses import dataclass

from campaigns.lifecycle import Kind


@dataclass(frozen=True, slots=True)
class Story:
    """One campaign of the demo. Amounts are minor units; `costs` are item, the same in the other language, amount.

    `days` is until the deadline that its draft has.
    """

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
    kind: str = Kind.KEEP
    declared_match: int | None = None
    payee_country: str = "JP"


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
        "3. 二つをマージし、これまでのデータで仕上げます。\n\n"
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

PORTRAIT = Story(
    slug="portrait-base",
    language="en",
    currency="USD",
    goal=15_000,
    ceiling=25_000,
    coin=500,
    days=7,
    kind=Kind.ALL_OR_NOTHING,
    declared_match=10_000,
    # Where the pretend platform is: paid through Stripe. BRA's trainer is paid by hand.
    payee_country="US",
    tainted="chilloutmix",
    clean="portrait-base-plan",
    texts={
        "title": "A clean portrait base in ChilloutMix's place",
        "title_other": "ChilloutMixに代わる、クリーンなポートレート用ベース",
        "summary": "Many photo models stand on ChilloutMix and inherit what it inherited. "
        "A portrait base trained on Stable Diffusion 1.5 alone would free whatever is made from it.",
        "summary_other": "多くの写真系モデルがChilloutMixをもとにしており、その制限も受け継いでいます。"
        "Stable Diffusion 1.5だけから学習したポートレート用ベースがあれば、そこから作るモデルは制限を受け継ぎません。",
        "plan": "## What will be done\n\n"
        "1. Fine-tune Stable Diffusion 1.5 on licensed portrait photographs only.\n"
        "2. Publish the training settings and the list of data sources.\n"
        "3. Compare it with ChilloutMix, side by side, before it is released.\n\n"
        "No merge goes into it, so its family tree has exactly two nodes.",
        "plan_other": "## すること\n\n"
        "1. 許諾を得たポートレート写真だけで、Stable Diffusion 1.5をファインチューンします。\n"
        "2. 学習の設定とデータの出所の一覧を公開します。\n"
        "3. 公開の前に、ChilloutMixと並べて比べます。\n\n"
        "マージはしません。系譜は二つのモデルだけになります。",
        "if_it_fails": "If nothing can be released, what is left goes back to everybody.",
        "if_it_fails_other": "公開できなければ、残ったお金を全員に返します。",
        "more_is_for": "A second round of training, at a higher resolution.",
        "more_is_for_other": "より高い解像度での追加学習にあてます。",
    },
    costs=(
        ("GPU time (A100, about 80 hours)", "GPU(A100、約80時間)", 12_000),
        ("Storage and transfer", "データの保管と転送", 3_000),
    ),
)


@dataclass(frozen=True, slots=True)
class News:
    """An update; `pictures` says what the one before and the one after show."""

    language: str
    title: str
    body: str
    pictures: tuple[str, str]


NEWS = {
    "bra": News(
        language="ja",
        title="比べ方を決めました",
        body="学習が終わったら、**同じプロンプトと同じシード**で作った画像を、前と後で並べてお見せします。\n\n"
        "- 人物、風景、小物を4枚ずつ\n"
        "- 選び直しはせず、最初の1枚を使います\n\n"
        "下の2枚は並べ方の見本です。モデルの出力ではなく、このデモのために描いた図です。",
        pictures=("掘り出したままの、でこぼこした茶色い石", "同じ石を磨いてカットした、青い宝石"),
    ),
    "portrait-base": News(
        language="en",
        title="How we will compare the two",
        body="When the training is done you will see pictures made with **the same prompts and the same seeds**, "
        "before and after.\n\n"
        "- Four portraits in each of five kinds of light\n"
        "- The first try of each; nothing is picked\n\n"
        "The two below only show how that will look. They were drawn for this demo, and no model made them.",
        pictures=("A rough brown stone, as it was found", "The same stone, cut and polished into a blue gem"),
    ),
}

# Who promised what for the portrait base, and with which of the sandbox's cards: one whose bank asks its holder at
# the close, and one that is declined then. Without those two the coins and their match reach the goal exactly.
SURE, ASKED_BACK, DECLINED = "4242424242424242", "4000002760003184", "4000000000000341"
PROMISES: tuple[tuple[int, int, str], ...] = (
    (1, 1_000, SURE),
    (3, 1_000, SURE),
    (4, 500, SURE),
    (8, 1_500, SURE),
    (10, 500, SURE),
    (5, 500, ASKED_BACK),
    (12, 1_000, SURE),
    (13, 500, DECLINED),
    (15, 1_000, SURE),
    (18, 1_000, SURE),
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
