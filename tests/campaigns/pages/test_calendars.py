"""Deadlines as RFC 5545 wants them."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from campaigns.sharing.calendar import folded


def unfolded(body: bytes) -> list[str]:
    assert body.endswith(b"\r\n") and b"\n" not in body.replace(b"\r\n", b"")
    lines = body.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode("utf-8") is not None for line in lines), "no character is parted"
    return body.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def test_a_deadline_is_a_moment_in_utc_with_a_name_for_ever(client: Client, bra: Campaign) -> None:
    for path in ("/en/campaigns.ics", "/ja/c/clean-bra/deadline.ics"):
        lines = unfolded(client.get(path).content)
        said = dict(line.partition(":")[::2] for line in lines)
        assert bra.deadline is not None
        assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
        assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
        assert said["UID"] == "campaign-clean-bra@127.0.0.1" and said["STATUS"] == "CONFIRMED"
        assert said["DTSTART"] == bra.deadline.strftime("%Y%m%dT%H%M%SZ")
        assert re.fullmatch(r"\d{8}T\d{6}Z", said["DTSTAMP"]) and said["PRODID"]
        assert "VALARM" not in lines and "BEGIN:VALARM" not in lines


def test_words_cannot_become_lines_of_their_own(client: Client, bra: Campaign) -> None:
    strange = "再学習;,\\ 🎉 \r\nEND:VEVENT\r\nATTACH:http://x \x07\x00\u202e".replace("\x00", "")
    Campaign.objects.update(title=strange, title_other=strange, summary=strange * 4, summary_other="")

    lines = unfolded(client.get("/en/c/clean-bra/deadline.ics").content)

    assert lines.count("END:VEVENT") == 1 and not [line for line in lines if line.startswith("ATTACH")]
    summary = next(line for line in lines if line.startswith("SUMMARY:"))
    assert "再学習\\;\\,\\\\ 🎉" in summary and "\x07" not in summary


@pytest.mark.parametrize("text", ["x" * 75, "x" * 76, "字" * 200, "é🎉" * 60, "x" * 74 + "字", ""])
def test_a_line_is_folded_between_characters_at_75_octets(text: str) -> None:
    line = folded(text)

    parts = line.removesuffix(b"\r\n").split(b"\r\n ")
    assert b"".join(parts).decode() == text
    assert len(parts[0]) <= 75 and all(0 < len(part) <= 74 for part in parts[1:])
    assert len(parts) == 1 or len(parts[0]) > 71


def test_what_has_closed_leaves_the_calendar_and_what_was_cancelled_says_so(
    client: Client, bra: Campaign, now: datetime
) -> None:
    first = client.get("/en/c/clean-bra/deadline.ics")
    Campaign.objects.update(stage=Stage.CANCELLED, stage_version=7, changed_at=now + timedelta(seconds=1))
    after = client.get("/en/c/clean-bra/deadline.ics", headers={"If-None-Match": first["ETag"]})

    assert b"STATUS:CANCELLED" in after.content and b"SEQUENCE:7" in after.content
    assert b"VEVENT" not in client.get("/en/campaigns.ics").content
