"""Authors' CommonMark as markup that can do nothing but be read: rendered, then cut down to an allow-list."""

from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from adp.comparison.words.text import visible

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a",
    "sub", "sup", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
SCHEMES = {"https", "mailto"}
LOWER = {f"h{n}": f"h{min(n + 2, 6)}" for n in range(1, 7)}  # the page has its own h1 and h2
LONGEST = 200_000


def render(source: str) -> SafeString:
    """HTML in the source is shown as text, images vanish, links lead to https and mailto only, without a referrer."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20}).enable("table")
    tokens = parser.parse(visible(source)[:LONGEST])
    for token in tokens:
        token.tag = LOWER.get(token.tag, token.tag)
    markup = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_address,
        url_schemes=SCHEMES,
        link_rel="noreferrer nofollow",
    )
    return mark_safe(markup)  # noqa: S308 - nh3 has just cleaned it


def _address(_tag: str, attribute: str, value: str) -> str | None:
    """Absolute or nothing: `//host`, `/path` and `\\\\host` would lead somewhere the author did not write."""
    if attribute != "href":
        return value
    try:
        return value if urlsplit(value).scheme in SCHEMES else None
    except ValueError:
        return None
