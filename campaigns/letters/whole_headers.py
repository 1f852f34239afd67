"""Headers that programs read, written as they are.

Python's mail package takes a long word in a header for words to be encoded. An address that came out as
`=?utf-8?q?=3Chttps=3A…` is none any more: no mail program could end a list by it.
"""

from email.message import EmailMessage, Message
from email.policy import Policy, default

from django.core.mail import EmailMultiAlternatives

READ_BY_PROGRAMS = ("List-Unsubscribe", "List-Id")


class WholeHeader(str):
    """A header's value in ASCII; it is broken after commas and nowhere else."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self.replace(', ', f',{policy.linesep} ')}{policy.linesep}"


class MailWithWholeHeaders(EmailMultiAlternatives):
    def message(self, *, policy: "Policy[Message[str, str]] | None" = None) -> EmailMessage:
        message = super().message(policy=policy or default)
        for name in READ_BY_PROGRAMS:
            value = str(message.get(name, ""))
            if value and value.isascii():
                whole = WholeHeader(value)
                whole.name = name
                message.replace_header(name, whole)
        return message
