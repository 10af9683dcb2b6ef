"""Folders against folders: recursion, what is on one side only, and what is no file at all."""

import os
from pathlib import Path

import pytest

import adp
from adp.comparison.result import Comparison
from adp.errors import UsageError
from adp.finding import Reason
from tests.adp.comparison.making import IMAGE, changed, hdus, image, table


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    made = tmp_path / "reference", tmp_path / "product"
    for folder in made:
        (folder / "night 1").mkdir(parents=True)
        for name in ("a.fits", "night 1/b.fits"):
            hdus(image())(folder / name)
    return made


def codes(found: Comparison) -> list[tuple[str, str | None]]:
    return [(f.code, f.where.file) for f in found.findings]


def test_each_file_has_its_outcome_and_the_whole_has_all(folders: tuple[Path, Path]) -> None:
    reference, product = folders
    (product / "night 1/b.fits").unlink()
    hdus(image(changed(IMAGE, (3, 4), 0)))(product / "night 1/b.fits")

    found = adp.compare(reference, product)

    assert {n: f.verdict for n, f in found.comparisons.items()} == {"a.fits": "agrees", "night 1/b.fits": "differs"}
    assert codes(found) == [("VALUE", "night 1/b.fits")]
    assert [r.scope for r in found.rules if r.verdict == "fail"] == ["night 1/b.fits: SCI"]
    assert set(found.files) == {f"{n}: {s}" for n in ("a.fits", "night 1/b.fits") for s in ("reference", "product")}
    assert str(found).splitlines()[-2:] == ["night 1/b.fits  differs  VALUE", "2 compared, 1 agrees"]
    assert "night 1/b.fits" in found._repr_html_()
    assert Comparison.from_dict(found.to_dict()) == found


def test_what_is_on_one_side_only_is_named_in_order(folders: tuple[Path, Path]) -> None:
    reference, product = folders
    (reference / "night 1/b.fits").rename(reference / "night 1/c.fits")
    hdus(image())(product / "0.fits")

    assert codes(adp.compare(reference, product)) == [
        ("FILE_MISSING", "night 1/c.fits"),
        ("FILE_EXTRA", "0.fits"),
        ("FILE_EXTRA", "night 1/b.fits"),
    ]


@pytest.mark.parametrize(("side", "verdict"), [(0, "error"), (1, "differs")])
def test_a_link_is_not_followed_and_told(folders: tuple[Path, Path], side: int, verdict: str) -> None:
    (folders[side] / "link.fits").symlink_to(folders[side] / "a.fits")
    (folders[side] / "around").symlink_to(folders[side])

    found = adp.compare(*folders)

    assert found.verdict == verdict
    assert sorted(codes(found)) == [("FILE_LINK", "around"), ("FILE_LINK", "link.fits")]


def test_a_pipe_is_not_waited_for(folders: tuple[Path, Path]) -> None:
    os.mkfifo(folders[1] / "pipe")
    found = adp.compare(*folders)
    assert (found.verdict, codes(found)) == ("differs", [("FILE_KIND", "pipe")])


def test_a_folder_that_cannot_be_read_is_told(folders: tuple[Path, Path]) -> None:
    """Its path is longer than the system takes: root, too, may not read it."""
    at = os.open(folders[1], os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=at)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)

    found = adp.compare(*folders)

    assert (found.verdict, [f.code for f in found.findings]) == ("differs", ["FILE_UNREADABLE"])
    assert "File name too long" in found.findings[0].message


def test_a_reference_without_files_is_bad_usage(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no files"):
        adp.compare(tmp_path / "empty", folders[1])


def test_large_and_small_files_are_told_alike(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    small = adp.compare(*folders)
    monkeypatch.setattr("adp.comparison.folders.WORTH_A_THREAD", 1)
    assert adp.compare(*folders) == small


def test_progress_counts_files(folders: tuple[Path, Path]) -> None:
    heard: list[tuple[int, int]] = []
    adp.compare(*folders, progress=lambda done, total: heard.append((done, total)))
    assert [total - done for done, total in heard] == [heard[0][0], 0]


def test_a_name_that_is_no_text_is_written_out(folders: tuple[Path, Path]) -> None:
    for folder in folders:
        hdus(image())(folder / "b.fits")
        (folder / "b.fits").rename(os.fsdecode(os.fsencode(folder) + b"/\xff.fits"))
    found = adp.compare(*folders)
    assert found.agrees
    assert "\\xff.fits" in found.comparisons
    found.files["\\xff.fits: product"].path.encode()


def test_a_difference_of_a_folder_blames_the_side_that_has_it(folders: tuple[Path, Path]) -> None:
    (folders[1] / "link").symlink_to("nowhere")
    (finding,) = adp.compare(*folders).findings
    assert finding.reason is Reason.OUTPUT_INVALID


def test_what_is_no_data_is_equal_to_the_byte(folders: tuple[Path, Path]) -> None:
    text = "# Title\n\nSome text, with commas, and more.\nEnd\n"
    for folder in folders:
        (folder / "README.md").write_text(text)
        (folder / "view.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
        (folder / "empty").touch()
    assert adp.compare(*folders).agrees

    (folders[1] / "README.md").write_text(text.replace("and", "or"))
    (folders[1] / "view.png").write_bytes(b"\x89PNG\r\n\x1a\n\0")
    found = adp.compare(*folders)
    assert found.verdict == "differs"
    assert codes(found) == [("FILE_BYTES", "README.md"), ("FILE_BYTES", "view.png")]
    assert "from byte 34 on" in found.findings[0].message
    assert "from byte 10 on" in found.findings[1].message


def test_a_broken_file_does_not_agree_with_itself_in_a_folder_either(folders: tuple[Path, Path]) -> None:
    for folder in folders:
        whole = (folder / "a.fits").read_bytes()
        (folder / "a.fits").write_bytes(whole[:2000])
    assert adp.compare(*folders).verdict == "error"


def test_a_section_is_a_slip_only_where_no_file_has_what_it_is_about(folders: tuple[Path, Path]) -> None:
    for folder in folders:
        hdus(table())(folder / "catalogue.fits")
    spec = {"column.flux.rel": 1e-6, "hdu.SCI.data.rel": 1e-6}

    assert adp.compare(*folders, spec).agrees
    found = adp.compare(*folders, spec | {"column.flx.rel": 1e-6})
    assert found.verdict == "error"
    assert {f.code for f in found.findings} == {"SPEC_UNKNOWN_COLUMN"}
