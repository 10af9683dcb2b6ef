"""The whole story as people see it, each at a browser of their own."""

import re

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.factories.journeys import photometry
from tests.journeys.browser import ARGUMENTS, Person
from tests.journeys.cast import appoint

pytestmark = [pytest.mark.sandbox, pytest.mark.browser]
VERSION = "/products/beth/star-photometry/versions/0.1.0/"
ORCID = "0000-0001-5109-3700"
A_RUN = 90_000  # ms


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def someone(browser, site):
    """Makes people; in the end nobody had any trouble."""
    people = []

    def make(**options):
        people.append(Person(browser, site.url, **options))
        return people[-1]

    yield make
    troubles = [trouble for person in people for trouble in person.troubles]
    for person in people:
        person.context.close()
    assert not troubles, "\n".join(troubles)


def test_from_a_git_url_to_credit(someone, site, git_host):
    photometry(git_host.folder / "star-photometry", "0.1.0", orcid=ORCID)
    beth, curt, stella, edith = someone(), someone(), someone(), someone()
    beth.registers("beth", "Beth Example", ORCID)
    curt.registers("curt", "Curt Example")
    stella.registers("stella", "Stella Example")
    edith.registers("edith", "Edith Example")
    appoint(site, editors="edith", verified="beth")
    signs_out_and_in_again(beth, "beth")
    submits(beth, git_host.url_of("star-photometry"), "v0.1.0")
    watches_the_run(beth)
    invites(edith, {"curt": "code", "stella": "science case"})
    reviews(curt, "code", is_signed=True)
    reviews(stella, "science case", is_signed=False)
    decides(edith)
    visitor = someone()
    sees_what_was_published(visitor)
    sees_the_credit(visitor, beth, stella)


def signs_out_and_in_again(person, handle):
    person.goes_to("/account/")
    person.presses("Sign out")
    person.goes_to("/submit/")
    assert person.page.url.endswith("/login/?next=/submit/")
    person.signs_in(handle)


def submits(person, url, tag):
    """Looks first; nothing is stored before the second button."""
    page = person.goes_to("/submit/")
    page.get_by_label("Git repository").fill(url)
    page.get_by_label("Tag").fill(tag)
    person.presses("Look at it")
    expect(page.get_by_role("heading", name="What we found")).to_be_visible()
    assert page.context.request.get(VERSION).status == 404
    person.presses(f"Check {tag}")
    assert page.url.endswith(VERSION)


def watches_the_run(person):
    """The page fetches its own news: it is never loaded again."""
    page = person.follows("Follow the run")
    page.evaluate("() => { window.stayed = true }")
    expect(page.locator("#stages").get_by_text("steps").first).to_be_visible()
    expect(page.locator("#where").get_by_role("link", name="Read the report")).to_be_visible(timeout=A_RUN)
    expect(page.locator("#count")).to_have_text("9 of 9 passed")
    expect(page).to_have_title(re.compile("^passed · run"))
    expect(page.locator("#log")).to_contain_text("measure")
    assert page.evaluate("() => window.stayed")
    person.looks()
    page = person.follows("Read the report")
    expect(page.get_by_role("heading", name="Every rule that was judged")).to_be_visible()


def invites(editor, reviewers):
    editor.goes_to("/desk/")
    page = editor.follows("star-photometry")
    for handle, track in reviewers.items():
        page.get_by_label("Handle of the reviewer").fill(handle)
        page.get_by_label("Track").select_option(label=track)
        editor.presses("Invite")
        expect(page.locator("ul.notes")).to_contain_text("is invited")
    expect(page.get_by_role("button", name="Decide the round")).to_be_disabled()
    expect(page.get_by_text("A decision needs a report in each track")).to_be_visible()


def reviews(person, track, *, is_signed):
    person.goes_to("/desk/")
    page = person.follows("star-photometry")
    person.presses("Agree to review")
    questions = page.locator("fieldset.ask").all()
    for question in questions[1:]:
        question.get_by_label("yes", exact=True).check()
    page.get_by_label("To the authors").fill(f"The {track} is *clear*.")
    page.get_by_label("accept", exact=True).check()
    page.get_by_label(re.compile("Sign: the authors")).set_checked(is_signed)
    forgot_one(person)
    page.locator("fieldset.ask").first.get_by_label("yes", exact=True).check()
    person.presses("Send review")
    expect(page.get_by_text("Your report is with the editor")).to_be_visible()


def forgot_one(person):
    """An incomplete review comes back with what is missing, and with everything that was typed."""
    page = person.page
    action = page.locator("#review").get_attribute("action")
    person.refusals.add(action)
    person.presses("Send review")
    expect(page.get_by_role("alert")).to_contain_text("1 thing is missing")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("To the authors")).to_have_value(re.compile("clear"))


