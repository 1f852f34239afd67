from collections.abc import Mapping

from django.conf import settings
from django.template import Context, Engine
from django.utils.translation import override

from campaigns.letters.parts import Draft, Letter


def write_letter(template: str, context: Mapping[str, object], *, language: str, stop_url: str = "") -> Letter:
    """The letter of templates/mail/<template>.txt. Raises TemplateDoesNotExist."""
    draft = Draft()
    # A row of an earlier release may name no zone.
    values = {
        "zone": settings.TIME_ZONE,
        **context,
        "letter": draft,
        "site_url": settings.SITE_URL,
        "unsubscribe_url": stop_url,
    }
    with override(language):
        # What the tags get is plain text; the HTML view escapes it, all of it and once.
        Engine.get_default().get_template(f"mail/{template}.txt").render(Context(values, autoescape=False))
    return Letter(
        language=language,
        subject=draft.subject,
        why=draft.why,
        parts=tuple(draft.parts),
        site_url=settings.SITE_URL,
        stop_url=stop_url,
    )
