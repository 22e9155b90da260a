"""The regimes of ``law/counting`` say what each law says, and a wrong file is refused with the reason."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from fadu.core.errors import DefinitionError
from fadu.core.terms import Limit, PauseSide, Regimes, UnknownRegime, alternatives, standard, term

CALENDAR, REGIMES = standard()


@pytest.mark.parametrize(
    ("law", "in_workdays", "in_days"),
    [
        ("处罚法", [2, 3, 5, 7], [1, 4, 6, 10, 15, 90]),
        ("强制法", [1, 3, 10], [11, 15, 30]),
        ("复议法", [3, 5, 7, 10], [15, 30, 60]),
        ("许可法", [5, 7, 10, 15, 20, 45], [30]),
        ("移送规定", [], [3]),
        ("信访工作条例", [], [5, 15, 60]),
        ("决策条例", [], [7, 30]),
        ("诉讼法", [], [3, 15]),
    ],
)
def test_which_days_are_working_days(law: str, in_workdays: list[int], in_days: list[int]) -> None:
    regime = REGIMES.for_law(law)
    for number in in_workdays:
        assert regime.read(Limit.parse(f"{number}日")) == Limit.parse(f"{number}个工作日")
    for number in in_days:
        assert regime.read(Limit.parse(f"{number}日")) == Limit.parse(f"{number}日")
    assert regime.read(Limit.parse("8个工作日")) == Limit.parse("8个工作日"), "what the text writes stays"


def test_default_is_the_general_regime_of_law_b() -> None:
    assert REGIMES.default is REGIMES["通则"] is REGIMES["law-B"]
    assert REGIMES.default.pause_side is PauseSide.FROM_SUSPENSION
    assert REGIMES["law-A"].pause_side is PauseSide.FROM_NEXT_DAY


def test_every_value_has_a_basis_and_a_status() -> None:
    for regime in REGIMES.values():
        for basis in (
            regime.workdays_basis,
            regime.first_day_basis,
            regime.months_basis,
            regime.roll_basis,
            regime.pause_basis,
            regime.before_basis,
            *(exemption.basis for exemption in regime.exemptions),
        ):
            assert basis.text and basis.status


def test_a_law_nobody_declared_is_refused_not_guessed() -> None:
    with pytest.raises(UnknownRegime, match="没有写明《某法》如何计算期限"):
        REGIMES.for_law("某法")
    with pytest.raises(UnknownRegime, match="没有名为“某法”的计期规则"):
        REGIMES["某法"]


def test_caps_do_not_roll_and_a_misspelt_cap_is_refused() -> None:
    regime = REGIMES["强制法"]
    assert regime.rolls()
    assert not regime.rolls("cap")
    with pytest.raises(UnknownRegime, match="没有不顺延的类别“caps”"):
        regime.rolls("caps")


def test_pause_ends_part_the_regimes_only_on_a_rest_day() -> None:
    """Resumed on Saturday 2026-12-05: law-B skips 12-01…12-04, law-A 12-02…12-04, one working day less."""
    facts = {"calendar": CALENDAR, "pauses": [(date(2026, 12, 1), date(2026, 12, 5))]}
    start, limit = date(2026, 11, 20), Limit.parse("10个工作日")
    chosen = term(start, limit, **facts)
    assert chosen.due_legal == date(2026, 12, 10)
    assert term(start, limit, regime=REGIMES["law-A"], **facts).due_legal == date(2026, 12, 9)
    [other] = alternatives(chosen, start, limit, regimes=REGIMES, **facts)
    assert other.deadline.due_legal == date(2026, 12, 9)
    assert {regime.name for regime in other.regimes} == {"通则二", "许可法", "信公条例"}
    assert "中止的首尾算法不同" in other.why


def test_alternatives_name_every_law_that_reads_the_words_otherwise() -> None:
    start, limit = date(2026, 2, 11), Limit.parse("5日")
    chosen = term(start, limit, calendar=CALENDAR)
    [other] = alternatives(chosen, start, limit, calendar=CALENDAR, regimes=REGIMES)
    assert other.deadline.due_legal == date(2026, 2, 25)
    assert {regime.name for regime in other.regimes} == {"处罚法", "强制法", "复议法", "许可法"}
    assert "“5日”在此指5个工作日" in other.why and "第八十五条" in other.why
    assert (
        alternatives(chosen, start, Limit.parse("5日"), calendar=CALENDAR, regimes=Regimes([REGIMES.default]))
        == []
    )


def test_criminal_months_run_from_last_day_to_last_day() -> None:
    start, limit = date(2026, 2, 28), Limit.parse("1个月")
    assert term(start, limit, calendar=CALENDAR, regime=REGIMES["刑诉法"]).nominal == date(2026, 3, 31)
    assert term(start, limit, calendar=CALENDAR).nominal == date(2026, 3, 28)


GENERAL = (files("fadu") / "law" / "counting" / "通则.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name    = "通则"', 'nom = "通则"', "不认识的项：nom"),
        ("rolls  = true", "rolls  = true\nroll = 1", "不认识的项：roll"),
        ('side   = "from_suspension"', 'side = "both"', "side 不能是“both”"),
        ('basis  = "《民法典》第二百零一条"\n', "", "缺少：basis"),
        ('status = "verified"', 'status = "sure"', "status 不能是“sure”"),
        ('title   = "', 'like = "无"\ntitle   = "', "没有这个计期规则"),
        ("[before]", "[after]", "不认识的项：after"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GENERAL
    (tmp_path / "通则.toml").write_text(GENERAL.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError, match=message) as refused:
        Regimes.load(tmp_path)
    assert "通则.toml" in refused.value.where


def test_two_files_may_not_claim_one_law(tmp_path: Path) -> None:
    (tmp_path / "通则.toml").write_text(GENERAL, encoding="utf-8")
    (tmp_path / "又.toml").write_text(
        'name = "又"\ntitle = "又"\nlike = "通则"\nlaws = ["民法典"]\n', encoding="utf-8"
    )
    with pytest.raises(DefinitionError, match="“民法典”同时见于两个计期规则"):
        Regimes.load(tmp_path)
