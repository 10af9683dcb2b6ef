"""The manifest `adp.toml` (schema version 1) as frozen values; DESIGN §3. Sizes in bytes, times in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Facility:
    observatory: str = ""
    telescope: str = ""
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class Funding:
    funder: str
    award: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """The table [product]: what it is, for whom, under which licence."""

    name: str
    version: str
    title: str
    summary: str
    license: str
    science_case: str
    type: str
    owner: str = ""
    keywords: tuple[str, ...] = ()
    facilities: tuple[Facility, ...] = ()
    waveband: tuple[str, ...] = ()
    funding: tuple[Funding, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ("adp-core",)


@dataclass(frozen=True, slots=True)
class Contributor:
    name: str
    roles: tuple[str, ...]
    orcid: str = ""
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """Exactly one of base, dockerfile, image is set; `requirements` goes with base, or beside a Dockerfile: then they
    are the wheels in its context."""

    base: str = ""
    requirements: str = ""
    dockerfile: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class Resources:
    cpus: float = 1.0
    memory: int = 2 << 30
    disk: int = 1 << 30
    time: float = 600.0
    gpu: int = 0
    arch: str = "x86_64"


@dataclass(frozen=True, slots=True)
class Parameters:
    file: str = ""
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Data:
    """An immutable input. `role`: input | reference | simulation-truth. Exactly one of path, url, package, centre.
    `size` in bytes, where the manifest says it (with url only)."""

    name: str
    role: str
    sha256: str
    path: str = ""
    url: str = ""
    package: str = ""
    centre: str = ""
    size: int | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    kind: str
    run: tuple[str, ...]
    loss: str = "none"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a coordinates-only step promises of a product against `source` (key `from` in the file)."""

    source: str
    invariant: tuple[str, ...] = ()
    transform: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProductFile:
    """One file a version makes; `path` is below {out}. calib_level None: derived from the step kinds."""

    name: str
    path: str
    format: str
    type: str = ""
    level: int | None = None
    calib_level: int | None = None
    calib_reason: str = ""
    derived_from: tuple[str, ...] = ()
    variance: str = ""
    mask: str = ""
    covariance: str = ""
    requires_keywords: tuple[str, ...] = ()
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class DataTest:
    """Product against reference; exactly one of `tolerance` (a comparison spec as a mapping, as written) and `spec`."""

    name: str
    product: str
    reference: str
    kind: str
    tolerance: Mapping[str, Any] = field(default_factory=dict)
    spec: str = ""


@dataclass(frozen=True, slots=True)
class Tests:
    unit: tuple[str, ...]
    version: tuple[str, ...] = ()
    data: tuple[DataTest, ...] = ()
    deterministic: bool = True
    nondeterministic_reason: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    product: Product
    contributors: tuple[Contributor, ...]
    environment: Environment
    steps: tuple[Step, ...]
    products: tuple[ProductFile, ...]
    tests: Tests
    resources: Resources = Resources()
    parameters: Parameters = Parameters()
    data: tuple[Data, ...] = ()
    adp: int = 1
