"""The desk where an update is written: text and pictures, a look at what will be published, and then publishing."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from campaigns.actions.add_picture import MOST_PICTURES, drafted_pictures
from campaigns.actions.keep_draft_words import DraftWords, drafted_words, keep_draft_words
from campaigns.actions.post_update import TELLING, PicturesNotReady, WrittenUpdate, post_update, refuse_unready
from campaigns.forms.update import UpdateForm
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Campaign, Update, UpdateDraft
from campaigns.uploaded_pictures import LARGEST_FILE
from campaigns.views.access import EVERYBODY_IN_IT, campaign_for, signed_in
from campaigns.views.pictures_sent import picture_forms, take_pictures_in
from campaigns.views.then_and_now import tell_drafted

LARGEST = (MOST_PICTURES + 2) * LARGEST_FILE
#: What may be sent before it is complete: pictures by themselves, and the way back from the preview.
UNFINISHED = ("add", "edit", "drop")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def write_update(request: HttpRequest, slug: str) -> HttpResponse:
    """What is too large, or comes from a stranger, is not even read.

    So both are asked before the check of the form's token, which reads it all.
    """
    campaign = campaign_for(request, slug, EVERYBODY_IN_IT)
    if _length(request) > LARGEST:
        messages.error(
            request,
            _("That was too much at once. Go back, where your text still is, and add fewer or smaller pictures."),
        )
        return redirect("update_new", slug)
    answer: HttpResponse = _checked(request, campaign)
    return answer


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else 0


@csrf_protect
def _checked(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    if request.method != "POST":
        return _begun(request, campaign)
    if "publish" not in request.POST:
        _keep_words(request, campaign)
    refused = take_pictures_in(request, campaign, signed_in(request))
    unfinished = any(step in request.POST for step in UNFINISHED)
    form = UpdateForm(request.POST, unfinished=unfinished)
    for sentence in refused:
        form.add_error("pictures", sentence)
    unready = None if unfinished else _unready(campaign, signed_in(request))
    if unfinished or unready or not form.is_valid():
        return _desk(request, campaign, form, unready)
    return _publish(request, campaign, form) if "publish" in request.POST else _preview(request, campaign, form)


def _begun(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Whoever left the desk finds the words again, as well as the pictures."""
    draft = drafted_words(campaign, signed_in(request))
    language = draft.language if draft else (get_language() or "en")[:2]
    words = {"title": draft.title, "body": draft.body} if draft else {}
    return _desk(request, campaign, UpdateForm(initial={**words, "language": language}), draft=draft)


def _keep_words(request: HttpRequest, campaign: Campaign) -> None:
    """As they were sent: words that are too long, or not enough, are no less worth keeping."""
    sent = request.POST
    language = sent.get("language", "")
    known = language if language in dict(settings.LANGUAGES) else (get_language() or "en")[:2]
    words = DraftWords(sent.get("title", ""), sent.get("body", ""), known)
    keep_draft_words(campaign, words, at=timezone.now(), by=signed_in(request))


def _unready(campaign: Campaign, by: User) -> PicturesNotReady | None:
    try:
        refuse_unready(list(drafted_pictures(campaign, by)))
    except PicturesNotReady as error:
        return error
    return None


def _publish(request: HttpRequest, campaign: Campaign, form: UpdateForm) -> HttpResponse:
    """Only what the preview showed is published: its pictures are named in the form."""
    named = [int(key) for key in request.POST.getlist("picture") if key.isascii() and key.isdigit() and len(key) < 18]
    given = form.cleaned_data
    written = WrittenUpdate(given["title"], given["body"], given["language"], named)
    try:
        update = post_update(
            campaign, written, at=timezone.now(), by=signed_in(request), form_nonce=given["form_nonce"]
        )
    except NotPossibleNow:
        form.add_error(None, _("A campaign has updates from the day on which it opens."))
        return _desk(request, campaign, form)
    except PicturesNotReady as error:
        # Another window has changed one since the preview.
        return _desk(request, campaign, form, error)
    messages.success(request, _("The update is published."))
    return redirect("update", campaign.slug, update.number)


def _preview(request: HttpRequest, campaign: Campaign, form: UpdateForm) -> HttpResponse:
    given, person, at = form.cleaned_data, signed_in(request), timezone.now()
    drafted = Update(
        campaign=campaign,
        version=campaign.clean_version,
        kind=Update.Kind.PROGRESS,
        number=0,
        author=person,
        title=given["title"],
        body=given["body"],
        language=given["language"],
        published_at=at,
    )
    pictures = list(drafted_pictures(campaign, person))
    told = tell_drafted(drafted, pictures, at=at)
    return _page(request, campaign, form, told=told, shown_pictures=[picture.pk for picture in pictures])


def _desk(
    request: HttpRequest,
    campaign: Campaign,
    form: UpdateForm,
    unready: PicturesNotReady | None = None,
    draft: UpdateDraft | None = None,
) -> HttpResponse:
    pictures = picture_forms(campaign, signed_in(request), unready)
    wrong = len(form.errors) + sum(not one.is_valid() for one in pictures if one.is_bound)
    return _page(request, campaign, form, pictures=pictures, wrong=wrong, draft=draft)


def _page(request: HttpRequest, campaign: Campaign, form: UpdateForm, **more: object) -> HttpResponse:
    following = campaign.followers.filter(confirmed_at__isnull=False, unsubscribed_at__isnull=True)
    context = {
        "campaign": campaign,
        "form": form,
        "telling": campaign.stage in TELLING,
        "listening": following.count(),
        "most": MOST_PICTURES,
        **more,
    }
    return render(request, "campaigns/creator/write_update.html", context, status=422 if more.get("wrong") else 200)
