"""c01-c28 of the attack matrix: what a commit may hold. Everything is refused before a file is written."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from adp.source.git import Git
from adp.source.tree import stays_inside, wrong_name
from tests.adp.source import hostile
from tests.factories.repositories import blob, commit_files, commit_tree, git, make_repository

ZERO = b"0" * 40
Maker = Callable[[Path], object]


def line(mode: str, kind: str, oid: str, name: str | bytes) -> bytes:
    raw = name if isinstance(name, bytes) else name.encode()
    return f"{mode} {kind} {oid}\t".encode() + raw + b"\0"


def file(p: Path, *names: str | bytes, mode: str = "100644", content: bytes = b"x") -> None:
    oid = blob(p, content)
    commit_tree(p, b"".join(line(mode, "blob", oid, name) for name in names))


def raw_tree(p: Path, *entries: tuple[bytes, bytes, str]) -> None:
    """A tree object no git command would write: duplicates, slashes, odd modes."""
    body = b"".join(mode + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
    tree = git(p, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=body)
    git(p, "update-ref", "refs/heads/main", git(p, "commit-tree", tree, "-m", "x"))


def inside(p: Path, name: str, listing: bytes) -> None:
    """`listing` as the folder `name`."""
    tree = git(p, "mktree", "-z", "--missing", stdin=listing)
    commit_tree(p, line("040000", "tree", tree, name))


def bomb(p: Path) -> None:
    """Ten to the tenth files from a dozen objects."""
    oid, kind, mode = blob(p, b"x"), "blob", "100644"
    for _ in range(10):
        oid = git(p, "mktree", "-z", stdin=b"".join(line(mode, kind, oid, f"f{i}") for i in range(10)))
        kind, mode = "tree", "040000"
    git(p, "update-ref", "refs/heads/main", git(p, "commit-tree", oid, "-m", "x"))


def deep(p: Path) -> None:
    oid, kind, mode = blob(p, b"x"), "blob", "100644"
    for _ in range(60):
        oid, kind, mode = git(p, "mktree", "-z", stdin=line(mode, kind, oid, "d")), "tree", "040000"
    git(p, "update-ref", "refs/heads/main", git(p, "commit-tree", oid, "-m", "x"))


def large_files_in_a_small_pack(p: Path) -> None:
    oid = blob(p, b"\0" * (20 << 20))
    commit_tree(p, b"".join(line("100644", "blob", oid, f"f{i}") for i in range(10)))


def twin_folders(p: Path) -> None:
    tree = git(p, "mktree", "-z", stdin=line("100644", "blob", blob(p, b"x"), "f"))
    commit_tree(p, line("040000", "tree", tree, "Data") + line("040000", "tree", tree, "data"))


TREES: dict[str, tuple[Maker, set[str]]] = {
    "a submodule": (lambda p: commit_tree(p, line("160000", "commit", "1" * 40, "lib")), {"TREE_SUBMODULE"}),
    ".gitmodules": (
        lambda p: commit_files(p, {".gitmodules": '[submodule "a"]\n\tpath = a\n\turl = ./a\n'}),
        {"TREE_SUBMODULE"},
    ),
    ".gitmodules with ext::": (
        lambda p: commit_files(p, {".gitmodules": '[submodule "a"]\n\tpath = a\n\turl = ext::sh -c x\n'}),
        {"TREE_SUBMODULE"},
    ),
    ".gitmodules with an option": (
        lambda p: commit_files(p, {".gitmodules": '[submodule "a"]\n\tpath = a\n\turl = -u./x\n'}),
        {"TREE_MALFORMED"},
    ),
    "a link to a file outside": (lambda p: file(p, "a", mode="120000", content=b"/etc/passwd"), {"TREE_SYMLINK"}),
    "a link above": (lambda p: file(p, "a", mode="120000", content=b"../../secret"), {"TREE_SYMLINK"}),
    "a link to nothing": (lambda p: file(p, "a", mode="120000", content=b"/nonexistent"), {"TREE_SYMLINK"}),
    "a link into .git": (
        lambda p: file(p, "a", mode="120000", content=b".git/config"),
        {"TREE_SYMLINK", "TREE_MALFORMED"},
    ),
    "a link with a very long target": (
        lambda p: file(p, "a", mode="120000", content=b"a/" * 4000),
        {"TREE_SYMLINK", "TREE_MALFORMED"},
    ),
    "a link with a line break": (lambda p: file(p, "a", mode="120000", content=b"b\nc"), {"TREE_SYMLINK"}),
    "a name twice": (
        lambda p: raw_tree(p, (b"100644", b"a", blob(p, b"1")), (b"100644", b"a", blob(p, b"2"))),
        {"TREE_MALFORMED"},
    ),
    "a file and a folder of one name": (
        lambda p: raw_tree(p, (b"100644", b"a", blob(p, b"1")), (b"40000", b"a", git(p, "mktree", stdin=b""))),
        {"TREE_MALFORMED", "TREE_NAME"},
    ),
    "the name ..": (lambda p: raw_tree(p, (b"100644", b"..", blob(p, b"1"))), {"TREE_MALFORMED"}),
    "a slash in a name": (lambda p: raw_tree(p, (b"100644", b"a/b", blob(p, b"1"))), {"TREE_MALFORMED"}),
    "an empty name": (lambda p: raw_tree(p, (b"100644", b"", blob(p, b"1"))), {"TREE_MALFORMED"}),
    "an odd mode": (lambda p: raw_tree(p, (b"100600", b"a", blob(p, b"1"))), {"TREE_MALFORMED", "TREE_MODE"}),
    ".git": (lambda p: raw_tree(p, (b"100644", b".git", blob(p, b"1"))), {"TREE_MALFORMED"}),
    ".GIT": (lambda p: raw_tree(p, (b"100644", b".GIT", blob(p, b"1"))), {"TREE_MALFORMED"}),
    "git~1": (lambda p: raw_tree(p, (b"100644", b"git~1", blob(p, b"1"))), {"TREE_MALFORMED"}),
    "GIT~1 in a folder": (
        lambda p: inside(p, "a", line("100644", "blob", blob(p, b"1"), "GIT~1")),
        {"TREE_MALFORMED", "TREE_NAME"},
    ),
    ".git with an invisible character": (lambda p: file(p, ".g\u200cit"), {"TREE_MALFORMED", "TREE_NAME"}),
    ".git with a stream": (lambda p: file(p, ".git::$INDEX_ALLOCATION"), {"TREE_MALFORMED", "TREE_NAME"}),
    "a back slash": (lambda p: file(p, "a\\b"), {"TREE_NAME", "TREE_MALFORMED"}),
    "a terminal escape": (lambda p: file(p, "a\x1b[31m"), {"TREE_NAME"}),
    "a right-to-left override": (lambda p: file(p, "a\u202egpj.exe"), {"TREE_NAME"}),
    "not UTF-8": (lambda p: file(p, b"caf\xe9"), {"TREE_NAME"}),
    "not in normal form": (lambda p: file(p, unicodedata.normalize("NFD", "é")), {"TREE_NAME"}),
    "twins by case": (lambda p: file(p, "README", "readme"), {"TREE_NAME"}),
    "twins by accent": (lambda p: file(p, "e\u0301", "\u00e9"), {"TREE_NAME"}),
    "twin folders": (twin_folders, {"TREE_NAME"}),
    "a deep tree": (deep, {"TREE_TOO_DEEP"}),
    "a long path": (lambda p: commit_files(p, {f"{'a' * 200}/{'b' * 200}/{'c' * 200}": "x"}), {"TREE_TOO_DEEP"}),
    "a bomb of folders": (bomb, {"TREE_TOO_LARGE"}),
    "large files in a small pack": (large_files_in_a_small_pack, {"TREE_TOO_LARGE"}),
    "a Git LFS pointer": (
        lambda p: commit_files(p, {"cube.fits": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"}),
        {"TREE_LFS"},
    ),
}


@pytest.mark.parametrize("name", TREES)
def test_a_hostile_tree_is_refused(world, name):
    make, expected = TREES[name]
    make_repository(world.folder / "p", {})
    make(world.folder / "p")
    found = world.codes("p", entries=3000)
    assert found
    assert found <= expected


def test_a_chain_of_links_that_leaves_is_refused(world):
    """Each alone stays inside by its words: b -> a/.., but a itself is a link one deeper."""
    p = world.folder / "p"
    make_repository(p, {"x/y/f": "1"})
    (p / "a").symlink_to("x/y")
    (p / "x/y/up").symlink_to("../../..")
    commit_files(p, {})
    assert world.codes("p") == {"TREE_SYMLINK"}
    (p / "x/y/up").unlink()
    (p / "out").symlink_to("a/../../..")
    commit_files(p, {})
    assert world.codes("p") == {"TREE_SYMLINK"}


def test_a_link_through_a_link_is_followed_before_it_is_believed(world):
    p = world.folder / "p"
    make_repository(p, {"x/f": "1"})
    (p / "here").symlink_to(".")
    (p / "x/there").symlink_to("../here/../../etc/passwd")
    commit_files(p, {})
    assert world.codes("p") == {"TREE_SYMLINK"}


def test_many_files_are_refused_before_any_is_written(world):
    p = world.folder / "p"
    make_repository(p, {})
    oid = blob(p, b"x")
    commit_tree(p, b"".join(line("100644", "blob", oid, f"{i:05}") for i in range(600)))
    assert world.codes("p", entries=500) == {"TREE_TOO_LARGE"}


def test_all_bad_names_are_told_at_once_up_to_twenty(world):
    file_names = [f"a{i:02}\x1b" for i in range(30)]
    make_repository(world.folder / "p", {})
    file(world.folder / "p", *file_names)
    with pytest.raises(Exception, match="invisible") as refusal:
        world.fetch("p")
    assert len(refusal.value.findings) == 20
    assert "\x1b" not in str(refusal.value)


def test_thirty_thousand_branches_cost_nothing(world):
    p = world.folder / "p"
    commit = make_repository(p, {"a": "x"})
    (p / ".git/packed-refs").write_text("".join(f"{commit} refs/heads/b{i:05}\n" for i in range(30_000)))
    assert world.fetch("p").commit == commit


def test_attributes_and_filters_change_no_byte(world, tmp_path):
    marker = tmp_path / "marker"
    files = {
        ".gitattributes": (
            "a.txt eol=crlf\nb.txt ident\nc.txt working-tree-encoding=UTF-16\n"
            "d.txt filter=evil export-subst\ne.txt export-ignore\n"
        ),
        "a.txt": "1\n2\n",
        "b.txt": "$Id$\n",
        "c.txt": "é\n",
        "d.txt": "$Format:%H$\n",
        "e.txt": "kept\n",
        ".lfsconfig": "[lfs]\n\turl = http://127.0.0.1:1/\n",
    }
    p = world.folder / "p"
    p.mkdir()
    git(p, "init", "-q", "--initial-branch=main")
    git(p, "config", "filter.evil.smudge", f"touch {marker}")
    oids = {name: blob(p, content.encode()) for name, content in files.items()}
    commit_tree(p, b"".join(line("100644", "blob", oid, name) for name, oid in oids.items()))
    world.fetch("p")
    assert {f.name: f.read_text() for f in world.out.iterdir()} == files
    assert not marker.exists()


def test_replace_refs_have_no_say(world):
    p = world.folder / "p"
    commit = make_repository(p, {"a": "good"})
    evil = commit_files(p, {"a": "evil"})
    git(p, "replace", commit, evil)
    world.fetch("p", commit)
    assert (world.out / "a").read_text() == "good"


def test_an_embedded_bare_repository_is_only_files(world, tmp_path):
    marker = tmp_path / "marker"
    p = world.folder / "p"
    make_repository(
        p,
        {
            "b/HEAD": "ref: refs/heads/main\n",
            "b/config": f'[core]\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "touch {marker}"\n',
            "b/objects/keep": "",
            "b/refs/keep": "",
        },
    )
    world.fetch("p")
    assert (world.out / "b/config").is_file()
    assert not marker.exists()


def test_a_submodule_on_an_inner_server_is_never_visited(world):
    with hostile.running(hostile.canary) as canary:
        p = world.folder / "p"
        url = f"http://127.0.0.1:{canary.port}/inner"
        make_repository(
            p, {".gitmodules": f'[submodule "a"]\n\tpath = a\n\turl = {url}\n', ".lfsconfig": f"[lfs]\n\turl = {url}\n"}
        )
        oid = git(p, "rev-parse", "HEAD:.gitmodules")
        commit_tree(p, line("100644", "blob", oid, ".gitmodules") + line("160000", "commit", "1" * 40, "a"))
        assert world.codes("p") == {"TREE_SUBMODULE"}
        assert canary.hits == []


def test_escapes_in_a_commit_message_reach_nobody(world):
    p = world.folder / "p"
    make_repository(p, {"a": "x"})
    commit_files(p, {"a": "y"}, message="\x1b]0;owned\x07<script>")
    assert "\x1b" not in repr(world.fetch("p"))


@pytest.mark.parametrize("name", ["a.py", "é", "data 1.fits", ".gitignore", ".github", "git", "-x", "a:b", "日本"])
def test_ordinary_names_are_fine(name):
    assert wrong_name(name) == ""


@pytest.mark.parametrize(("path", "target"), [("a", "b"), ("x/a", "../b"), ("x/a", "./y/../b"), ("a", "b/../c")])
def test_a_relative_link_stays_inside(path, target):
    assert stays_inside(path, target)


def test_a_git_without_protocols_reaches_no_network(tmp_path, world):
    make_repository(world.folder / "p", {"a": "x"})
    with pytest.raises(Exception, match=r"not allowed|protocol"):
        Git(tmp_path).run("ls-remote", "--", world.host.url_of("p"))
