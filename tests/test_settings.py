from pathlib import Path

import pytest

from rag.errors import ConfigurationError
from rag.settings import load_settings, settings_table

README = Path(__file__).parent.parent / "README.md"


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(
    tmp_path: Path,
) -> None:
    (tmp_path / "dateline.toml").write_text('index = "from-file"\npassages = 7\n')
    settings = load_settings({"DATELINE_INDEX": "from-env"}, tmp_path)
    assert settings.index == Path("from-env")
    assert settings.passages == 7
    assert settings.embeddings == "local"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DATELINE_PASSAGES", "0", "is not between 1 and 100"),
        ("DATELINE_PASSAGES", "ten", "is not a whole number"),
        ("DATELINE_INDEX", " ", "is empty"),
        ("DATELINE_INDEXX", "x", "Did you mean index?"),
    ],
)
def test_a_refused_setting_is_named_with_the_reason(variable: str, value: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=variable) as error:
        load_settings({variable: value}, Path("/nowhere"))
    assert said in str(error.value)


def test_an_unknown_key_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dateline.toml").write_text("indx = 'x'\n")
    with pytest.raises(ConfigurationError, match="indx: there is no such setting"):
        load_settings({}, tmp_path)


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dateline.toml").write_text("index = \n")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings({}, tmp_path)


def test_the_readme_shows_the_settings_in_force() -> None:
    shown = README.read_text("utf-8").partition("<!-- settings -->\n")[2]
    assert shown.partition("\n<!-- /settings -->")[0] == settings_table()
