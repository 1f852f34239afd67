"""The page that shows the mails of a demo."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from pytest_django import Settings

ADDRESS = "/en/demo/mail/"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.DEMO, settings.MAIL_FOLDER = True, tmp_path
    settings.SITE_URL = "http://127.0.0.1:8000"
    return tmp_path


def send(folder: Path, subject: str, body: str) -> None:
    message = EmailMessage(subject, body, "genseki@example.org", ["carol@example.org"])
    EmailBackend(file_path=str(folder)).send_messages([message])


def test_mails_are_listed_and_shown(client: Client, folder: Path) -> None:
    send(folder, "ご支援を受け取りました", "See http://127.0.0.1:8000/en/thanks/x/ or http://evil.example/ <b>now</b>")

    listed = client.get(ADDRESS).content.decode()
    name = next(folder.glob("*.log")).stem
    shown = client.get(ADDRESS, {"mail": name}).content.decode()

    assert "ご支援を受け取りました" in listed and f"?mail={name}" in listed
    assert '<a class="break" href="http://127.0.0.1:8000/en/thanks/x/">' in shown
    assert 'href="http://evil.example' not in shown and "http://evil.example/" in shown
    assert "&lt;b&gt;now" in shown


def test_a_link_that_only_begins_like_ours_is_no_link(client: Client, folder: Path) -> None:
    send(folder, "s", "http://127.0.0.1:8000.evil.example/")

    shown = client.get(ADDRESS, {"mail": next(folder.glob("*.log")).stem}).content.decode()

    assert 'href="http://127.0.0.1:8000.evil' not in shown


@pytest.mark.parametrize("name", ["../../etc/passwd", "nothing", ""])
def test_only_mails_of_the_folder_are_shown(client: Client, folder: Path, name: str) -> None:
    assert client.get(ADDRESS, {"mail": name}).status_code == 404


def test_without_mails_the_page_says_how_to_get_some(client: Client, folder: Path) -> None:
    assert "There are no emails yet." in client.get(ADDRESS).content.decode()


def test_outside_a_demo_and_from_elsewhere_there_is_no_such_page(
    client: Client, folder: Path, settings: Settings
) -> None:
    elsewhere = client.get(ADDRESS, REMOTE_ADDR="192.0.2.7").status_code
    settings.TRUSTED_PROXY_COUNT = 1
    behind_a_proxy = client.get(ADDRESS).status_code
    settings.TRUSTED_PROXY_COUNT, settings.DEMO = 0, False

    assert (elsewhere, behind_a_proxy, client.get(ADDRESS).status_code) == (404, 404, 404)
