"""A run in a real browser: its lines arrive while it runs, it is cancelled by keyboard, operators see to it."""

import re

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.factories.journeys import patient
from tests.journeys import axe
from tests.journeys.browser import ARGUMENTS, Person
from tests.journeys.cast import ended, join, run_of

pytestmark = [pytest.mark.sandbox, pytest.mark.browser]
A_RUN = 60_000  # ms


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def ida(site):
    return join(site, "ida")


@pytest.fixture
def open_run(browser, site, git_host, ida):
    """Submits a product whose step takes its time, and opens the page of its run."""
    people = []

    def start(name, seconds, **options):
        patient(git_host.folder / name, seconds=seconds)
        run = run_of(ida, ida.do("versions/", {"url": git_host.url_of(name), "ref": "v1.0.0"}))
        person = Person(browser, site.url, **options)
        people.append(person)
        person.page.goto("/login/")
        person.page.get_by_label("Handle").fill("ida")
        person.page.get_by_label("Password").fill("the light is seen from afar")
        person.page.get_by_role("button", name="Sign in").click()
        person.page.goto(f"/runs/{run['id']}/")
        return person, run

    yield start
    troubles = [trouble for person in people for trouble in person.troubles]
    for person in people:
        person.context.close()
    assert not troubles, "\n".join(troubles)


def test_lines_curves_and_stages_arrive_while_it_runs(open_run):
    person, _run = open_run("slow-magnitudes", 6)
    page = person.page
    page.evaluate("() => { window.stayed = true }")
    expect(page.locator("#live")).to_have_text("Live: this page moves by itself.")
    expect(page.locator("#log")).to_contain_text("half second 2: light <b>falls</b>", timeout=A_RUN)
    assert "half second 12" not in page.locator("#log").inner_text()  # it is still falling
    expect(page.locator("#where")).to_contain_text("step magnitudes, 1 of 1")
    expect(page.locator("#now")).to_contain_text("last sign of life")
    expect(page.locator("#usage svg")).to_have_count(3)
    assert axe.faults(page) == []
    expect(page.locator("#where").get_by_role("link", name="Read the report")).to_be_visible(timeout=A_RUN)
    expect(page.locator("#count")).to_have_text("9 of 9 passed")
    expect(page.locator("#cost")).to_contain_text("of the report")
    expect(page.locator("#live")).to_have_text("This run does not move any more.")
    lines = re.findall(r"half second (\d+)", page.locator("#log").inner_text())
    assert lines == [str(n + 1) for n in range(12)]  # each once, in order
    assert page.evaluate("() => window.stayed")
    assert axe.faults(page) == []
    person.looks()


def test_it_is_cancelled_by_keyboard(open_run, ida):
    person, run = open_run("endless-magnitudes", 50)
    page = person.page
    expect(page.locator("#log")).to_contain_text("half second 1", timeout=A_RUN)
    stop = page.get_by_role("link", name="Cancel this run")
    stop.focus()
    page.wait_for_timeout(1500)  # the parts of the page are drawn anew meanwhile; the focus stays where it was
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cancel run")
    assert axe.faults(page) == []
    button = page.get_by_role("button", name="Cancel this run")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#where")).to_contain_text("This run was cancelled", timeout=A_RUN)
    assert ended(ida, run)["state"] == "cancelled"
    expect(page.get_by_role("button", name="Run it again")).to_be_visible()


def test_without_scripts_the_page_tells_the_same_when_it_is_loaded_again(open_run, ida):
    person, run = open_run("plain-magnitudes", 1, java_script_enabled=False)
    page = person.page
    expect(page.locator("#live")).to_contain_text("look again")
    ended(ida, run)
    page.get_by_role("link", name="look again").click()
    expect(page.locator("#log")).to_contain_text("half second 2")
    expect(page.locator("#count")).to_have_text("9 of 9 passed")


OPERATOR = """
from registry.people import Person
Person.objects.filter(username="otto").update(is_superuser=True)
"""


def test_an_operator_sees_and_drains_the_node(browser, site):
    join(site, "otto")
    site.manage("shell", "-c", OPERATOR)
    person = Person(browser, site.url)
    person.signs_in("otto")
    page = person.goes_to("/operations/")
    row = page.get_by_role("row", name="embedded")
    expect(row).to_contain_text("ready")
    assert axe.faults(page) == []
    person.presses("Drain embedded")
    expect(row).to_contain_text("draining")
    person.presses("Resume embedded")
    expect(row).to_contain_text("ready")
    assert person.troubles == []
    person.context.close()
