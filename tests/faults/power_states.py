"""What a disk may hold after the power fails while a night is at work.

    power_states.py TRACE BEFORE FOLDER WORK LANE LANES INSTANTS CHOICES SEED

TRACE: strace -f -y -xx of one night of the season FOLDER, as power_loss.sh records it; BEFORE: a copy of that season before the night, all of it safe on disk.
On each line of stdin the next state of lane LANE of LANES is built in the folder WORK/now; answered is "CUT CHOICE WHEN words"
(WHEN: mid, or end when the night had ended), or "end N".
A state that was built before by this lane is not built again. "list" in place of LANE prints the instants and the calls before them.

The model (Pillai et al., ALICE, OSDI 2014; Mohan et al., CrashMonkey, OSDI 2018), on purpose weaker than ext4, XFS and btrfs are:
- bytes of a file are sure when it was synced after they were written; others are there, not there (zeros where the file grew) or partly there, by sectors of 512 or pages of 4096;
- the length of a file may be the one before or after any unsynced change, whatever became of its bytes;
- names in a folder are sure when the folder was synced after the change; others are there up to some change in the order of that folder, each folder for itself;
- a rename within a folder is one change; from folder to folder it happens in both or in neither, or the file has both names; it never loses both;
- syncing a file does not make its name sure, and a link holds its text.
What a process wrote through shared memory (SQLite's -shm) may be anything."""
import hashlib
import os
import random
import re
import shutil
import sys

SECTOR, PAGE = 512, 4096
LINE = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+|\?)")
ARGUMENT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
FD = re.compile(r"^(-?\d+|AT_FDCWD)(?:<((?:\\x[0-9a-f]{2}|[^>])*)>)?")


def text_of(hexed):
    return bytes.fromhex(hexed.replace("\\x", ""))


class Node:
    """A file, folder or link. changes: (time, ...) in order; synced: times."""

    def __init__(self, kind, origin=None, text=b""):
        self.kind, self.origin, self.text = kind, origin, text
        self.changes, self.synced, self.names, self.shared = [], [], {}, False
        self.size = os.path.getsize(origin) if origin and kind == "file" else 0

    def base(self):
        if self.origin is None:
            return bytearray()
        with open(self.origin, "rb") as f:
            return bytearray(f.read())


class Disk:
    """All nodes with their changes, as a trace tells them."""

    def __init__(self, before, root):
        self.root, self.now, self.words = root, 0, []
        self.top = self.load(before)
        self.nodes = []

    def load(self, path):
        if os.path.islink(path):
            return Node("link", path, os.readlink(path).encode())
        if not os.path.isdir(path):
            return Node("file", path)
        node = Node("folder", path)
        for name in os.listdir(path):
            node.names[name] = self.load(os.path.join(path, name))
        node.first = dict(node.names)
        return node

    def inside(self, path):
        return path == self.root or path.startswith(self.root + "/")

    def find(self, path):
        node = self.top
        for part in [p for p in path[len(self.root):].split("/") if p]:
            if node is None or node.kind != "folder":
                return None
            node = node.names.get(part)
        return node

    def place(self, path):
        folder, _, name = path.rpartition("/")
        return self.find(folder), name

    def tick(self, call, path):
        self.now += 1
        self.words.append(f"{call} {path[len(self.root) + 1:]}")

    def name_change(self, folder, *change):
        folder.changes.append((self.now,) + change)

    def link(self, call, path, node):
        folder, name = self.place(path)
        self.tick(call, path)
        self.name_change(folder, "set", name, node, None)
        folder.names[name] = node

    def remove(self, call, path):
        folder, name = self.place(path)
        self.tick(call, path)
        self.name_change(folder, "set", name, None, None)
        folder.names.pop(name, None)

    def rename(self, old, new):
        a, name_a = self.place(old)
        b, name_b = self.place(new)
        self.tick("rename", new)
        node = a.names.pop(name_a)
        b.names[name_b] = node
        if a is b:
            self.name_change(a, "move", name_a, name_b, node)
        else:
            pair = object()
            self.name_change(a, "set", name_a, None, pair)
            self.name_change(b, "set", name_b, node, pair)

    def write(self, call, path, at, data):
        node = self.find(path)
        if node is None or node.kind != "file" or not data:
            return
        self.tick(call, path)
        at = node.size if at is None else at
        node.changes.append((self.now, "write", at, data))
        node.size = max(node.size, at + len(data))

    def resize(self, call, path, size):
        node = self.find(path)
        if node is None or node.size == size and call == "fallocate":
            return
        self.tick(call, path)
        node.changes.append((self.now, "size", size))
        node.size = size

    def sync(self, call, path):
        node = self.find(path)
        if node is not None:
            self.tick(call, path)
            node.synced.append(self.now)


