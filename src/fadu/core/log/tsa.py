"""The cryptography of time-stamps, by the ``openssl`` program: build a query, verify an answer with its certificates.

``openssl ts`` checks signature, certificate chain up to a trust anchor (purpose time-stamping), imprint, and, with the
query at hand, the nonce. It is on every Linux; who has none still learns moment and imprint (`timestamp.read`).
Certificates are judged as of the moment in the token, so that an old token stays true when they have run out;
revocation is not asked for, for that needs the network.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from fadu.core.log import timestamp
from fadu.core.log.errors import LogError, ProofError
from fadu.core.log.suites import Suite

QUERY_TYPE, REPLY_TYPE = "application/timestamp-query", "application/timestamp-reply"
_SECONDS = 20


class NoOpenssl(LogError):
    """There is no ``openssl`` program on this machine."""

    code = "no_openssl"


def available() -> bool:
    """Whether signatures of time-stamps can be verified on this machine."""
    return shutil.which("openssl") is not None


def query(suite: Suite, data: bytes) -> bytes:
    """A query for a time-stamp over ``data``: imprint, fresh nonce, and the wish for the authority's certificate."""
    with tempfile.TemporaryDirectory(prefix="fadu-ts-") as folder:
        path = Path(folder) / "query.tsq"
        ended = _openssl(
            "-query", "-digest", suite.digest(data).hex(), f"-{suite.hash_name}", "-cert", "-out", str(path)
        )
        if ended.returncode:
            raise LogError("不能生成时间戳请求", why=_words(ended), cure="请检查本机的 openssl")
        return path.read_bytes()


def verify(
    response: bytes, data: bytes, *, suite: Suite, anchor: Path, asked: bytes | None = None
) -> timestamp.Stamp:
    """Verify an answer over ``data`` against the certificates in ``anchor`` (PEM); with ``asked`` also its nonce.

    Returns what the token says. Raises `ProofError` if it does not hold, `NoOpenssl` if that cannot be told here.
    """
    stamp = timestamp.read(response)
    timestamp.check_imprint(stamp, suite, data)
    if not anchor.is_file():
        raise LogError("找不到时间戳机构的根证书", where=str(anchor), cure="应为 PEM 格式的证书文件")
    with tempfile.TemporaryDirectory(prefix="fadu-ts-") as folder:
        reply = Path(folder) / "reply.tsr"
        reply.write_bytes(response)
        what = ["-digest", stamp.imprint.hex()]
        if asked is not None:
            (Path(folder) / "query.tsq").write_bytes(asked)
            what = ["-queryfile", str(Path(folder) / "query.tsq")]
        moment = str(int(stamp.at.timestamp()))
        ended = _openssl("-verify", *what, "-in", str(reply), "-CAfile", str(anchor), "-attime", moment)
    if ended.returncode or b"Verification: OK" not in ended.stdout + ended.stderr:
        raise ProofError(
            "时间戳的签名或者证书链不成立",
            why=_words(ended),
            cure=f"请核对时间戳机构的根证书 {anchor.name}",
        )
    return stamp


def _openssl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("openssl")
    if program is None:
        raise NoOpenssl("本机没有 openssl 程序，不能核验时间戳的签名", cure="请安装 openssl")
    try:
        return subprocess.run(
            [program, "ts", *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise LogError(f"openssl 超过 {_SECONDS} 秒没有答复", cure="请稍后再试") from error


def _words(ended: subprocess.CompletedProcess[bytes]) -> str:
    """The reason in openssl's own words: ``thread:error:code:library:function:reason:file:line:detail``."""
    lines = [
        line.split(":") for line in ended.stderr.decode(errors="replace").splitlines() if ":error:" in line
    ]
    parts = lines[-1] if lines else []
    return (":".join(parts[8:]) or "".join(parts[5:6])).strip()
