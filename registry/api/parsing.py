"""JSON from strangers: not too much, not too deep."""

from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


class TooMuchError(APIException):
    status_code = 413
    default_code = "too-large"
    default_detail = "the body of this request is too large"


class _Counted:
    """Reads until the limit, then refuses."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self.stream, self.left = stream, limit

    def read(self, size: int = -1) -> bytes:
        wanted = self.left + 1 if size < 0 else min(size, self.left + 1)
        chunk = self.stream.read(wanted)
        self.left -= len(chunk)
        if self.left < 0:
            raise TooMuchError
        return chunk


class BoundedJSONParser(JSONParser):
    """At most what the view says with `largest()`; without a word, what Django allows for forms."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        largest = getattr((parser_context or {}).get("view"), "largest", None)
        limit = largest() if largest else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        bounded: Any = _Counted(stream, limit)
        try:
            return super().parse(bounded, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("this JSON is nested too deeply") from error
