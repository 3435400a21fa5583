"""The functions that the triggers of a ledger ask for, written by its format (docs/formats/years.md) and not by papaver's code: who makes seasons without papaver needs them, and
`papaver stats --verify` finds no fault in what they made."""
import hashlib
import struct

LANES, MASK = "<4Q", (1 << 64) - 1


def digest(*values):
    h = hashlib.sha256()
    for v in values:
        if v is None:
            kind, data = b"n", b""
        elif isinstance(v, int):
            kind, data = b"i", struct.pack("<q", v)
        elif isinstance(v, float):
            kind, data = b"r", struct.pack("<d", v if v != 0 else 0.0)
        elif isinstance(v, str):
            kind, data = b"t", v.encode()
        else:
            kind, data = b"b", bytes(v)
        h.update(kind + struct.pack("<Q", len(data)) + data)
    return h.digest()


def change(total, one, sign):
    a = struct.unpack(LANES, total) if total is not None else (0,) * 4
    return struct.pack(LANES, *((x + sign * y) & MASK for x, y in zip(a, struct.unpack(LANES, one))))


def prepare(db):
    db.execute("PRAGMA recursive_triggers=ON")
    db.create_function("pv_digest", -1, digest, deterministic=True)
    db.create_function("pv_sum_add", 2, lambda total, one: change(total, one, 1), deterministic=True)
    db.create_function("pv_sum_take", 2, lambda total, one: change(total, one, -1), deterministic=True)
    return db
