"""What pip is told about package indexes, uv is told too."""

from adp.environment.indexes import settings


def written(tmp_path, text):
    file = tmp_path / "pip.conf"
    file.write_text(text)
    return (str(file),)


def test_the_system_s_certificates_are_always_believed(tmp_path):
    assert settings({}, ()) == {"UV_SYSTEM_CERTS": "true"}


def test_indexes_of_pip_s_file_are_handed_on(tmp_path):
    files = written(
        tmp_path, "[global]\nindex-url = https://mirror.example/simple\nextra-index-url = https://two.example\n"
    )
    found = settings({}, files)
    assert (found["UV_DEFAULT_INDEX"], found["UV_INDEX"]) == ("https://mirror.example/simple", "https://two.example")


def test_the_environment_speaks_before_the_file(tmp_path):
    files = written(tmp_path, "[global]\nindex-url = https://mirror.example/simple\n")
    assert settings({"PIP_INDEX_URL": "https://own.example"}, files)["UV_DEFAULT_INDEX"] == "https://own.example"
    assert "UV_DEFAULT_INDEX" not in settings({"UV_DEFAULT_INDEX": "https://uv.example"}, files)


def test_folders_and_broken_files_hand_on_nothing(tmp_path):
    files = written(tmp_path, "[global]\nextra-index-url = file:///srv/wheels\n")
    assert settings({}, files) == {"UV_SYSTEM_CERTS": "true"}
    assert settings({}, written(tmp_path, "not an ini file")) == {"UV_SYSTEM_CERTS": "true"}
