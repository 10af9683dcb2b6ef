"""A page taken apart: its tags, what it loads, where it leads, and whether its tags close."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# in SVG an element may close itself
DRAWN = {"path", "circle", "line", "rect"}


class Page(HTMLParser):
    """What a page is made of, and whether its tags close."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.assets, self.links, self.ids = [], [], [], []
        self.open, self.wrong, self.inputs, self.labels = [], [], [], set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag in {"script", "link", "img", "source", "iframe", "object", "embed"}:
            self.assets.append(found.get("src") or found.get("href") or "")
        self.links += [value for name, value in attrs if tag in {"a", "form"} and name in {"href", "action"}]
        self.wrong += [f"{tag} {name}" for name in found if name.startswith("on") or name == "style"]
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "label":
            self.labels.add(found.get("for"))
        if tag in {"input", "select", "textarea"} and found.get("type") not in {"hidden", "checkbox", "radio"}:
            self.inputs.append(found.get("id"))
        if tag not in VOID | DRAWN:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in DRAWN:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def count(self, tag):
        return sum(t == tag for t, _ in self.tags)
