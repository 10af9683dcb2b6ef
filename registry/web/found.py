"""A query's row, or the page that says there is none: to whoever may not see a thing it does not exist."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404

Row = TypeVar("Row")


def or_404(query: Callable[..., Row], *args: Any, **kwargs: Any) -> Row:
    try:
        return query(*args, **kwargs)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
