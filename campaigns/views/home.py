"""The first page, and how it all works."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaigns.views.home_contents import contents


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "campaigns/home.html", contents(at=timezone.now()))


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    language = "ja" if (get_language() or "en").startswith("ja") else "en"
    return render(request, f"campaigns/how_it_works.{language}.html")
