"""SM2 through the system's OpenSSL 3 (libcrypto, by ctypes): about forty times as fast as plain Python.

Software SM2 is for tests, demonstrations and verification; a certified product replaces it behind `note.Signer`.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import weakref
from typing import Any

from fadu.core.log.errors import LogError, ProofError
from fadu.core.log.sm2 import USER_ID

# SubjectPublicKeyInfo of an uncompressed point: id-ecPublicKey over curve 1.2.156.10197.1.301.
_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_POINTER, _INT, _SIZE = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "EVP_PKEY_CTX_new_from_name": (_POINTER, [_POINTER, ctypes.c_char_p, ctypes.c_char_p]),
    "EVP_PKEY_CTX_new": (_POINTER, [_POINTER, _POINTER]),
    "EVP_PKEY_CTX_free": (None, [_POINTER]),
    "EVP_PKEY_CTX_set1_id": (_INT, [_POINTER, ctypes.c_char_p, _INT]),
    "EVP_PKEY_keygen_init": (_INT, [_POINTER]),
    "EVP_PKEY_generate": (_INT, [_POINTER, ctypes.POINTER(_POINTER)]),
    "EVP_PKEY_free": (None, [_POINTER]),
    "EVP_MD_CTX_new": (_POINTER, []),
    "EVP_MD_CTX_free": (None, [_POINTER]),
    "EVP_MD_CTX_set_pkey_ctx": (None, [_POINTER, _POINTER]),
    "EVP_sm3": (_POINTER, []),
    "EVP_DigestSignInit": (_INT, [_POINTER, _POINTER, _POINTER, _POINTER, _POINTER]),
    "EVP_DigestSign": (_INT, [_POINTER, ctypes.c_char_p, ctypes.POINTER(_SIZE), ctypes.c_char_p, _SIZE]),
    "EVP_DigestVerifyInit": (_INT, [_POINTER, _POINTER, _POINTER, _POINTER, _POINTER]),
    "EVP_DigestVerify": (_INT, [_POINTER, ctypes.c_char_p, _SIZE, ctypes.c_char_p, _SIZE]),
    "i2d_PUBKEY": (_INT, [_POINTER, ctypes.POINTER(_POINTER)]),
    "i2d_PrivateKey": (_INT, [_POINTER, ctypes.POINTER(_POINTER)]),
    "d2i_PUBKEY": (_POINTER, [_POINTER, ctypes.POINTER(ctypes.c_char_p), ctypes.c_long]),
    "d2i_AutoPrivateKey": (_POINTER, [_POINTER, ctypes.POINTER(ctypes.c_char_p), ctypes.c_long]),
}


@functools.cache
def _library() -> ctypes.CDLL:
    found = ctypes.util.find_library("crypto") or "libcrypto.so.3"
    try:
        library = ctypes.CDLL(found)
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise LogError(
            "系统没有可用的 OpenSSL 3（libcrypto）",
            why="国密套件的签名由它完成",
            cure="请安装 OpenSSL 3.0 以上版本",
        ) from error
    return library


def _need(result: Any) -> Any:
    if not result or (isinstance(result, int) and result < 0):
        raise LogError("libcrypto 调用失败", where="SM2")
    return result


class Sm2Key:
    """An SM2 key pair held by libcrypto."""

    def __init__(self, pointer: int) -> None:
        self._pointer = _need(pointer)
        weakref.finalize(self, _library().EVP_PKEY_free, pointer)
        der = self._export("i2d_PUBKEY")
        if not der.startswith(_SPKI):
            raise LogError("密钥不是 SM2 密钥")
        self.public = der[len(_SPKI) :]

    @classmethod
    def generate(cls) -> Sm2Key:
        """A fresh pair from the system's random generator."""
        library = _library()
        context = _need(library.EVP_PKEY_CTX_new_from_name(None, b"SM2", None))
        try:
            _need(library.EVP_PKEY_keygen_init(context))
            pointer = _POINTER()
            _need(library.EVP_PKEY_generate(context, ctypes.byref(pointer)))
        finally:
            library.EVP_PKEY_CTX_free(context)
        return cls(_need(pointer.value))

    @classmethod
    def from_private_der(cls, der: bytes) -> Sm2Key:
        """The pair out of the DER that `private_der` wrote."""
        data = ctypes.c_char_p(der)
        return cls(_need(_library().d2i_AutoPrivateKey(None, ctypes.byref(data), len(der))))

    @classmethod
    def from_public(cls, public: bytes) -> Sm2Key:
        """The public half out of an uncompressed point (04 ‖ x ‖ y)."""
        der = _SPKI + public
        data = ctypes.c_char_p(der)
        pointer = _library().d2i_PUBKEY(None, ctypes.byref(data), len(der))
        if not pointer:
            raise ProofError("SM2 公钥不在曲线上")
        return cls(pointer)

    def private_der(self) -> bytes:
        """The private key as DER, for its file."""
        return self._export("i2d_PrivateKey")

    def _export(self, function: str) -> bytes:
        export = getattr(_library(), function)
        size = _need(export(self._pointer, None))
        buffer = ctypes.create_string_buffer(size)
        place = _POINTER(ctypes.addressof(buffer))
        _need(export(self._pointer, ctypes.byref(place)))
        return buffer.raw

    def sign(self, message: bytes) -> bytes:
        """The DER signature over ``message``."""
        library = _library()
        with _Digesting(self._pointer, "EVP_DigestSignInit") as context:
            size = _SIZE(0)
            _need(library.EVP_DigestSign(context, None, ctypes.byref(size), message, len(message)))
            buffer = ctypes.create_string_buffer(size.value)
            _need(library.EVP_DigestSign(context, buffer, ctypes.byref(size), message, len(message)))
            return buffer.raw[: size.value]

    def check(self, message: bytes, signature: bytes) -> None:
        """Raise `ProofError` unless the DER signature holds."""
        with _Digesting(self._pointer, "EVP_DigestVerifyInit") as context:
            done = _library().EVP_DigestVerify(context, signature, len(signature), message, len(message))
        if done != 1:
            raise ProofError("SM2 签名不成立")


class _Digesting:
    """A digest context for SM3 with the log's identifier set, freed at the end."""

    def __init__(self, key: int, init: str) -> None:
        self._key, self._init = key, init

    def __enter__(self) -> int:
        library = _library()
        self._pkey = _need(library.EVP_PKEY_CTX_new(self._key, None))
        _need(library.EVP_PKEY_CTX_set1_id(self._pkey, USER_ID, len(USER_ID)))
        self._context = _need(library.EVP_MD_CTX_new())
        library.EVP_MD_CTX_set_pkey_ctx(self._context, self._pkey)
        _need(getattr(library, self._init)(self._context, None, library.EVP_sm3(), None, self._key))
        return int(self._context)

    def __exit__(self, *exception: object) -> None:
        _library().EVP_MD_CTX_free(self._context)
        _library().EVP_PKEY_CTX_free(self._pkey)


@functools.lru_cache(maxsize=64)
def _public(public: bytes) -> Sm2Key:
    return Sm2Key.from_public(public)


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Check a DER ``signature`` by ``public`` (04 ‖ x ‖ y); raise `ProofError` if it does not hold."""
    if len(public) != 65:
        raise ProofError("SM2 公钥应为 65 字节的未压缩点")
    _public(public).check(message, signature)
