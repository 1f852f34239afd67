"""As 「2026年11月23日」 and 「2026年11月23日 13:05 JST」."""

DATE_FORMAT = "Y年n月j日"
DATETIME_FORMAT = "Y年n月j日 H:i T"
