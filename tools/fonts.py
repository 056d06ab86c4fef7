"""Makes static/fonts/literata-1.woff2 from the latin variable font of @fontsource-variable/literata (OFL).

Usage: python tools/fonts.py path/to/literata-latin-opsz-normal.woff2
"""

import io
import sys

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

KEEP = [
    *range(0x20, 0x7F),
    *range(0xC0, 0x180),
    0xA0,
    0xAB,
    0xB7,
    0xBB,
    0xB0,
    0xA9,
    *range(0x2013, 0x2015),
    *range(0x2018, 0x201F),
    0x2022,
    0x2026,
    0x20AC,
    0x2212,
]
LIGHT = 400, 640


def main() -> None:
    """Pins the optical size, limits the weight, keeps Latin, drops hinting."""
    font = TTFont(sys.argv[1])
    options = subset.Options()
    options.layout_features = ["kern", "liga", "tnum", "lnum", "mark", "ccmp"]
    options.hinting = False
    cut = subset.Subsetter(options)
    cut.populate(unicodes=KEEP)
    cut.subset(font)
    for table in ("fpgm", "prep", "cvt ", "cvar", "gasp", "VDMX", "hdmx"):
        if table in font:
            del font[table]
    plain = io.BytesIO()
    font.save(plain)
    font = instantiateVariableFont(TTFont(io.BytesIO(plain.getvalue())), {"opsz": 22, "wght": LIGHT})
    font.flavor = "woff2"
    font.save("static/fonts/literata-1.woff2")


main()
