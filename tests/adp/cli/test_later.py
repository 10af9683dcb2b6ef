"""Ten years later: a check in an environment that was kept has the digest it had."""

import json
from pathlib import Path

import pytest

from adp.cli.main import main
from adp.environment import oci, place
from adp.environment.build import root_for
from adp.manifest.load import loads


@pytest.mark.sandbox
@pytest.mark.soak
def test_a_check_in_the_kept_environment_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    product, layout = tmp_path / "product", tmp_path / "layout"
    assert main(["init", str(product)]) == 0
    manifest, _ = loads((product / "adp.toml").read_bytes())
    assert manifest is not None
    kept = oci.save(root_for(manifest.environment, product), layout)
    found = []
    capsys.readouterr()
    with place.new_job_folder() as machine:
        for trees, more in ((place.shared(), []), (machine, ["--environment", str(layout)])):
            with monkeypatch.context() as patch:
                patch.setenv("PHAROS_TREES", str(trees))
                assert main(["check", str(product), "--json", *more]) == 0
            found.append(json.loads(capsys.readouterr().out))
    assert found[0]["digest"] == found[1]["digest"]
    assert {report["environment"]["image"]["digest"] for report in found} == {kept.digest}
