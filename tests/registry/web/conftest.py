"""One book for the pages: something in every state that matters, and a browser without a screen."""

from dataclasses import dataclass

import pytest
from django.test import Client

from registry.actions import decide, products, submit
from registry.models import Version
from tests.registry.web import shelf


@dataclass(frozen=True, slots=True)
class Book:
    published: Version
    superseded: Version
    failed: Version
    submitted: Version
    in_review: Version
    rejected: Version
    withdrawn: Version
    open: Version


@pytest.fixture
def book(cast):
    alice, amy, carol = cast.alice, cast.amy, cast.carol
    superseded = shelf.put_out(shelf.propose(alice, label="1.0.1"), carol)
    failed = shelf.check(shelf.propose(alice, label="1.0.0"), shelf.CHANGED, shelf.NOTE)
    published = shelf.put_out(shelf.propose(alice, label="1.0.2"), carol)
    submitted = shelf.propose(alice, name="quiet-thing", label="0.1.0")
    in_review = shelf.review(shelf.check(shelf.propose(alice, name="read-thing", label="0.1.0")))
    rejected = shelf.review(shelf.check(shelf.propose(alice, name="lost-thing", label="0.1.0")))
    decide.reject(actor=carol, version=rejected, statement="the science case names no limits")
    withdrawn = shelf.put_out(shelf.propose(amy, name="dark-field", label="0.3.0"), carol)
    submit.withdraw(actor=amy, version=withdrawn, reason="The dark current was subtracted twice.")
    opened = shelf.propose(amy, name="open-thing", label="0.1.0")
    products.set_open(actor=amy, product=opened.product, is_open=True)
    superseded.refresh_from_db()
    return Book(published, superseded, failed, submitted, in_review, rejected, withdrawn, opened)


@pytest.fixture
def browse(cast):
    """browse("alice") is signed in as her; browse() is the public."""

    def as_(name: str = "") -> Client:
        client = Client()
        if name:
            client.force_login(getattr(cast, name))
        return client

    return as_


def address(version: Version, part: str = "") -> str:
    product = version.product
    return f"/products/{product.owner_id}/{product.name}/versions/{version.label}/{part}"
