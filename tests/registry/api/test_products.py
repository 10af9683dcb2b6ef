"""The catalogue: what is found by which filter, in which format, at what cost, by whom."""

import csv
import io

import pytest
from astropy.io.votable import parse_single_table
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.models import Product, Version
from tests.factories.registry import proposed, reach_published

LIST = "/api/v1/products/"


@pytest.fixture
def three(cast):
    """A published cube, a published image, and a cube that is in development in the open."""
    reach_published(proposed(cast.alice, name="cube-one", title="Cubes of MUSE"), cast.carol)
    image = {"name": "image-one", "title": "Images", "type": "image", "waveband": ("Infrared",), "facilities": ()}
    reach_published(proposed(cast.alice, **image), cast.carol)
    proposed(cast.alice, name="cube-two", title="A hidden title", keywords=("Quasars",))
    Product.objects.filter(name="cube-two").update(is_open=True)


FILTERS = {
    "": ["cube-two", "image-one", "cube-one"],
    "type=cube": ["cube-one"],
    "type=cube&type=image": ["image-one", "cube-one"],
    "tier=N": ["image-one", "cube-one"],
    "tier=0": [],
    "state=published": ["image-one", "cube-one"],
    "state=submitted": ["cube-two"],
    "waveband=Infrared": ["image-one"],
    "instrument=MUSE": ["cube-one"],
    "facility=ESO": ["cube-one"],
    "facility=VLT": ["cube-one"],
    "keyword=Galaxy+kinematics&type=cube": ["cube-one"],
    "owner=muse-gto": ["cube-two", "image-one", "cube-one"],
    "owner=nobody": [],
    "q=muse+CUBES": ["cube-one"],
    "q=cube": ["cube-two", "cube-one"],
    "q=zoe": ["image-one", "cube-one"],
    # what may not be shown may not be found by
    "q=hidden": [],
    "keyword=Quasars": [],
}


@pytest.mark.parametrize("query", FILTERS)
def test_the_public_finds(three, api, query):
    answer = api().get(f"{LIST}?{query}").json()
    assert [row["name"] for row in answer["results"]] == FILTERS[query]


def test_the_owner_finds_by_what_is_hidden_from_others(three, cast, api):
    answer = api(cast.alice).get(f"{LIST}?q=hidden").json()
    assert [row["title"] for row in answer["results"]] == ["A hidden title"]


def test_in_development_the_public_sees_name_and_state_alone(three, api):
    row = api().get("/api/v1/products/muse-gto/cube-two/").json()
    assert (row["name"], row["state"]) == ("cube-two", "submitted")
    assert (row["title"], row["summary"], row["type"], row["keyword"], row["grants"]) == ("", "", "", [], [])


def test_a_closed_product_is_not_there(cast, api):
    proposed(cast.alice)
    for person, status in ((None, 404), (cast.dan, 404), (cast.alice, 200), (cast.carol, 200)):
        assert api(person).get("/api/v1/products/muse-gto/muse-pixtable/").status_code == status


def test_as_votable_it_opens_in_astropy(three, api):
    answer = api().get(f"{LIST}?format=votable")
    assert answer["Content-Type"].startswith("application/x-votable+xml")
    table = parse_single_table(io.BytesIO(answer.content)).to_table()
    assert list(table["path"]) == ["muse-gto/cube-two", "muse-gto/image-one", "muse-gto/cube-one"]
    assert table["instrument"][2] == "MUSE"


def test_as_csv_no_cell_is_a_formula(three, api):
    Product.objects.filter(name="cube-one").update(title="=cmd()")
    rows = list(csv.DictReader(io.StringIO(api().get(f"{LIST}?format=csv").content.decode())))
    assert [row["title"] for row in rows] == ["", "Images", "'=cmd()"]


def test_pages_follow_each_other_and_repeat_nothing(three, api):
    seen, address = [], f"{LIST}?limit=2"
    while address:
        answer = api().get(address)
        seen += [row["name"] for row in answer.json()["results"]]
        address = answer.json()["next"]
    assert seen == ["cube-two", "image-one", "cube-one"]
    assert 'rel="next"' in api().get(f"{LIST}?limit=1&format=csv")["Link"]


@pytest.mark.parametrize("query", ["limit=1000000000", "limit=-1", "limit=x", "cursor=%01", "q=" + "a" * 5000])
def test_strange_queries_are_no_trouble(three, api, query):
    assert api().get(f"{LIST}?{query}").status_code in {200, 404}


def test_an_unknown_format_is_refused(three, api):
    answer = api().get(f"{LIST}?format=xml")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_longer_list_costs_no_more_queries(cast, api, django_assert_max_num_queries):
    for number in range(12):
        version = proposed(cast.alice, name=f"product-{number}")
        Product.objects.filter(pk=version.product_id).update(is_open=True)
    assert Version.objects.count() == 12
    client = api()
    with django_assert_max_num_queries(6):
        assert len(client.get(LIST).json()["results"]) == 12


def test_an_unchanged_list_is_not_sent_twice(three, api):
    client = api()
    first = client.get(LIST)
    again = client.get(LIST, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_the_author_opens_and_closes_the_development(cast, api):
    proposed(cast.alice)
    where = "/api/v1/products/muse-gto/muse-pixtable/"
    assert api(cast.alice).post(f"{where}open/").status_code == 204
    assert api().get(where).status_code == 200
    assert api(cast.dan).post(f"{where}close/").status_code == 403
    assert api(cast.alice).post(f"{where}close/").status_code == 204
    assert api().get(where).status_code == 404


@pytest.mark.parametrize("made", ["csv", "votable"])
def test_what_is_no_list_is_answered_in_json(db, api, made):
    assert api().options(f"{LIST}?format={made}").status_code == 200


def test_characters_that_xml_does_not_know_do_not_spoil_the_table_for_all(three, api):
    Product.objects.filter(name="cube-one").update(title="a \uffff title\ufffe")
    table = parse_single_table(io.BytesIO(api().get(f"{LIST}?format=votable").content))
    assert "a  title" in list(table.array["title"])


def test_the_list_does_not_read_whole_manifests(three, api):
    with CaptureQueriesContext(connection) as asked:
        api().get(LIST)
    assert not [q for q in asked.captured_queries if "manifest_text" in q["sql"] or "science_case" in q["sql"]]


@pytest.mark.parametrize(
    "address",
    [f"{LIST}?q=%00", f"{LIST}?owner=a%00b", "/products/?q=%00", "/api/v1/people/a%00b/", "/people/?page=%00"],
)
def test_a_null_byte_in_an_address_is_refused_before_a_database_sees_it(db, client, address):
    assert client.get(address).status_code == 400
