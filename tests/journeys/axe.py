"""What axe-core finds on a page as it is: nothing serious, on a desk and on a telephone."""

import json
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

from tests.journeys.browser import NARROW, WIDE

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
SERIOUS = {"serious", "critical"}
SCRIPT = AXE_FILE_PATH.read_text("utf-8")


def faults(page: Page) -> list[str]:
    """Each finding in a line; evaluated, not added as a script: the content policy stays as it is."""
    found = []
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        page.evaluate(SCRIPT)
        told: dict[str, Any] = page.evaluate(f"() => axe.run(document, {json.dumps(RULES)})")
        for rule in told["violations"]:
            where = "; ".join(node["html"][:120] for node in rule["nodes"][:3])
            found += [f"{size['width']} px: {rule['id']}: {where}"] if rule["impact"] in SERIOUS else []
    page.set_viewport_size(WIDE)
    return found
