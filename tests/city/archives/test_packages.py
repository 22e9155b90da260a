"""A package holds everything, proves itself, and names the member in which one byte was changed, whoever changed it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import bagit
import pytest

from fadu.city import node
from fadu.city.archives.models import Package
from fadu.city.authority import clock
from fadu.city.ledger import publishing, witness_node
from fadu.city.ledger import queries as ledger
from fadu.cli import main
from fadu.core.archive import bag, metadata, package, paths
from fadu.core.archive.report import Report
from fadu.core.errors import InputError
from tests import factories, local_tsa
from tests.city.archives.conftest import LONG, Filed, file_matter, handed_over, rewritten
from tests.city.cases.conftest import MONDAY
from tests.factories import City

pytestmark = pytest.mark.django_db


def check(filed: Filed, **more: Any) -> Report:
    return package.check(filed.path, at=clock.wall(), **more)


def said(report: Report) -> str:
    return "\n".join(sentence for wrong in report.wrong.values() for sentence in wrong)


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_whole_package(filed: Filed, tmp_path: Path) -> None:
    """Every item is looked at and holds; the bagit library and `sha256sum` agree; what was not tested is said."""
    report = check(filed)
    assert report.sound, said(report)
    assert report.acts == 3
    looked = {code: count for code, (count, wrong) in report.items.items()}
    assert all(looked.values()), looked
    assert not [note for note in report.notes if "receipt.json" in note]
    assert [note for note in report.notes if "没有时间戳" in note]
    assert report.as_json()["not_done"]
    with zipfile.ZipFile(filed.path) as archive:
        archive.extractall(tmp_path / "bag")
    bagit.Bag(str(tmp_path / "bag")).validate()
    sums = subprocess.run(["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=tmp_path / "bag")
    assert sums.returncode == 0


def test_names_unpack_anywhere(filed: Filed) -> None:
    """Long Chinese names are cut to what file systems take, signs that Windows refuses are replaced; UTF-8 is marked."""
    with zipfile.ZipFile(filed.path) as archive:
        entries = [one for one in archive.infolist() if one.filename.startswith("data/documents/")]
    assert len(entries) == 3
    for entry in entries:
        assert paths.portable(entry.filename)
        assert len(entry.filename.rpartition("/")[2].encode()) <= paths.LONGEST
        assert entry.filename.isascii() or entry.flag_bits & 0x800
    content = json.loads(members(filed.path)["data/acts.json"])
    assert [one["name"] for one in content["acts"][0]["files"]] == [
        f"{LONG[:110]}.pdf",
        "比较表: <一> 100%.csv",
    ]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("a.pdf", "a.pdf"),
        ("甲" * 80 + ".docx", "甲" * 48 + ".docx"),
        ('a<b>:"c"|?*.txt', "a_b___c____.txt"),
        ("con.txt", "_con.txt"),
        (" . ", "未命名"),
        ("第1.2节 说明", "第1.2节 说明"),
        ("尾. ", "尾"),
    ],
)
def test_safe_names(given: str, made: str) -> None:
    """Examples."""
    assert paths.safe(given) == made
    assert paths.portable(made)


def test_metadata(filed: Filed) -> None:
    """The four entities of DA/T 46, every mandatory element filled, digests of the bytes that lie beside."""
    files = members(filed.path)
    root = ElementTree.fromstring(files[f"data/{metadata.NAME}"])
    case = root.find("文件实体[@标识='案卷']")
    assert case is not None
    told = {element.tag: element.text for element in case}
    assert (told["题名"], told["立档单位名称"], told["件数"]) == ("关于停车收费的事项", "云州市财政局", "3")
    assert told["责任者"] == "云州市财政局；云州市司法局"
    assert [one.findtext("业务行为") for one in root.findall("业务实体")] == ["登记", "审查", "归档"]
    assert {one.findtext("机构人员名称") for one in root.findall("机构人员实体")} == {"赵一", "李四"}
    digests = [one.findtext("数字摘要") for one in root.findall("文件实体")[1:]]
    documents = [data for name, data in files.items() if name.startswith("data/documents/")]
    assert sorted(digests, key=str) == sorted(
        f"SHA-256:{hashlib.sha256(one).hexdigest()}" for one in documents
    )
    with pytest.raises(InputError, match="实体声明"):
        metadata.parse(b'<!DOCTYPE a [<!ENTITY b "c">]><a/>')


CLASSES = (
    "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/acts.json", "data/metadata/case.xml",
    "data/definition.json", "data/README.txt", "data/fadu-verify.pyz", "data/index.html", "data/receipts/0001.json",
    "data/documents/*.pdf", "data/documents/*.csv",
)  # fmt: skip


def one_of(path: Path, kind: str) -> str:
    """The first member of a class."""
    start, _, end = kind.partition("*")
    return next(name for name in sorted(members(path)) if name.startswith(start) and name.endswith(end))


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@pytest.mark.parametrize("kind", CLASSES)
def test_one_byte_of_any_member_is_named(filed: Filed, kind: str) -> None:
    """Flipped in the stored bytes (as a disk does) and in the content (as a person does): refused, the member named."""
    name = one_of(filed.path, kind)
    data = filed.path.read_bytes()
    with zipfile.ZipFile(filed.path) as archive:
        entry = archive.getinfo(name)
        place = entry.header_offset + 30 + len(entry.filename.encode()) + entry.compress_size // 2
    whole = members(filed.path)[name]
    for spoil in (lambda: filed.path.write_bytes(flipped(data, place)), lambda: rewritten(filed.path, {name: flipped(whole, len(whole) // 2)})):  # fmt: skip
        filed.path.write_bytes(data)
        spoil()
        try:
            report = check(filed)
        except InputError as refused:
            assert "acts.json" in str(refused), refused
            assert kind == "data/acts.json"
            continue
        assert not report.sound
        assert name in said(report), said(report)
        assert "整包的摘要与归档时记入账本的不符" in said(report)


def remade(path: Path, changed: dict[str, bytes | None]) -> None:
    """An insider: members changed and the whole bag made again, so that every manifest fits."""
    payload = {
        **bag.read(path).payload,
        **{name.removeprefix("data/"): data for name, data in changed.items()},
    }
    info = {name: value for name, value in bag.read(path).info.items() if name != "Payload-Oxum"}
    bag.write(path, {name: data for name, data in payload.items() if data is not None}, info=info)


def _json(change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        read = json.loads(data)
        change(read)
        return json.dumps(read, ensure_ascii=False).encode()

    return changed


def _value(read: Any) -> None:
    read["acts"][0]["values"]["content"] = "停车免费"


def _time(read: Any) -> None:
    read["acts"][1]["occurred_at"] = "2026-01-05T09:00:00+08:00"


def _act_gone(read: Any) -> None:
    del read["acts"][1]
    read["acts"][1]["seq"] = 2


INSIDERS: dict[str, tuple[str, Callable[[bytes], bytes | None], str]] = {
    "a value": ("data/acts.json", _json(_value), "第 1 步的记载（acts.json）与痕迹中的承诺不符"),
    "a time": ("data/acts.json", _json(_time), "第 2 步的发生时间（acts.json）与痕迹不符"),
    "an act left out": ("data/acts.json", _json(_act_gone), "没有接在上一步之后"),
    "a file": ("data/documents/*.csv", lambda data: data + b"x", "与痕迹中的摘要不符：documents/0001-papers-1"),
    "a file left out": ("data/documents/*.csv", lambda data: None, "不在包内：documents/0001-papers-1"),
    "a receipt left out": ("data/receipts/0002.json", lambda data: None, "第 2 步没有回执 receipts/0002.json"),
    "the procedure": ("data/definition.json", _json(lambda read: read["procedure"].update(title="别的")), "definition.json 与痕迹中的程序版本不符"),
    "metadata": ("data/metadata/case.xml", lambda data: data.replace("赵一".encode(), "赵二".encode()), "元数据“机构人员1”的“机构人员名称”与办理经过或者文件不符"),
    "metadata emptied": ("data/metadata/case.xml", lambda data: data.replace("<密级>公开</密级>".encode(), "<密级/>".encode()), "元数据“案卷”缺少必填项“密级”"),
    "the page": ("data/index.html", lambda data: data.replace("分两类".encode(), "分三类".encode()), "整包的摘要与归档时记入账本的不符"),
    "a produced document": ("data/documents/*.pdf", lambda data: data + b"\n", "整包的摘要与归档时记入账本的不符"),
}  # fmt: skip


@pytest.mark.parametrize("name", INSIDERS)
def test_an_insider_is_found(filed: Filed, name: str) -> None:
    """Manifests made to fit again: the traces, and the receipt of the whole beside the package, still tell."""
    kind, change, sentence = INSIDERS[name]
    member = one_of(filed.path, kind)
    before = members(filed.path)[member]
    assert change(before) != before
    remade(filed.path, {member: change(before)})
    report = check(filed)
    assert sentence in said(report), said(report)


def test_the_verifier_inside_needs_nothing_else(filed: Filed, tmp_path: Path) -> None:
    """Unpacked, with a bare Python and no network: every receipt is proved; one spoilt is not; exit codes as the README says."""
    with zipfile.ZipFile(filed.path) as archive:
        archive.extractall(tmp_path)
    verifier = tmp_path / "data" / "fadu-verify.pyz"
    receipts = sorted((tmp_path / "data" / "receipts").iterdir())
    assert len(receipts) == 3

    def status(path: Path) -> int:
        return subprocess.run(
            [sys.executable, "-I", "-S", verifier, path], capture_output=True, env={}
        ).returncode

    assert [status(one) for one in receipts] == [0, 0, 0]
    read = json.loads(receipts[0].read_text())
    receipts[0].write_text(json.dumps({**read, "index": read["index"] + 1}))
    receipts[1].write_text("{}")
    assert [status(one) for one in receipts[:2]] == [1, 2]


@pytest.mark.system
def test_the_package_is_time_stamped(
    city: City, tmp_path: Path, settings: Any, program: Callable[[str], Path]
) -> None:
    """The worker has it stamped by a real authority; verified beside the package, refused over another."""
    program("openssl")
    with local_tsa.serving(tmp_path / "tsa") as server:
        settings.FADU_TSA_URL, settings.FADU_TSA_ANCHOR = server.url, server.authority.anchor
        file_matter(city)
        publishing.publish(at=clock.now(), close_day=False)
        assert node.make_packages() == 1
        publishing.publish(at=clock.now(), close_day=False)
        row = Package.objects.get()
        assert row.stamped_at is not None
        filed = handed_over(row, tmp_path / "handed")
        report = check(filed, tsa_anchor=server.authority.anchor)
        assert report.sound, said(report)
        assert [note for note in report.notes if "签名和证书链成立" in note]
        remade(filed.path, {"data/README.txt": b"x"})
        assert "时间戳 案卷.zip.tsr 不成立" in said(check(filed))


def test_a_whole_node_under_commercial_cryptography(tmp_path: Path, settings: Any) -> None:
    """SM3 and SM2 by setting: acts, checkpoint, witness, receipt, the verifier alone, the package; nothing of it is SHA-256's."""
    settings.FADU_LOG_SUITE = "sm3-sm2"
    folder = tmp_path / "witness"
    signer = witness_node.load_signer(folder, "witness.example")
    store = witness_node.SqliteWitnessStore(folder / "witness.sqlite3")
    server = witness_node.WitnessServer(
        ("127.0.0.1", 0), store, signer, witness_node.watch(node.witnessed_keys(), "sm3-sm2")
    )
    node.trust_witness(signer.key.vkey)
    settings.FADU_WITNESS_URL = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        file_matter(factories.make_city(at=MONDAY))
        node.stand_ready()
        assert publishing.publish(at=clock.now(), close_day=False).witnesses == ("witness.example",)
        assert node.make_packages() == 1
        publishing.publish(at=clock.now(), close_day=False)
        node.stand_ready()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        store.close()
    filed = handed_over(Package.objects.get(), tmp_path / "handed")
    report = check(filed)
    assert report.sound, said(report)
    assert ledger.check().sound
    with zipfile.ZipFile(filed.path) as archive:
        archive.extractall(tmp_path)
    given = tmp_path / "data" / "receipts" / "0001.json"
    read = json.loads(given.read_text())
    assert (read["suite"], "/promise+" in read["keys"]["promise"]) == ("sm3-sm2", True)
    alone = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "data" / "fadu-verify.pyz", given],
        capture_output=True,
        text=True,
        env={"PYTHONUTF8": "1"},
    )
    assert alone.returncode == 0, alone.stdout + alone.stderr
    assert "见证方 witness.example 已见证该检查点" in alone.stdout


def test_command(filed: Filed, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit codes 0, 1, 2; data and sentences; the pinned key."""
    key = json.loads(members(filed.path)["data/receipts/0001.json"])["keys"]["log"]
    assert main(["archive", "verify", str(filed.path), "--log-key", key]) == 0
    told = capsys.readouterr().out
    assert "真实  通过" in told and "未检测：4-1" in told
    remade(filed.path, {"data/README.txt": b"x"})
    assert main(["archive", "verify", str(filed.path), "--json"]) == 1
    (data,) = json.loads(capsys.readouterr().out)
    assert {
        "item": "1-14",
        "title": "归档前后一致：整包的摘要记入账本、盖有时间戳",
        "looked": 1,
        "wrong": 1,
    } in data["items"]
    filed.path.write_bytes(b"no zip")
    assert main(["archive", "verify", str(filed.path)]) == 2
    assert "不是可以读取的档案包" in capsys.readouterr().err