def decides(editor):
    editor.goes_to("/desk/")
    page = editor.follows("star-photometry")
    page.get_by_label("accept", exact=True).check()
    page.get_by_label("Rationale").fill("Both tracks recommend it.")
    editor.presses("Decide the round")
    expect(page.get_by_text("The round is decided")).to_be_visible()


def sees_what_was_published(visitor):
    page = visitor.goes_to("/")
    page.get_by_role("searchbox").fill("photometry star")
    visitor.presses("Search")
    visitor.follows("star-photometry")
    page = visitor.goes_to(VERSION)
    expect(page.get_by_role("heading", level=1)).to_contain_text("star-photometry 0.1.0")
    expect(page.get_by_role("link", name="Archive")).to_be_visible()
    page = visitor.goes_to(f"{VERSION}report/")
    expect(page.get_by_role("rowheader", name="flux", exact=True)).to_be_visible()


def sees_the_credit(visitor, author, reviewer):
    for handle, deeds in (("beth", ["Software", "Methodology"]), ("curt", ["Reviewer"]), ("edith", ["Editor"])):
        table = visitor.goes_to(f"/people/{handle}/").get_by_role("table", name=re.compile("recorded deed"))
        for deed in deeds:
            expect(table).to_contain_text(deed)
    expect(visitor.goes_to("/people/stella/").get_by_text("Nothing on record yet")).to_be_visible()
    expect(reviewer.goes_to("/people/stella/").get_by_text("1 of them not public")).to_be_visible()
    assert "stella" not in author.goes_to(VERSION).content().lower()


BROKEN = """<!doctype html><html><head><title>x</title></head><body><h1>One</h1><h1>Two</h1><h4>Deep</h4>
<main style="width: 2000px"><input name="q"><p id="a"></p><p id="a"></p><img src="https://elsewhere.example/x.png">
</main><script>console.error("aloud"); missing()</script></body></html>"""
SEEN = ["2 h1", "h4 after h1", "beyond the edge", "no name: <input", "twice #a", "no words: <img", "asked elsewhere",
        "inline: <main", "0 body > header", "console: aloud", "script: missing", "no language"]  # fmt: skip


def test_whoever_looks_sees_faults(browser):
    person = Person(browser, "https://nowhere.example")
    person.page.route("**/*", lambda route: route.fulfill(body=BROKEN, content_type="text/html"))
    person.goes_to("/")
    person.context.close()
    assert [fault for fault in SEEN if not any(fault in trouble for trouble in person.troubles)] == []


PAGES = ["/", "/products/", "/people/", "/centres/", "/login/", "/register/", "/api/docs/"]


@pytest.mark.parametrize("path", PAGES)
def test_what_everybody_sees_is_sound(someone, path):
    someone().goes_to(path)


def test_a_proposal_with_faults_is_told_them_and_nothing_typed_is_lost(someone, site, git_host):
    dora = someone()
    dora.registers("dora", "Dora Example")
    dora.refusals.add("/submit/")
    page = dora.goes_to("/submit/")
    page.get_by_label("Git repository").fill(git_host.url_of("nowhere"))
    page.get_by_label("Tag").fill("v9.9.9")
    dora.presses("Look at it")
    expect(page.get_by_label("Git repository")).to_have_value(git_host.url_of("nowhere"))
    expect(page.get_by_label("Tag")).to_have_value("v9.9.9")
    expect(page.get_by_role("main")).to_contain_text("UNREACHABLE")


def test_without_scripts_one_can_register_and_look(someone, git_host):
    photometry(git_host.folder / "plain-photometry", "0.1.0")
    nora = someone(java_script_enabled=False)
    page = nora.page
    page.goto("/register/")
    for label, value in (("Handle", "nora"), ("Name", "Nora"), ("E-mail", "nora@example.org")):
        page.get_by_label(label).fill(value)
    page.get_by_label("Password").fill("the light is seen from afar")
    page.get_by_role("button", name="Register").click()
    page.goto("/submit/")
    page.get_by_label("Git repository").fill(git_host.url_of("plain-photometry"))
    page.get_by_label("Tag").fill("v0.1.0")
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="What we found")).to_be_visible()


def test_a_key_is_made_on_the_account_page_and_opens_the_api(someone, site):
    kate = someone()
    kate.registers("kate", "Kate Example")
    page = kate.goes_to("/account/")
    page.get_by_label("What for").fill("my laptop")
    kate.presses("Make the token")
    key = page.locator("#issued pre").inner_text().strip()
    answer = page.context.request.get("/api/v1/products/", headers={"Authorization": f"Bearer {key}"})
    assert answer.status == 200
