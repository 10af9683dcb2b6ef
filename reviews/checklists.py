"""The two checklists: what a reviewer is asked, why, and what the machine already knows about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from adp.report import Report
from reviews import evidence as see
from reviews.evidence import Evidence, Gather, Manifest
from reviews.lifecycle import Track

EDITION = 1


class Topic(StrEnum):
    """What an answer rests on: when it changes, a later round asks again (reviews/carry.py)."""

    CODE = "code"
    TESTS = "tests"
    ENVIRONMENT = "environment"
    PARAMETERS = "parameters"
    DOCUMENTS = "documents"
    LICENCE = "licence"
    PEOPLE = "people"
    COST = "cost"
    PRODUCTS = "products"
    REFERENCE = "reference"
    RESULTS = "results"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "n/a"


@dataclass(frozen=True, slots=True)
class Item:
    """One question. A yes is good news for the author; a no needs a sentence."""

    id: str
    question: str
    why: str
    evidence: Gather
    about: frozenset[Topic]

    def seen(self, report: Report | None, manifest: Manifest) -> Evidence:
        return Evidence("wait", "no report yet") if report is None else self.evidence(report, manifest)


T = Topic


def _about(*topics: Topic) -> frozenset[Topic]:
    return frozenset(topics)


CODE = (
    Item("install", "Does it install from its lock and run as described?",
         "A product nobody else can run cannot be checked again.", see.install,
         _about(T.ENVIRONMENT)),
    Item("tests", "Would the unit tests notice a wrong result?",
         "Tests that only run the code find no error in the method.", see.unit_tests,
         _about(T.TESTS, T.CODE)),
    Item("steps", "Does each step do what it declares, and nothing else?",
         "Users rely on the declared kind and loss of every step.", see.steps,
         _about(T.CODE, T.PRODUCTS)),
    Item("documented", "Is the method documented so that another person can follow it in the code?",
         "The method matters more than the product.", see.documentation,
         _about(T.DOCUMENTS, T.CODE)),
    Item("parameters", "Are all parameters recorded, and carried by the products?",
         "A result without its configuration cannot be repeated.", see.parameters,
         _about(T.PARAMETERS, T.PRODUCTS)),
    Item("determinism", "Is it deterministic, or is the reason why not a good one?",
         "Two runs that differ need an explanation before anybody compares them.", see.determinism,
         _about(T.CODE, T.ENVIRONMENT)),
    Item("licence", "Are licences in order, also of its data and dependencies?",
         "The registry gives it to others to use and change.", see.licence,
         _about(T.LICENCE, T.REFERENCE, T.ENVIRONMENT)),
    Item("change", "Can another person maintain and change it?",
         "Its authors will move on; the users stay.", see.nothing,
         _about(T.CODE)),
    Item("cost", "Is the cost reasonable for what it does?",
         "It will be run again for years, on other people's machines.", see.cost,
         _about(T.COST, T.CODE, T.ENVIRONMENT)),
)  # fmt: skip

SCIENCE = (
    Item("question", "Is the science question clear, and who needs the answer?",
         "A product serves a use; without it nobody can say how good is good enough.", see.purpose,
         _about(T.DOCUMENTS)),
    Item("method", "Is the method valid for the question, with its assumptions named?",
         "Libraries, priors and models decide results more than code does.", see.documentation,
         _about(T.CODE, T.DOCUMENTS, T.PARAMETERS)),
    Item("limits", "Are the limits of use stated, and are they honest?",
         "People will use it where its authors never did.", see.levels,
         _about(T.DOCUMENTS, T.PRODUCTS)),
    Item("reference", "Is the reference independent of what it checks?",
         "Agreeing with one's own past shows stability, not truth.", see.reference,
         _about(T.REFERENCE)),
    Item("tolerance", "Is each tolerance justified by the science, not by what happens to pass?",
         "A tolerance is a statement about the error that still does no harm.", see.tolerance,
         _about(T.REFERENCE, T.RESULTS)),
    Item("units", "Are units, frames and time scales right and stated?",
         "They are the most common silent error in combined data.", see.units,
         _about(T.CODE, T.PRODUCTS)),
    Item("uncertainty", "Are uncertainties, flags and correlations treated as they should be?",
         "A value without its uncertainty cannot be combined with another.", see.uncertainty,
         _about(T.CODE, T.PRODUCTS, T.RESULTS)),
    Item("level", "Is the level claimed the level reached, with the loss of information said?",
         "Users choose the lowest level that still serves them.", see.levels,
         _about(T.PRODUCTS, T.CODE)),
    Item("citation", "Are earlier work, data and contributors cited and credited?",
         "Credit is what keeps people contributing.", see.citation,
         _about(T.PEOPLE, T.DOCUMENTS)),
)  # fmt: skip

CHECKLISTS: dict[str, tuple[Item, ...]] = {Track.CODE: CODE, Track.SCIENCE: SCIENCE}

Answers = Mapping[str, Mapping[str, Any]]


def missing(track: str, answers: Answers) -> dict[str, str]:
    """Item id to sentence: what must still be said before a report can be sent."""
    found: dict[str, str] = {}
    for item in CHECKLISTS[track]:
        given = answers.get(item.id, {})
        if given.get("answer") not in list(Answer):
            found[item.id] = "Answer yes, no or n/a."
        elif given["answer"] == Answer.NO and not str(given.get("note", "")).strip():
            found[item.id] = "A no needs a sentence: what is wrong, and where."
    return found


def clean(track: str, answers: Answers) -> dict[str, dict[str, str]]:
    """Only known items, only the two known keys, only text: what goes into the book."""
    kept: dict[str, dict[str, str]] = {}
    for item in CHECKLISTS[track]:
        given = answers.get(item.id, {})
        answer, note = str(given.get("answer", "")), str(given.get("note", ""))
        kept[item.id] = {"answer": answer if answer in list(Answer) else "", "note": note[:4000]}
    return kept
