"""Which components of an environment may be handed on to others."""

from email.message import Message

import pytest

from adp.environment.licences import ALLOWED, Licence, of_expression, of_package


def metadata(**fields: str | list[str]) -> Message:
    message = Message()
    for name, values in fields.items():
        for value in [values] if isinstance(values, str) else values:
            message[name.replace("_", "-")] = value
    return message


@pytest.mark.parametrize(("text", "may"), [
    ("BSD-3-Clause", True),
    ("BSD-3-Clause AND MIT", True),
    ("LicenseRef-Ours", False),
    ("BSD-3-Clause AND LicenseRef-Ours", False),
    ("GPL-3.0-or-later OR LicenseRef-Ours", True),
    ("Apache-2.0 WITH LLVM-exception", True),
    ("(MIT OR LicenseRef-A) AND (LicenseRef-B OR ISC)", True),
    ("CC-BY-NC-4.0", False),
    ("BSD-3-Clause AND", False),
    ("free for academics", False),
    ("", False),
])  # fmt: skip
def test_an_expression_is_read_as_spdx_means_it(text: str, may: bool) -> None:
    assert of_expression(text).may_be_handed_on is may


@pytest.mark.parametrize(("fields", "may", "shown"), [
    ({"License_Expression": "MIT", "License": "Other/Proprietary License"}, True, "MIT"),
    ({"License": "Other/Proprietary License"}, False, "Other/Proprietary License"),
    ({"License": "BSD 3-Clause License"}, True, "BSD-3-Clause"),
    ({"License": "x" * 3000, "Classifier": "License :: OSI Approved :: BSD License"}, True, "BSD License"),
    ({"Classifier": ["License :: OSI Approved", "License :: Other/Proprietary License"]}, False,
     "OSI Approved; Other/Proprietary License"),
    ({"Classifier": "License :: Free for non-commercial use"}, False, "Free for non-commercial use"),
    ({}, False, "not stated"),
])  # fmt: skip
def test_what_a_package_says_of_itself(fields: dict[str, str | list[str]], may: bool, shown: str) -> None:
    found = of_package(metadata(**fields))
    assert (found.may_be_handed_on, found.shown) == (may, shown)


def test_a_text_is_read_where_nothing_else_is_said() -> None:
    free = "Permission is hereby granted, free of\n  charge, to any person obtaining a copy of this"
    assert of_package(metadata(), ["Copyright", free]).may_be_handed_on
    assert of_package(metadata(), [free + " for non-commercial use"]) == Licence()


def test_the_list_holds_names_that_spdx_knows() -> None:
    assert [name for name in sorted(ALLOWED) if of_expression(name).expression != name] == []
