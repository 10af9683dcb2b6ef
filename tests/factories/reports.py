"""Reports as hypothesis draws them, and one with something in every part."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from adp.finding import Finding, Reason, Severity, Where
from adp.report import STAGES, ProductFile, Report, StageResult, Verdict

RULE = {
    "scope": "x",
    "rule": "abs 1e-09 pix",
    "verdict": "pass",
    "violations": 0,
    "fraction": 0.0,
    "worst": 1e-12,
    "bias": 0.0,
    "scatter": 1e-13,
    "would_pass_at": 1e-12,
    "where": {"row": 3, "index": [2]},
}
COMPARISON = {
    "schema": "adp-comparison/1",
    "name": "as-on-paper",
    "kind": "compare",
    "evidence": "independent",
    "verdict": "agrees",
    "findings": [],
    "rules": [RULE],
    "files": {},
}
FINDING = Finding(
    Reason.MISMATCH,
    "VALUE",
    "x: 1 of 3 values break the rule",
    where=Where(file="doubled.ecsv", column="x", row=3, index=(2,)),
    hint="look at row 3",
    evidence={"count": 1, "repeat": "adp check PATH"},
)
PRODUCT = ProductFile("doubled", "doubled.ecsv", "ecsv", 120, "a" * 64, 1, 2, "measurements")
STAGE = StageResult("data", Verdict.FAILED, 1.5, 1.25, 1 << 20, (FINDING,), "$ python3 tiny.py")
WHOLE = Report(
    verdict=Verdict.FAILED,
    tree="4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    product="tiny",
    version="1.0.0",
    engine="bubblewrap",
    started_at="2026-11-22T10:00:00+00:00",
    finished_at="2026-11-22T10:00:09+00:00",
    commit="b" * 40,
    stages=(*(StageResult(name, Verdict.PASSED, 0.1, log="read") for name in STAGES[:-1]), STAGE),
    comparisons=(COMPARISON,),
    products=(PRODUCT,),
    environment={"name": "astro-1", "digest": "c" * 64, "contents": {"numpy": "2.3.5"}},
    parameters={"file": "config/default.toml", "values": {"clip": 3}},
    declared={
        "manifest": "d" * 64,
        "inputs": {"table": "e" * 64},
        "lock": "astro-1",
        "limits": {"cpus": 1.0, "memory": 1 << 28, "disk": 1 << 23, "time": 60.0, "gpu": 0},
    },
    cost={"cpu_seconds": 1.25, "wall_seconds": 2.0},
    provenance={"wasDerivedFrom": {"doubled": ["table"]}},
)

TEXT = st.text(max_size=12)
COUNT = st.integers(0, 1 << 60)
SECONDS = st.floats(0, 1e6, allow_nan=False)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 60), 1 << 60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
MAPS = st.dictionaries(TEXT, PLAIN, max_size=3)
NUMBERS = st.lists(COUNT, min_size=1, max_size=3).map(tuple)


def perhaps(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


PLACES = st.builds(
    Where,
    file=perhaps(TEXT),
    line=perhaps(COUNT),
    column=perhaps(COUNT | TEXT),
    hdu=perhaps(TEXT),
    row=perhaps(COUNT),
    pixel=perhaps(NUMBERS),
    index=perhaps(NUMBERS),
    world=perhaps(TEXT),
    step=perhaps(TEXT),
)
FINDINGS = st.builds(
    Finding,
    reason=st.sampled_from(Reason),
    code=TEXT,
    message=TEXT,
    severity=st.sampled_from(Severity),
    where=PLACES,
    hint=TEXT,
    evidence=MAPS,
)
STAGE_RESULTS = st.builds(
    StageResult,
    name=st.sampled_from(STAGES),
    verdict=st.sampled_from(Verdict),
    seconds=SECONDS,
    cpu_seconds=SECONDS,
    peak_memory_bytes=COUNT,
    findings=st.lists(FINDINGS, max_size=2).map(tuple),
    log=TEXT,
)
COMPARISONS = st.builds(
    lambda name, scope, verdict: COMPARISON | {"name": name, "rules": [RULE | {"scope": scope, "verdict": verdict}]},
    TEXT,
    TEXT,
    st.sampled_from(("pass", "fail", "not applicable")),
)
PRODUCTS = st.builds(
    ProductFile,
    name=TEXT,
    path=TEXT,
    format=TEXT,
    bytes=COUNT,
    sha256=TEXT,
    level=perhaps(COUNT),
    calib_level=COUNT,
    type=TEXT,
)
REPORTS = st.builds(
    Report,
    verdict=st.sampled_from(Verdict),
    tree=TEXT,
    product=TEXT,
    version=TEXT,
    engine=TEXT,
    started_at=TEXT,
    finished_at=TEXT,
    commit=perhaps(TEXT),
    stages=st.lists(STAGE_RESULTS, max_size=2).map(tuple),
    comparisons=st.lists(COMPARISONS, max_size=2).map(tuple),
    products=st.lists(PRODUCTS, max_size=2).map(tuple),
    environment=MAPS,
    parameters=MAPS,
    declared=MAPS,
    cost=MAPS,
    provenance=MAPS,
)


def with_finding(**changes: Any) -> Report:
    """WHOLE with its one finding changed."""
    return with_stage(findings=(replace(FINDING, **changes),))


def with_stage(**changes: Any) -> Report:
    return replace(WHOLE, stages=(*WHOLE.stages[:-1], replace(STAGE, **changes)))


def with_rule(**changes: Any) -> Report:
    return replace(WHOLE, comparisons=(COMPARISON | {"rules": [RULE | changes]},))
