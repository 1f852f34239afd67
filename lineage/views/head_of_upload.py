"""Take an upload of any size without keeping it: its first bytes, how many there were, and the SHA-256 of all."""

import hashlib
import io
import re
from typing import Any, Final

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from lineage.formats.any_format import LIMITS

LARGEST: Final = 10_000_000_000
"""Bytes that may be sent at all. No file of weights of this field is larger; what is sent takes a worker's time."""

KEPT: Final = max(LIMITS.values()) + 1
"""Bytes that stay in memory: the longest header, and one more, so that what is too long is seen to be."""

_ENDS: Final = re.compile(rb'"data_offsets"\s*:\s*\[\s*\d{1,15}\s*,\s*(\d{1,15})\s*\]')


class HeadOfUpload(FileUploadHandler):
    """Only the first file of a form, and only in the field of the form that takes one."""

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, *args, **kwargs)
        if field_name != "upload-file" or hasattr(self, "head"):
            raise SkipFile
        self.head = io.BytesIO()
        self.digest = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.head.write(raw_data[: max(0, KEPT - self.head.tell())])
        self.digest.update(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        self.head.seek(0)
        name, kind = self.file_name or "", self.content_type or ""
        upload = InMemoryUploadedFile(self.head, self.field_name, name, kind, file_size, self.charset)
        upload.sha256 = self.digest.hexdigest()  # type: ignore[attr-defined]
        return upload


def sha256_of_weights(upload: UploadedFile[Any], head: bytes) -> str | None:
    """That of a whole file of weights. None if its header tells of more or fewer bytes than came: it was cut off."""
    length = int.from_bytes(head[:8], "little")
    ends = [int(match[1]) for match in _ENDS.finditer(head, 8, 8 + length)] if len(head) >= 8 + length else []
    whole = bool(ends) and upload.size == 8 + length + max(ends)
    return str(getattr(upload, "sha256", "")) or None if whole else None
