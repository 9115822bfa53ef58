"""Image files built byte by byte from the specifications of their formats."""

import struct
import zlib

import numpy as np


def scaled(samples, depth):
    """Samples of a depth as 8 bits: 0 stays 0 and the largest becomes 255."""
    return np.asarray(samples, dtype=float) * 255 / (2**depth - 1)


def on_white(colours, alpha):
    """Colours of 0 to 255 with an opacity of 0 to 1, on white."""
    alpha = np.asarray(alpha, dtype=float)
    alpha = alpha[..., None] if np.ndim(colours) > np.ndim(alpha) else alpha
    return np.asarray(colours) * alpha + 255 * (1 - alpha)


def packed(rows, depth):
    """Rows of samples as bytes, most significant bit first, each row padded to whole bytes."""
    lines = []
    for row in np.asarray(rows).reshape(len(rows), -1):
        bits = "".join(format(int(sample), f"0{depth}b") for sample in row)
        bits += "0" * (-len(bits) % 8)
        lines.append(int(bits, 2).to_bytes(len(bits) // 8, "big"))
    return lines


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


ADAM7 = (
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)
"""First row, first column, and steps of the passes (PNG specification, 8.1)."""


def png(samples, depth, colour_type, before=(), interlaced=False):
    """A PNG of height x width (x channels) samples; `before` are chunks before the pixels."""
    samples = np.asarray(samples)
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    lines = []
    for row, column, down, across in passes:
        part = samples[row::down, column::across]
        if part.size:
            lines += packed(part, depth)
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    pixels = zlib.compress(b"".join(b"\0" + line for line in lines))
    chunks = [chunk(b"IHDR", header), *before, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def exif(orientation):
    """EXIF data, without the six bytes in front, that hold an orientation alone."""
    return b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHHI", 0x112, 3, 1, orientation, 0, 0)


def tiff(rows, size, photometric, bits, order="<", **tags):
    """An uncompressed TIFF of one strip: the bytes of each row, (height, width), bits a sample."""
    height, width = size
    values = {256: [width], 257: [height], 258: list(bits), 259: [1], 262: [photometric]}
    values |= {273: [0], 277: [len(bits)], 278: [height], 279: [sum(map(len, rows))]}
    names = {"extra": 338, "orientation": 274, "format": 339, "colours": 320}
    names |= {"compression": 259}
    values |= {names[name]: list(value) for name, value in tags.items()}
    data_at = 10 + 12 * len(values) + 4
    arrays, entries = b"", b""
    strip_at = data_at + sum(2 * len(value) for value in values.values() if len(value) > 2)
    values[273] = [strip_at]
    for tag, value in sorted(values.items()):
        if tag in (273, 279):
            entries += struct.pack(f"{order}HHII", tag, 4, 1, value[0])
            continue
        shorts = struct.pack(f"{order}{len(value)}H", *value)
        entries += struct.pack(f"{order}HHI", tag, 3, len(value))
        if len(shorts) <= 4:
            entries += shorts.ljust(4, b"\0")
        else:
            entries += struct.pack(f"{order}I", data_at + len(arrays))
            arrays += shorts
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(f"{order}HIH", 42, 8, len(values))
    return head + entries + b"\0\0\0\0" + arrays + b"".join(rows)


def jpeg(blocks, adobe=None, before=b""):
    """A baseline JPEG whose 8 x 8 blocks (rows x columns x channels) each have one colour.

    ITU T.81: all quantisers are one; each block is the difference of its constant coefficient,
    8 (value - 128), from the last block's, and an end of block. `adobe` is the colour transform of
    an Adobe segment: 0 for none, 1 for YCbCr, 2 for YCCK.
    """
    blocks = np.asarray(blocks, dtype=int)
    rows, columns, channels = blocks.shape
    bits, last = "", [0] * channels
    for block in blocks.reshape(-1, channels):
        for channel, value in enumerate(block):
            difference, last[channel] = 8 * (value - 128) - last[channel], 8 * (value - 128)
            size = int(abs(difference)).bit_length()
            code = difference if difference > 0 else difference + 2**size - 1
            bits += format(size, "04b") + (format(code, f"0{size}b") if size else "") + "0"
    bits += "1" * (-len(bits) % 8)
    scan = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")

    def segment(marker, data):
        return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data

    parts = b"".join(bytes([number + 1, 0x11, 0]) for number in range(channels))
    coded = b"".join(bytes([number + 1, 0]) for number in range(channels))
    constant = b"\0" + bytes([0, 0, 0, 12] + [0] * 12) + bytes(range(12))
    ends = b"\x10" + bytes([1] + [0] * 15) + b"\0"
    app14 = segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([adobe])) if adobe is not None else b""
    return (
        b"\xff\xd8"
        + before
        + app14
        + segment(0xDB, b"\0" + b"\x01" * 64)
        + segment(0xC0, struct.pack(">BHHB", 8, 8 * rows, 8 * columns, channels) + parts)
        + segment(0xC4, constant)
        + segment(0xC4, ends)
        + segment(0xDA, bytes([channels]) + coded + b"\0\x3f\0")
        + scan
        + b"\xff\xd9"
    )


def s15(number):
    """A number as ICC's s15Fixed16."""
    return struct.pack(">i", round(number * 65536))


def xyz(values):
    return b"XYZ \0\0\0\0" + b"".join(map(s15, values))


def gamma_curve(gamma):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"


D50 = (0.9642, 1.0, 0.8249)


def icc(space, tags, device=b"mntr", connection=b"XYZ "):
    """An ICC profile of version 2.1: its colour space (four bytes), and tags by signature."""
    name = b"handmade"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + b"\0" + b"\0" * 78
    tags = {b"desc": described, b"cprt": b"text\0\0\0\0none\0", b"wtpt": xyz(D50)} | tags
    start, body, table = 132 + 12 * len(tags), b"", struct.pack(">I", len(tags))
    for signature, data in tags.items():
        table += signature + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    size = 128 + len(table) + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"\0" * 4, 0x02100000, device, space, connection)
    head += b"\0" * 12 + b"acsp" + b"\0" * 28 + b"".join(map(s15, D50))
    return head.ljust(128, b"\0") + table + body


def matrix_profile(matrix, gamma):
    """A profile of RGB: columns of the matrix are the primaries in XYZ of the white D50.

    `gamma` is a number, or the bytes of another curve.
    """
    curve = gamma if isinstance(gamma, bytes) else gamma_curve(gamma)
    columns = zip((b"rXYZ", b"gXYZ", b"bXYZ"), np.transpose(matrix), strict=True)
    curves = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    return icc(b"RGB ", {name: xyz(column) for name, column in columns} | curves)