class Reader:
    """Feeds a trace to a disk. Offsets of write() are counted for each descriptor of each process."""

    def __init__(self, disk):
        self.disk, self.at, self.begun = disk, {}, {}

    def line(self, line):
        # Calls of two processes may overlap: the first half of a line waits for its other half.
        m = re.match(r"^(\d+) +(.*) <unfinished \.\.\.>$", line)
        if m:
            self.begun[m[1]] = m[2]
            return
        m = re.match(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$", line)
        if m:
            line = f"{m[1]} {self.begun.pop(m[1])}{m[2]}"
        m = LINE.match(line)
        if m and m[4] != "?" and int(m[4]) >= 0:
            self.call(m[1], m[2], m[3], int(m[4]))

    def paths(self, arguments):
        """Absolute paths among the arguments, folders that they begin at joined to them."""
        found, folder = [], None
        for part in arguments.split(", "):
            fd, quoted = FD.match(part), ARGUMENT.match(part)
            if fd and fd[2] is not None:
                folder = self.path_of(fd)
            elif quoted:
                path = text_of(quoted[1]).decode()
                found.append(path if path.startswith("/") or folder is None else folder + "/" + path)
        return found

    @staticmethod
    def path_of(fd):
        return text_of(fd[2]).decode() if "\\x" in fd[2] else fd[2]

    def call(self, pid, call, arguments, result):
        if call in ("openat", "open", "creat"):
            self.open(pid, call, arguments, result)
        elif call in ("rename", "renameat", "renameat2"):
            old, new = self.paths(arguments)[:2]
            if self.disk.inside(new) != self.disk.inside(old) or "EXCHANGE" in arguments:
                raise SystemExit(f"power_states: no model for {call} {old} {new}")
            if self.disk.inside(new):
                self.disk.rename(old, new)
        elif call in ("unlink", "unlinkat", "rmdir"):
            path = self.paths(arguments)[0]
            if self.disk.inside(path):
                self.disk.remove(call, path)
        elif call in ("mkdir", "mkdirat"):
            path = self.paths(arguments)[0]
            if self.disk.inside(path):
                node = Node("folder")
                node.first = {}
                self.disk.link("mkdir", path, node)
        elif call in ("symlink", "symlinkat"):
            target = text_of(ARGUMENT.match(arguments)[1])
            path = self.paths(arguments)[-1]
            if self.disk.inside(path):
                self.disk.link("symlink", path, Node("link", None, target))
        elif call == "close":
            self.at.pop((pid, arguments.split("<")[0]), None)
        else:
            self.of_descriptor(pid, call, arguments, result)

    def open(self, pid, call, arguments, result):
        path = self.paths(arguments)[0]
        self.at[(pid, str(result))] = None if "O_APPEND" in arguments else 0
        if not self.disk.inside(path):
            return
        node = self.disk.find(path)
        if node is None and ("O_CREAT" in arguments or call == "creat"):
            self.disk.link("create", path, Node("file"))
        elif node is not None and node.kind == "file" and node.size > 0 and ("O_TRUNC" in arguments or call == "creat"):
            self.disk.resize("truncate", path, 0)

    def of_descriptor(self, pid, call, arguments, result):
        parts = arguments.split(", ")
        fd = FD.match(parts[4] if call == "mmap" else parts[0])
        path = self.path_of(fd) if fd and fd[2] is not None else ""
        if not self.disk.inside(path):
            return
        key = (pid, fd[1])
        if call in ("write", "writev"):
            data = b"".join(text_of(d) for d in ARGUMENT.findall(arguments))[:result]
            at = self.at.get(key, 0)
            self.disk.write("write", path, at, data)
            if at is not None:
                self.at[key] = at + len(data)
        elif call in ("pwrite64", "pwritev"):
            data = b"".join(text_of(d) for d in ARGUMENT.findall(arguments))[:result]
            self.disk.write("pwrite", path, int(parts[-1]), data)
        elif call == "lseek":
            self.at[key] = result
        elif call in ("read", "readv"):
            if self.at.get(key) is not None:
                self.at[key] += result
        elif call == "ftruncate":
            self.disk.resize("ftruncate", path, int(parts[1]))
        elif call == "fallocate":
            node = self.disk.find(path)
            self.disk.resize("fallocate", path, max(node.size if node else 0, int(parts[2]) + int(parts[3])))
        elif call in ("fsync", "fdatasync"):
            self.disk.sync(call, path)
        elif call == "mmap":
            if "MAP_SHARED" in parts[3] and "PROT_WRITE" in parts[2]:
                if not path.endswith("-shm"):
                    raise SystemExit(f"power_states: {path} is written through shared memory, which the trace does not show")
                self.disk.find(path).shared = True
        elif call not in ("sync_file_range", "msync"):
            raise SystemExit(f"power_states: no model for {call} on {path}")


def split(node, cut):
    """The changes before the cut that are sure, and those that are not."""
    sure = max([t for t in node.synced if t <= cut], default=0)
    return [c for c in node.changes if c[0] < sure], [c for c in node.changes if sure < c[0] <= cut]


def apply(data, changes):
    for c in changes:
        if c[1] == "size":
            del data[c[2]:]
            data.extend(bytes(c[2] - len(data)))
        else:
            if len(data) < c[2]:
                data.extend(bytes(c[2] - len(data)))
            data[c[2]:c[2] + len(c[3])] = c[3]
    return data


class State:
    """One state at a cut. How: lost, all, names (names but no bytes), bytes (bytes but no names), or random."""

    def __init__(self, disk, cut, how, dice):
        self.disk, self.cut, self.how, self.dice = disk, cut, how, dice
        self.both, self.kept, self.torn = False, {}, 0
        folders, todo, seen = [], [disk.top], set()
        while todo:
            node = todo.pop()
            if id(node) in seen or node.kind != "folder":
                continue
            seen.add(id(node))
            folders.append(node)
            todo += list(node.first.values()) + [n for c in node.changes for n in c[2:5] if isinstance(n, Node)]
        self.settle(folders)

    def settle(self, folders):
        """How many of its unsure changes each folder has; a rename from folder to folder is in both or in neither."""
        sure = {}
        for f in folders:
            a, b = split(f, self.cut)
            sure[f] = len(a)
            keep = {"lost": 0, "bytes": 0, "all": len(b), "names": len(b)}.get(self.how)
            self.kept[f] = len(a) + (self.dice.choice([0, len(b), self.dice.randint(0, len(b))]) if keep is None else keep)
        self.both = self.how == "random" and self.dice.random() < 0.25
        where = {}
        for f in folders:
            for i, c in enumerate([c for c in f.changes if c[0] <= self.cut]):
                if c[1] == "set" and c[4] is not None:
                    where.setdefault(id(c[4]), []).append((f, i, c[3] is not None))
        moved = True
        while moved:
            moved = False
            for ends in where.values():
                (a, i, _), (b, j, _) = sorted(ends, key=lambda e: e[2])  # from, to
                gone, come = i < self.kept[a], j < self.kept[b]
                if gone == come or (self.both and come):
                    continue
                moved = True
                if i < sure[a] or j < sure[b]:
                    self.kept[a], self.kept[b] = max(self.kept[a], i + 1), max(self.kept[b], j + 1)
                elif gone:
                    self.kept[a] = i
                else:
                    self.kept[b] = j

    def names_of(self, folder):
        names = dict(folder.first)
        for c in folder.changes[:self.kept[folder]]:
            if c[1] == "move":
                names.pop(c[2], None)
                names[c[3]] = c[4]
            elif c[3] is None:
                names.pop(c[2], None)
            else:
                names[c[2]] = c[3]
        return names

    def bytes_of(self, node):
        if node.shared:
            return self.dice.randbytes(32768) if self.dice.random() < 0.5 else bytes(32768)
        a, b = split(node, self.cut)
        old = apply(node.base(), a)
        if not b or self.how == "lost":
            return old
        if self.how in ("all", "bytes"):
            return apply(old, b)
        new = apply(bytearray(old), b)
        if self.how == "names":
            return (old + bytes(max(0, len(new) - len(old))))[:len(new)]
        kind = self.dice.choice(["lost", "all", "first", "torn", "zeros", "mixed", "mixed"])
        self.torn += kind != "lost" and kind != "all"
        if kind in ("lost", "all"):
            return old if kind == "lost" else new
        if kind == "zeros":
            return (old + bytes(max(0, len(new) - len(old))))[:len(new)]
        if kind == "first":
            return apply(old, b[:self.dice.randint(0, len(b))])
        if kind == "torn":
            k = self.dice.randrange(len(b))
            last = b[k]
            if last[1] == "write":
                last = last[:3] + (last[3][:SECTOR * self.dice.randint(0, len(last[3]) // SECTOR)],)
            return apply(apply(old, b[:k]), [last])
        step = self.dice.choice([SECTOR, PAGE])
        size = self.dice.choice([len(old), len(new), len(apply(bytearray(old), b[:self.dice.randint(0, len(b))]))])
        mixed = (old + bytes(max(0, size - len(old))))[:size]
        for at in range(0, size, step):
            if self.dice.random() < 0.5:
                part = new[at:min(at + step, size)]
                mixed[at:at + len(part)] = part
        return mixed

    def build(self, where):
        """Writes the state to a folder; its hash."""
        shutil.rmtree(where, ignore_errors=True)
        digest = hashlib.sha256()
        self.build_folder(self.disk.top, where, "", digest)
        return digest.hexdigest()

    def build_folder(self, folder, where, name, digest):
        os.mkdir(where, 0o750)
        names = self.names_of(folder)
        for child in sorted(names):
            node, path = names[child], where + "/" + child
            digest.update(f"{node.kind} {name}/{child}\n".encode())
            if node.kind == "folder":
                self.build_folder(node, path, name + "/" + child, digest)
                continue
            if node.kind == "link":
                os.symlink(node.text, path.encode())
                digest.update(node.text)
                continue
            a, b = split(node, self.cut)
            if node.origin and not a and not b and not node.shared:
                shutil.copy2(node.origin, path)
                continue
            data = self.bytes_of(node)
            with open(path, "wb") as f:
                f.write(data)
            # Random words in place of shared memory make no other state.
            digest.update(b"shared" if node.shared else data)


def read_trace(path, before, root):
    disk = Disk(before, root)
    reader = Reader(disk)
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        for line in f:
            reader.line(line.rstrip("\n"))
    return disk


def cases(disk, instants, choices):
    """Evenly spread cuts with the extremes in turn and random choices; the last instant, after the night has ended, with all of them."""
    last = disk.now
    cuts = range(last + 1) if instants > last else sorted({round(k * last / instants) for k in range(instants + 1)})
    for n, cut in enumerate(cuts):
        hows = ["lost", "names", "all", "bytes"]
        if choices < len(hows) and cut != last:
            hows = [hows[n % 2], "random", hows[2 + n % 2]][:choices]
        for k in range(max(choices, len(hows))):
            yield cut, k, hows[k] if k < len(hows) else "random"


def main():
    trace, before, root, work, lane, lanes, instants, choices, seed = sys.argv[1:10]
    disk = read_trace(trace, before, root)
    if lane == "list":
        for n, words in enumerate(disk.words, 1):
            print(n, words)
        return
    chosen, seen = list(cases(disk, int(instants), int(choices))), set()
    n, asked = 0, False
    for k, (cut, choice, how) in enumerate(chosen):
        if k % int(lanes) != int(lane):
            continue
        if not asked and not sys.stdin.readline():
            return
        asked = True
        digest = State(disk, cut, how, random.Random(f"{seed} {cut} {choice}")).build(work + "/now")
        if digest in seen:
            continue
        seen.add(digest)
        n, asked = n + 1, False
        words = disk.words[cut - 1] if cut else "nothing"
        print(cut, choice, f"{'end' if cut == disk.now else 'mid'} {how} after {words}", flush=True)
    if not asked:
        sys.stdin.readline()
    print("end", n, len(chosen), flush=True)


main()
