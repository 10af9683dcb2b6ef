import pytest

from adp.errors import AuthorError
from adp.manifest.placeholders import expand, names

PLACES = {"out": "/out", "level0": "/src/data/level0.ecsv"}


def test_a_name_becomes_its_path_wherever_it_stands() -> None:
    argv = ("run", "{level0}", "--to={out}/a.fits", "{out}:{level0}")
    assert expand(argv, PLACES) == ("run", PLACES["level0"], "--to=/out/a.fits", f"/out:{PLACES['level0']}")


@pytest.mark.parametrize(
    ("word", "result"), [("{{}}", "{}"), ("{{out}}", "{out}"), ("{{{out}}}", "{/out}"), ("$HOME", "$HOME")]
)
def test_double_braces_are_braces(word: str, result: str) -> None:
    assert expand((word,), PLACES) == (result,)


@pytest.mark.parametrize("word", ["{level9}", "{}", "{", "a}b", "{out.__class__}", "{0}", "{{out}"])
def test_what_is_not_known_is_refused_never_passed_on(word: str) -> None:
    with pytest.raises(AuthorError) as caught:
        expand((word,), PLACES)
    assert caught.value.findings[0].code == "PLACEHOLDER_UNKNOWN"


def test_a_path_with_braces_is_not_expanded_again() -> None:
    assert expand(("{a}",), {"a": "{b}", "b": "c"}) == ("{b}",)


def test_names_lists_what_a_word_asks_for() -> None:
    assert list(names("{a}{{b}}{c}")) == ["a", "c"]
