"""What the tree `astro-1` is made of. A changed line here is a different tree with a different digest."""

import hashlib
import json
import platform
from dataclasses import asdict, dataclass

from adp.environment.tree import PACKAGES_AT

BUILDER_AT = "/opt/builder"  # our pip, while a source distribution is built
MOUNT_POINTS = (  # the tree is read-only inside: what an engine mounts on must be there
    "/source",
    "/out",
    "/data",
    "/reference",
    "/parameters",
    "/judge",
    PACKAGES_AT,
    "/opt/judge",
    BUILDER_AT,
)
PATCH = 2  # of Debian 12's Python 3.11
USER = "adp"
UID = 20001  # of the job, as seen inside, on every engine


@dataclass(frozen=True, slots=True)
class Recipe:
    """A Debian release, the packages a scientist's wheels need from it, and what is left out."""

    name: str
    suite: str
    python: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    mount_points: tuple[str, ...] = MOUNT_POINTS
    uid: int = UID
    revision: int = 1  # raised when the way of building changes

    @property
    def digest(self) -> str:
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def markers(self) -> dict[str, str]:
        """What environment markers (PEP 508) are asked about: the tree's Python, not the one that runs us."""
        return {
            "python_version": self.python,
            "python_full_version": f"{self.python}.{PATCH}",
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.{PATCH}",
            "platform_python_implementation": "CPython",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "platform_release": "",
            "platform_version": "",
            "os_name": "posix",
            "platform_machine": platform.machine(),
        }

    @property
    def folder(self) -> str:
        return f"{self.name}-{self.digest[:12]}"


ASTRO_1 = Recipe(
    name="astro-1",
    suite="bookworm",
    python="3.11",
    include=("python3", "libgomp1", "tzdata"),  # wheels bring their own BLAS and Fortran; OpenMP they may not
    exclude=(
        "/usr/share/man/*",
        "/usr/share/info/*",
        "/usr/share/locale/*",
        "/usr/share/lintian/*",
        "/usr/share/bug/*",
        "/usr/share/doc/*/*",  # but the licences, below
    ),
)
KEPT = ("/usr/share/doc/*/copyright", "/usr/share/locale/locale.alias")
RECIPES = {ASTRO_1.name: ASTRO_1}
