"""Pages by cursor: flat in cost however deep, and no row twice while others are added."""

from typing import Any

from rest_framework.pagination import CursorPagination
from rest_framework.response import Response


class NewestFirst(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = ("-created_at", "-pk")

    def get_paginated_response(self, data: Any) -> Response:
        """The next page also as a Link header, for the formats that have no place for it."""
        response = super().get_paginated_response(data)
        if following := self.get_next_link():
            response["Link"] = f'<{following}>; rel="next"'
        return response


class NewestEventFirst(NewestFirst):
    ordering = ("-at", "-id")


class Tables(NewestFirst):
    """For lists that are also served as CSV and VOTable."""

    max_page_size = 2000
