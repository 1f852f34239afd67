"""The page on which evidence arrives: a file, a pasted text, or an address that is read later."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from lineage.actions.ask_for_address import AddressRefused, ask_for_address
from lineage.actions.bring_evidence import TooMuchToday, bring_evidence
from lineage.actions.read_evidence import Source
from lineage.formats.proposals import FormatError
from lineage.forms.evidence import AddressForm, PasteForm, UploadForm
from lineage.forms.version_field import suggested_versions
from lineage.models import Evidence, Fetch
from lineage.views.head_of_upload import LARGEST, HeadOfUpload, sha256_of_weights
from lineage.views.people import signed_in
from lineage.words.formats import format_error_words, placed_words

SHOWN = 10


@csrf_exempt
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_lineage(request: HttpRequest) -> HttpResponse:
    """The handler must stand before anything reads the form, which the check of the form's token does first."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        messages.error(request, _("This file is too large to be sent. Its first ten million bytes are enough."))
        return redirect("import_lineage")
    request.upload_handlers = [HeadOfUpload(request)]
    try:
        return _checked(request)
    except RequestDataTooBig:
        messages.error(request, _("This text is too long to be pasted. Send it as a file."))
        return redirect("import_lineage")


@csrf_protect
def _checked(request: HttpRequest) -> HttpResponse:
    ways: dict[str, Callable[[HttpRequest], HttpResponse]] = {"upload": _upload, "paste": _paste, "address": _address}
    way = ways.get(request.POST.get("do", "")) if request.method == "POST" else None
    return way(request) if way else _show(request)


def _show(request: HttpRequest, *, status: int = 200, **more: object) -> HttpResponse:
    about = {"about": request.GET.get("about", "")[:120]}
    person = signed_in(request)
    context: dict[str, object] = {
        "upload": UploadForm(initial=about, prefix="upload"),
        "paste": PasteForm(initial=about, prefix="paste"),
        "address": AddressForm(initial=about, prefix="address"),
        "hosts": settings.IMPORT_HOSTS,
        "fetches": Fetch.objects.filter(asked_by=person).select_related("evidence")[:SHOWN],
        "brought": Evidence.objects.filter(brought_by=person).defer("content")[:SHOWN],
        "suggested": suggested_versions(),
    }
    return render(request, "lineage/import.html", context | more, status=status)


def _upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, prefix="upload")
    if form.is_valid():
        upload = form.cleaned_data["file"]
        data = upload.read()
        source = Source(
            name=upload.name,
            format=form.cleaned_data["format"] or None,
            about=form.cleaned_data["about"] or None,
            sha256=sha256_of_weights(upload, data),
        )
        return _bring(request, data, source, form, "file") or _show(request, status=422, upload=form, wrong=form)
    return _show(request, status=422, upload=form, wrong=form)


def _paste(request: HttpRequest) -> HttpResponse:
    form = PasteForm(request.POST, prefix="paste")
    if form.is_valid():
        # A browser sends every line break as two characters; the file that was copied from has one.
        data = form.cleaned_data["text"].replace("\r\n", "\n").encode()
        source = Source(format=form.cleaned_data["format"] or None, about=form.cleaned_data["about"] or None)
        if done := _bring(request, data, source, form, "text"):
            return done
    return _show(request, status=422, paste=form, wrong=form)


def _bring(request: HttpRequest, data: bytes, source: Source, form: Form, field: str) -> HttpResponse | None:
    """To the page of the evidence; None if it was refused, which the form then says."""
    at = timezone.now()
    try:
        evidence = bring_evidence(data, source, by=signed_in(request), at=at)
    except FormatError as error:
        form.add_error(field, placed_words(error.place, format_error_words(error)))
        return None
    except TooMuchToday as error:
        form.add_error(None, str(error))
        return None
    if evidence.brought_at != at:
        messages.info(request, _("This file was brought before. Here is what became of it."))
    return redirect("evidence", evidence.sha256)


def _address(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST, prefix="address")
    if form.is_valid():
        try:
            ask_for_address(**form.cleaned_data, by=signed_in(request), at=timezone.now())
        except AddressRefused as error:
            form.add_error("url", str(error))
        else:
            messages.success(request, _("The address is read within a minute. This page shows what became of it."))
            return redirect("import_lineage")
    return _show(request, status=422, address=form, wrong=form)
