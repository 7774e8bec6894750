"""Makes vectors.json (and the vectors of package epoch) from the text of the
specification alone: python3 vectors.py > vectors.json"""
import hashlib, json, struct, sys

def sha(b): return hashlib.sha256(b).digest()
def dsha(b): return sha(sha(b))

out = []
for algo, payout, operator, tag, epoch, xn, nonce in [
    (1, b"\x11" * 20, b"\x22" * 20, b"\x33" * 32, 7, 1, 2),
    (1, b"\x44" * 32, b"", b"", 0, 0, 0),
    (1, b"\xff" * 20, b"\x01" + b"\x00" * 19, b"", 2**64 - 1, 2**64 - 1, 2**64 - 1),
    (3, b"\x11" * 20, b"\x22" * 20, b"", 8, 3, 4),
    (3, b"\x55" * 32, b"", b"\x66" * 32, 9, 5, 2**40),
]:
    seed = sha(b"seed %d" % epoch)
    header = (b"weft/ticket/v1\0\0" + seed + struct.pack(">QIIB", epoch, algo, 1, len(payout))
              + payout.ljust(32, b"\0") + operator.ljust(20, b"\0") + tag.ljust(32, b"\0"))
    assert len(header) == 149
    pre = sha(header)
    inner = pre + struct.pack(">QQ", xn, nonce)
    mix = b""
    if algo == 3:
        mix = sha(b"mix %d" % epoch)  # the standard library has no Argon2id
        digest = dsha(b"weft/guard/v1".ljust(16, b"\0") + inner + mix)
    else:
        digest = dsha(inner)
    out.append(dict(Seed=seed.hex(), Epoch=epoch, Algo=algo, Version=1, Payout=payout.hex(), Operator=operator.hex(),
                    Tag=tag.hex(), Extranonce=xn, Nonce=nonce, Header=header.hex(), Prehash=pre.hex(),
                    Inner=inner.hex(), Mix=mix.hex(), Digest=digest.hex()))
json.dump(out, sys.stdout, indent=1)
print()

z = b"\0" * 32
print("seed", sha(b"weft/lottery/seed/v1" + sha(b"weft-local") + struct.pack(">Q", 7) + sha(b"seed") + sha(b"beacon")
      + sha(b"block")).hex(), file=sys.stderr)
print("beacon", sha(b"weft/lottery/beacon/v1" + struct.pack(">Q", 7) + z + sha(b"a") + sha(b"b")).hex(), file=sys.stderr)
