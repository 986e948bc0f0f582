"""The version resource of a Windows program: what Explorer shows of it under Details."""

from app import __version__
from app.common.product import MAKER, PRODUCT

#: Each program of the bundles, and what it is.
PROGRAMS = {
    "hivemind_master": PRODUCT,
    "hivemind_master_cli": f"{PRODUCT} (command line)",
    "hivemind_worker": "HiveMind Worker",
}
_TEMPLATE = """VSVersionInfo(
  ffi=FixedFileInfo(
    filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004, fileType=0x1,
    subtype=0x0, date=(0, 0)
  ),
  kids=[
    StringFileInfo([StringTable("040904B0", [
{strings}
    ])]),
    VarFileInfo([VarStruct("Translation", [0x409, 1200])])
  ]
)
"""


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """A version as Windows has it: "1.2.3rc1" is 1, 2, 3, 0."""
    numbers = [
        int("".join(filter(str.isdigit, part.split("rc")[0])) or 0) for part in version.split(".")
    ]
    first, second, third, *_ = [*numbers, 0, 0, 0]
    return first, second, third, 0


def version_resource(program: str) -> str:
    """What PyInstaller reads to make the resource of `program`."""
    strings = {
        "CompanyName": MAKER,
        "FileDescription": PROGRAMS[program],
        "FileVersion": __version__,
        "InternalName": program,
        "LegalCopyright": f"{MAKER}, GPL-3.0-or-later",
        "OriginalFilename": f"{program}.exe",
        "ProductName": PRODUCT,
        "ProductVersion": __version__,
    }
    lines = ",\n".join(f"      StringStruct({name!r}, {text!r})" for name, text in strings.items())
    return _TEMPLATE.format(numbers=four_numbers(__version__), strings=lines)
