"""The staff can look at the lineage and correct it; the log can only be read."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from lineage.models import Licence, LogEntry, Version
from tests.lineage.documents import a_file_with_everything, put_on_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("staff", "staff@example.com"))
    put_on_record(a_file_with_everything())
    return client


@pytest.mark.parametrize("model", [Version, Licence, LogEntry])
def test_the_staff_find_and_open_every_row(desk: Client, model: type[Version] | type[Licence] | type[LogEntry]) -> None:
    name = model._meta.model_name
    listed = desk.get(reverse(f"admin:lineage_{name}_changelist"))
    opened = [desk.get(reverse(f"admin:lineage_{name}_change", args=[row.pk])) for row in model.objects.all()]

    assert listed.status_code == 200
    assert opened and {answer.status_code for answer in opened} == {200}


def test_nobody_adds_a_version_by_hand_or_writes_into_the_log(desk: Client) -> None:
    entry = LogEntry.objects.get()

    answers = [
        desk.post(reverse("admin:lineage_version_add"), {"slug": "x", "name": "X"}),
        desk.post(reverse("admin:lineage_logentry_change", args=[entry.pk]), {"kind": "grant-recorded"}),
        desk.post(reverse("admin:lineage_logentry_delete", args=[entry.pk]), {"post": "yes"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert LogEntry.objects.get().kind == LogEntry.Kind.FILE_IMPORTED
