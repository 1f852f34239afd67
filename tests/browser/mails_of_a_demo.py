"""A demo's folder of mails, with one in it as it is sent."""

from pathlib import Path

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from pytest_django import Settings

from campaigns.letters import as_html, as_text
from campaigns.letters.samples import sample_letter, samples


def the_mails_of_a_demo(settings: Settings, folder: Path) -> str:
    """The name of the one mail, a receipt; from now on the site is a demo."""
    settings.DEMO, settings.MAIL_FOLDER = True, folder / "mails"
    letter = sample_letter(next(one for one in samples("ja") if one.name == "receipt"), "ja")
    message = EmailMultiAlternatives(letter.subject, as_text(letter), "genseki@example.org", ["carol@example.org"])
    message.attach_alternative(as_html(letter), "text/html")
    EmailBackend(file_path=str(settings.MAIL_FOLDER)).send_messages([message])
    return next((folder / "mails").glob("*.log")).stem
