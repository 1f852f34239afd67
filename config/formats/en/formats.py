"""As "Nov 23, 2026" and "Nov 23, 2026, 13:05 JST"."""

DATE_FORMAT = "M j, Y"
SHORT_DATE_FORMAT = "M j, Y"
DATETIME_FORMAT = "M j, Y, H:i T"
