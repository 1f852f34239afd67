"""The site's addresses, and two views that do next to nothing: what a page costs before it is one."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from campaigns.models import Campaign
from config.urls import urlpatterns as of_the_site


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def hello_and_one_query(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Campaign.objects.values_list("title").get(slug="bra"))


urlpatterns = [path("hello", hello), path("hello-query", hello_and_one_query), *of_the_site]
