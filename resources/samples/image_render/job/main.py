"""Renders three spheres above a chequered floor and writes spheres.png, with nothing but zlib."""

import math
import os
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

WIDTH, HEIGHT = 320, 200
BOUNCES = 3


class Vector(NamedTuple):
    """A point, a direction or a colour."""

    x: float
    y: float
    z: float

    def plus(self, other: "Vector", times: float = 1.0) -> "Vector":
        return Vector(self.x + other.x * times, self.y + other.y * times, self.z + other.z * times)

    def dot(self, other: "Vector") -> float:
        return self.x * other.x + self.y * other.y + self.z * other.z

    def unit(self) -> "Vector":
        return Vector(0.0, 0.0, 0.0).plus(self, 1.0 / math.sqrt(self.dot(self)))


class Sphere(NamedTuple):
    """A ball of one colour; `mirror` is the share of light it reflects, 0 to 1."""

    centre: Vector
    radius: float
    colour: Vector
    mirror: float


class Hit(NamedTuple):
    """Where a ray meets something."""

    distance: float
    point: Vector
    normal: Vector
    colour: Vector
    mirror: float


LIGHT = Vector(-0.6, 0.9, -0.5).unit()
SPHERES = (
    Sphere(Vector(-1.3, 0.0, 4.2), 1.0, Vector(0.95, 0.35, 0.25), 0.25),
    Sphere(Vector(0.8, -0.3, 3.2), 0.7, Vector(0.25, 0.55, 0.95), 0.35),
    Sphere(Vector(1.9, 0.4, 5.5), 1.4, Vector(0.95, 0.80, 0.30), 0.15),
)
FLOOR = -1.0


def nearest_hit(start: Vector, direction: Vector) -> Hit | None:
    """What a ray meets first, or None for the sky."""
    hits = [hit for sphere in SPHERES if (hit := hit_sphere(start, direction, sphere))]
    if direction.y < -1e-6 and (distance := (FLOOR - start.y) / direction.y) > 1e-4:
        point = start.plus(direction, distance)
        shade = 0.85 if (math.floor(point.x) + math.floor(point.z)) % 2 else 0.25
        hits.append(Hit(distance, point, Vector(0, 1, 0), Vector(shade, shade, shade), 0.1))
    return min(hits, default=None, key=lambda hit: hit.distance)


def hit_sphere(start: Vector, direction: Vector, sphere: Sphere) -> Hit | None:
    """Where a ray enters `sphere`: the smaller root of the quadratic."""
    to_start = start.plus(sphere.centre, -1.0)
    half_b = to_start.dot(direction)
    inner = half_b * half_b - to_start.dot(to_start) + sphere.radius * sphere.radius
    if inner < 0 or (distance := -half_b - math.sqrt(inner)) < 1e-4:
        return None
    point = start.plus(direction, distance)
    normal = point.plus(sphere.centre, -1.0).unit()
    return Hit(distance, point, normal, sphere.colour, sphere.mirror)


def colour_of(start: Vector, direction: Vector, bounces: int = BOUNCES) -> Vector:
    """The light that comes back along a ray."""
    hit = nearest_hit(start, direction)
    if hit is None:
        height = 0.5 * (direction.y + 1.0)
        return Vector(1.0 - 0.5 * height, 1.0 - 0.3 * height, 1.0)
    lit = 0.15
    if nearest_hit(hit.point, LIGHT) is None:
        lit += 0.85 * max(0.0, hit.normal.dot(LIGHT))
    own = Vector(0.0, 0.0, 0.0).plus(hit.colour, lit * (1.0 - hit.mirror))
    if not bounces or not hit.mirror:
        return own
    mirrored = direction.plus(hit.normal, -2.0 * direction.dot(hit.normal))
    return own.plus(colour_of(hit.point, mirrored, bounces - 1), hit.mirror)


def row_of(y: int) -> bytes:
    """One line of the image, three bytes a pixel."""
    row = bytearray()
    for x in range(WIDTH):
        across = (x + 0.5 - WIDTH / 2) / (HEIGHT / 2)
        up = -(y + 0.5 - HEIGHT / 2) / (HEIGHT / 2)
        colour = colour_of(Vector(0.0, 0.2, -1.0), Vector(across, up, 2.0).unit())
        row += bytes(min(255, int(255 * part)) for part in colour)
    return bytes(row)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk: length, kind, data, checksum (PNG specification, 5.3)."""
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


def png(rows: list[bytes]) -> bytes:
    """`rows` of RGB pixels as a PNG of 8 bits a channel, unfiltered."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def main() -> None:
    """Render line by line."""
    rows = []
    for y in range(HEIGHT):
        rows.append(row_of(y))
        if y % 20 == 19:
            print(f"::progress {100 * (y + 1) // HEIGHT}", flush=True)
    output = Path(os.environ["HIVEMIND_OUTPUT_DIR"])
    (output / "spheres.png").write_bytes(png(rows))
    print(f"{WIDTH}×{HEIGHT} pixels")


if __name__ == "__main__":
    main()
