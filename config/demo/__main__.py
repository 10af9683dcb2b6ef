"""python -m config.demo: three real products from a git URL to publication, then the site. `make demo` calls it."""

import argparse
import os
import shutil
import sys
import time

from adp.client import Client
from adp.environment.build import judge_root, root_for
from adp.errors import AdpError
from adp.manifest.model import Environment
from adp.sandbox.choose import choose
from config.demo import cast, story, telling
from config.demo.githost import GitHost
from config.demo.repositories import make_all
from config.demo.site import CLONE, Site, command, environment
from config.demo.story import DemoError, Proposal

HOME = CLONE / "var" / "demo"
MARK = "made-by-make-demo"
PORT = 8000


def main() -> int:
    parser = argparse.ArgumentParser("make demo", description=__doc__)
    parser.add_argument("--no-serve", action="store_true", help="end when all is published")
    args = parser.parse_args()
    began = time.monotonic()
    try:
        _prepare()
        _play()
    except (DemoError, AdpError) as e:
        telling.line(f"✗ {e}", "red")
        if isinstance(e, AdpError) and e.hint:
            telling.line(e.hint)
        telling.line(f"what the site said: {HOME / 'site.log'}")
        return 2 if isinstance(e, AdpError) else 1
    telling.title(f"All three products are published, the faulty version is refused ({time.monotonic() - began:.0f} s)")
    return 0 if args.no_serve else _serve()


def _prepare() -> None:
    """A clean book, a sandbox engine, and the environments, which only the first demo of a machine has to build."""
    telling.title("Pharos demo: what is needed")
    if HOME.exists():
        if not (HOME / MARK).exists():
            raise DemoError(f"{HOME} was not made by a demo: move it away and call again")
        shutil.rmtree(HOME)
    HOME.mkdir(parents=True)
    (HOME / MARK).touch()
    engine = choose("auto")
    telling.line(f"sandbox engine: {engine.name}")
    telling.line("environment astro-1 and the judge's packages (the first time: about a minute)")
    root_for(Environment(base="astro-1"), CLONE, lambda _line: None)
    judge_root(lambda _line: None)


def _play() -> None:
    repositories = HOME / "repositories"
    repositories.mkdir()
    make_all(repositories)
    telling.line(f"git repositories with tags: {repositories}")
    passwords = cast.register_all(HOME / "accounts")
    with GitHost(repositories) as host, Site(HOME / "site.log", host.port) as site:
        clients = story.sign_in(site.url, passwords)
        faulty = Proposal(cast.PIXTABLE, "muse-pixtable", "v1.0.0", host.url_of("muse-pixtable"))
        story.refused_as_it_must(story.submit_and_watch(clients[faulty.owner.handle], faulty))
        good = [
            Proposal(cast.PIXTABLE, "muse-pixtable", "v1.0.1", host.url_of("muse-pixtable")),
            Proposal(cast.SURVEYS, "emmi-photometry", "v1.0.0", host.url_of("emmi-photometry")),
            Proposal(cast.SURVEYS, "rrlyrae-period", "v1.0.0", host.url_of("rrlyrae-period")),
        ]
        for proposal in good:
            report = story.submit_and_watch(clients[proposal.owner.handle], proposal)
            story.keep(report, HOME / f"report-{proposal.name}.json")
            story.passed(report)
        telling.title("Review, in two tracks, and the decision")
        for proposal in good:
            story.review_and_decide(clients, proposal)
        telling.title("Published")
        for proposal in good:
            story.published(Client(site.url), proposal, HOME / f"archive-{proposal.name}.tar.gz")


def _serve() -> int:
    site = f"http://127.0.0.1:{PORT}"
    telling.line(f"{site}/products/  the catalogue")
    telling.line(f"{site}/products/{cast.PIXTABLE.handle}/muse-pixtable/versions/1.0.1/  a version, with its report")
    telling.line(f"{site}/people/{cast.CODE_REVIEWER.handle}/  a reviewer's credit")
    telling.line(f"{site}/api/docs/  the API")
    telling.line(f"sign in as {', '.join(m.handle for m in cast.CAST)}: passwords in {HOME / 'accounts'}")
    telling.line("the refused version is its authors' to see: sign in as muse-demo")
    telling.line("Ctrl+C ends it; `make demo` begins again from nothing, `make serve` is a registry of your own")
    sys.stdout.flush()
    os.chdir(CLONE)
    os.execvpe(sys.executable, command(PORT), environment() | {"PHAROS_SITE": site})


if __name__ == "__main__":
    sys.exit(main())
