"""Which files H5P packages may hold, by their names and by how their content begins.

The lists are those of shared/design/H5P.md, section 5: for content what Lumi takes; for libraries what H5P core takes
(h5p.classes.php, `$defaultContentWhitelist` and `$defaultLibraryWhitelistExtras`) less Flash, XML and office files.
"""

from __future__ import annotations

from collections.abc import Callable

# How much of a file `is_what_it_says` and `is_archive` look at.
BEGINNING = 4096

_RASTER = frozenset({"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff"})
_SOUND_AND_VIDEO = frozenset({"webm", "mp4", "ogg", "mp3", "m4a", "wav"})
CONTENT = _RASTER | _SOUND_AND_VIDEO | {"json", "vtt", "webvtt", "gltf", "glb", "txt"}
LIBRARY = CONTENT | frozenset(
    "js css svg eot ttf woff woff2 otf pdf rtf csv diff patch md textile".split()  # noqa: SIM905  a list of words reads so
)

_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PICTURE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")
_QUICKTIME = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide")
_STREAMS = (b"\x1aE\xdf\xa3", b"OggS", b"ID3", b"fLaC")
# zip (three ways to begin), gzip, bzip2, xz, 7z, rar, zstd, lz4, cab, compress
_ARCHIVES = (
    b"PK\3\4", b"PK\5\6", b"PK\7\x08", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07",
    b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"MSCF", b"\x1f\x9d",
)  # fmt: skip
_TAR_AT, _TAR = 257, b"ustar"


def extension(name: str) -> str:
    """`jpg` of "images/Photo.JPG"; nothing where the file's own name has no dot."""
    file = name.rpartition("/")[2]
    return file.rpartition(".")[2].lower() if "." in file else ""


def is_archive(beginning: bytes) -> bool:
    """Whether a file that begins so is an archive, or compressed as a whole, whatever it is called."""
    return beginning.startswith(_ARCHIVES) or beginning[_TAR_AT:].startswith(_TAR)


def is_what_it_says(name: str, beginning: bytes) -> bool:
    """Whether pictures, sound and video begin as such. Everything else, and an empty file, does.

    A picture may be another kind of picture than its ending says, and sound and video likewise: that is common (phones
    and screenshot programs do it), browsers do not mind, and it cannot do harm.
    """
    check = _CHECKS.get(extension(name))
    return check is None or not beginning or check(beginning)


def _is_picture(beginning: bytes) -> bool:
    is_webp = beginning.startswith(b"RIFF") and beginning[8:12] == b"WEBP"
    return (
        beginning.startswith(_IMAGES) or is_webp or (beginning[4:8] == b"ftyp" and beginning[8:12] in _PICTURE_BRANDS)
    )


def _is_sound_or_video(beginning: bytes) -> bool:
    if beginning.startswith(_STREAMS) or beginning[4:8] in _QUICKTIME:
        return True
    if beginning[:4] in (b"RIFF", b"RIFX", b"RF64"):
        return beginning[8:12] in (b"WAVE", b"AVI ", b"RMP3")
    # MPEG audio: eleven bits are set where a frame begins; some encoders put zeros before the first.
    frame = beginning.lstrip(b"\0")
    return len(frame) > 1 and frame[0] == 0xFF and frame[1] & 0xE0 == 0xE0


_CHECKS: dict[str, Callable[[bytes], bool]] = {
    **dict.fromkeys(_RASTER, _is_picture),
    **dict.fromkeys(_SOUND_AND_VIDEO, _is_sound_or_video),
}
