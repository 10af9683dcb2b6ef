"""The lists themselves: long enough, each row once, and every code of DESIGN §6 in some row."""

from collections import Counter

from tests.defects.lists import DEFECTS, HARMLESS

CODES = """VALUE NAN_MISMATCH INF_MISMATCH MASK_MISMATCH BIAS PATTERN TOTAL PULL VARIANCE DTYPE UNIT SHAPE BYTE_ORDER
SHIFTED TRANSPOSED WCS FRAME SPECTRAL TIME_SCALE POSITION ROW_MISSING ROW_EXTRA ROW_DUPLICATE ROW_ORDER COLUMN_MISSING
COLUMN_RENAMED STRING FLAG CARD_MISSING CARD_VALUE CARD_TYPE HDU_MISSING HDU_EXTRA HDU_ORDER CHECKSUM TRUNCATED TRAILING
RELATION INVARIANT FORMAT"""


def test_there_are_sixty_defects_and_sixty_harmless_differences() -> None:
    assert len(DEFECTS) >= 60
    assert len(HARMLESS) >= 60


def test_every_row_has_a_name_of_its_own() -> None:
    assert [n for n, count in Counter(r.name for r in (*DEFECTS, *HARMLESS)).items() if count > 1] == []


def test_a_defect_has_a_code_and_a_harmless_difference_none() -> None:
    assert [r.name for r in DEFECTS if not r.codes] == []
    assert [r.name for r in HARMLESS if r.codes or r.cause or r.but] == []


def test_every_code_of_the_design_is_expected_somewhere() -> None:
    expected = {code for row in DEFECTS for _, form in row.cases for code in row.expected(form)}

    assert set(CODES.split()) - expected == set()
