"""A person at a browser. Every page they come to is looked at: is it sound, does it fit a telephone, is it all ours?"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response

from tests.journeys.cast import PASSWORD

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
FAULTS = (Path(__file__).parent / "faults.js").read_text("utf-8")
OVERHANG = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Person:
    """One person with a browser of their own. `refusals` are the pages on which an error status was right."""

    def __init__(self, browser: Browser, site: str, **options: Any) -> None:
        self.site, self.refusals, self.troubles = site, set[str](), list[str]()
        self.context = browser.new_context(base_url=site, viewport=WIDE, **options)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("request", lambda request: self._request(request.url))
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        is_a_status = message.text.startswith("Failed to load resource")  # _response knows better
        if message.type in {"error", "warning"} and not is_a_status:
            self.troubles.append(f"console: {message.text} at {message.location}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.site:
            self.troubles.append(f"asked elsewhere: {url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and urlsplit(response.url).path not in self.refusals:
            self.troubles.append(f"status {response.status}: {response.url}")

    def goes_to(self, path: str) -> Page:
        self.page.goto(path)
        return self.looks()

    def looks(self) -> Page:
        """At the page as it is now, on a desk and on a telephone."""
        self.page.wait_for_load_state("load")
        where = urlsplit(self.page.url).path
        self.troubles += [f"{where}: {fault}" for fault in self.page.evaluate(FAULTS)]
        self.page.set_viewport_size(NARROW)
        overhang = self.page.evaluate(OVERHANG)
        self.page.set_viewport_size(WIDE)
        if overhang > 0:
            self.troubles.append(f"{where}: {overhang} px beyond the edge of a telephone")
        return self.page

    def presses(self, name: str) -> Page:
        return self._clicks(self.page.get_by_role("button", name=name, exact=True))

    def follows(self, name: str) -> Page:
        """The first link whose words contain `name`."""
        return self._clicks(self.page.get_by_role("main").get_by_role("link", name=name).first)

    def _clicks(self, what: Locator) -> Page:
        with self.page.expect_navigation():
            what.click()
        return self.looks()

    def registers(self, handle: str, name: str, orcid: str = "") -> None:
        page = self.goes_to("/register/")
        page.get_by_label("Handle").fill(handle)
        page.get_by_label("Name").fill(name)
        page.get_by_label("E-mail").fill(f"{handle}@example.org")
        page.get_by_label("ORCID iD").fill(orcid)
        page.get_by_label("Password").fill(PASSWORD)
        self.presses("Register")

    def signs_in(self, handle: str) -> None:
        page = self.goes_to("/login/")
        page.get_by_label("Handle").fill(handle)
        page.get_by_label("Password").fill(PASSWORD)
        self.presses("Sign in")
