#!/usr/bin/env python3
"""Subscribes to metrics.v1, events.v1 or alerts.v1 with nothing but the published schemas.

Reads a topic from its start and goes on live. Of metrics.v1 it shows what a wall shows: a pass is
buffered and applied whole at its frame, older versions change nothing, a tombstone takes a series
away. Prints a line of key, value and state: first of everything, then of what changed.
"""

import argparse
import hashlib
import io
import json
import signal
import sys
import time
import urllib.request
from pathlib import Path

import fastavro
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

HASH_BYTES = 8
STALE_MS, UNKNOWN_MS, SILENCE_MS = 180_000, 15 * 60_000, 15_000


def plain(node):
    """Instants stay the integers that they are on the wire: ms since the epoch."""
    node.pop("logicalType", None)
    return node


class Schemas:
    """Writer schemas by the id in a record: from a registry, or from files `<id>.avsc`."""

    def __init__(self, registry, folder):
        self.registry, self.folder, self.known = registry, folder, {}

    def decode(self, value, name):
        """`0x00 | int32 schema id | Avro body`; the body's last field is a hash of all before it."""
        if value[0] != 0:
            raise ValueError(f"the first byte is {value[0]}, not 0")
        schema_id = int.from_bytes(value[1:5], "big", signed=True)
        schema = self.known.get(schema_id) or self.fetch(schema_id)
        if schema["name"] != f"sapwood.v1.{name}":
            raise ValueError(f"a {schema['name']} where a {name} belongs")
        body = io.BytesIO(value[5:])
        record = fastavro.schemaless_reader(body, schema)
        if body.read(1):
            raise ValueError("there are bytes behind the record")
        if hashlib.sha256(value[:-HASH_BYTES]).digest()[:HASH_BYTES] != record["hash"]:
            raise ValueError("the hash is of other bytes")
        return record

    def fetch(self, schema_id):
        if self.folder:
            text = (self.folder / f"{schema_id}.avsc").read_text()
        else:
            address = f"{self.registry}/schemas/ids/{schema_id}"
            with urllib.request.urlopen(address, timeout=10) as answer:
                text = json.load(answer)["schema"]
        self.known[schema_id] = fastavro.parse_schema(json.loads(text, object_hook=plain))
        return self.known[schema_id]


def version(record):
    return (record["topology"], record["offset"])


class Workspace:
    """The values of one workspace, as a wall shows them."""

    def __init__(self, name):
        self.name = name
        self.values, self.frame, self.frame_at, self.tree = {}, None, 0, None
        self.buffer = {}  # the pass that is being read: series, or None for one that left
        self.newest = (0, -1)  # what was read; the log holds an older one after it by accident
        self.unsure = set()  # series whose newest value may have been replaced by an older one
        self.held = None  # a frame that may not be shown yet
        self.next_tree = None

    def read(self, at):
        self.held, self.newest = None, at

    def accept_series(self, series, holed):
        at, key = version(series), series["key"]
        if at < self.newest:
            if holed:
                self.unsure.add(key)
            return
        self.read(at)
        self.unsure.discard(key)
        buffered = self.buffer.get(key)
        if buffered is None or at > version(buffered):
            self.buffer[key] = series

    def accept_gone(self, key):
        self.held = None
        self.unsure.discard(key)
        self.buffer[key] = None

    def accept_tree(self, tree):
        at = version(tree)
        known = self.next_tree or self.tree
        if known is None or at > version(known):
            self.next_tree = tree
        if at >= self.newest:
            self.read(at)

    def accept_frame(self, frame, written_at, holed):
        at = version(frame)
        is_old = at < self.newest
        # After half a pass the frame before it may come again: it holds if it is what is shown.
        if is_old and (self.frame is None or at > version(self.frame)):
            return
        if not is_old:
            self.read(at)
        if not holed and not self.unsure:
            self.show(frame, written_at)
        elif not is_old:
            self.held = (frame, written_at)

    def settle(self):
        """The log has no holes up to here: a frame that was the last thing read holds."""
        held, self.held = self.held, None
        if held and not self.unsure:
            self.show(*held)

    def show(self, frame, written_at):
        at, known = version(frame), self.frame
        if known and (at, frame["asOf"]) < (version(known), known["asOf"]):
            return
        self.frame, self.frame_at = frame, max(self.frame_at, written_at)
        if known and frame["topology"] > known["topology"]:
            self.values.clear()
        if self.next_tree and version(self.next_tree) <= at:
            self.tree, self.next_tree = self.next_tree, None
        later = {}
        for key, series in self.buffer.items():
            shown = self.values.get(key)
            if series is None:
                self.values.pop(key, None)
            elif version(series) > at:
                later[key] = series
            elif series["topology"] == at[0] and (not shown or version(series) > version(shown)):
                self.values[key] = series
        self.buffer = later

    def source_state(self, now_ms):
        """What all values share, by the newest frame; None: as it was when that was written."""
        marks = [mark["coveredThrough"] for mark in self.frame["watermarks"]]
        has_spoken = bool(marks) and min(marks) > 0
        lag_ms = max(0, self.frame["asOf"] - min(marks)) if has_spoken else None
        if lag_ms is None or lag_ms > UNKNOWN_MS:
            return "unknown"
        is_silent = now_ms is not None and now_ms - self.frame_at > SILENCE_MS
        if lag_ms > STALE_MS or is_silent:
            return "stale"
        return "catching_up" if self.frame["catchingUp"] else None

    def keys(self):
        """Series in the order of the tree, a node's segments beneath it; each once."""
        document = json.loads(self.tree["document"]) if self.tree else {"root": "", "nodes": []}
        nodes = {node["id"]: node for node in document["nodes"]}
        found = {}

        def visit(key):
            if key not in nodes or key in found:
                return
            found[key] = None
            segments = sorted(one for one in self.values if one.startswith(key + "{"))
            found.update(dict.fromkeys(segments))
            for child in nodes[key]["children"]:
                visit(child)

        for key in [document["root"], *nodes]:
            visit(key)
        return [key for key in found if key in self.values]

    def lines(self, window, now_ms):
        if self.frame is None:
            return
        source = self.source_state(now_ms)
        for key in self.keys():
            for cell in self.values[key]["cells"]:
                if cell["window"] != window:
                    continue
                state = "unknown" if cell["state"] == "unknown" else source or cell["state"]
                is_hidden = state == "unknown" or cell["state"] == "undefined"
                value = None if is_hidden else cell["value"]
                yield f"{self.name}/{key}", "-" if value is None else value, state


class Metrics:
    record_name = "Metric"

    def __init__(self, window):
        self.window, self.workspaces, self.partitions = window, {}, {}

    def workspace(self, name, partition):
        self.partitions.setdefault(partition, set()).add(name)
        return self.workspaces.setdefault(name, Workspace(name))

    def tombstone(self, key, partition):
        workspace, _, series = key.partition("/")
        if workspace not in ("frame", "tree"):
            self.workspace(workspace, partition).accept_gone(series)

    def accept(self, record, partition, written_at, holed):
        series, frame, tree = record["series"], record["frame"], record["tree"]
        said = series or frame or tree
        if not said:
            return
        workspace = self.workspace(said["workspace"], partition)
        if series:
            workspace.accept_series(series, holed)
        elif frame:
            workspace.accept_frame(frame, written_at, holed)
        else:
            workspace.accept_tree(tree)

    def settle(self, partition):
        for name in self.partitions.get(partition, ()):
            self.workspaces[name].settle()

    def lines(self, now_ms):
        for name in sorted(self.workspaces):
            yield from self.workspaces[name].lines(self.window, now_ms)


class Numbered:
    """Records numbered by partition, sent at least once: a number that was seen is skipped."""

    def __init__(self):
        self.current, self.last = {}, {}

    def tombstone(self, _key, _partition):
        """Nothing: what is removed here was over before."""

    def settle(self, _partition):
        """Nothing: no record depends on another."""

    def accept(self, record, partition, _written_at, _holed):
        place = (partition, record["topology"])
        if record["seq"] > self.last.get(place, 0):
            self.last[place] = record["seq"]
            self.apply(record)

    def lines(self, _now_ms):
        return [(key, *self.current[key]) for key in sorted(self.current)]


class Events(Numbered):
    """Transitions in force: what was added and not taken back."""

    record_name = "Event"

    def apply(self, event):
        key = f"{event['workspace']}/{event['eventId']}"
        if event["op"] == "retract":
            self.current.pop(key, None)
        else:
            self.current[key] = (event["conversation"], event["kind"])


class Alerts(Numbered):
    """Alerts that have not ended; only a later revision of one counts."""

    record_name = "Alert"

    def __init__(self):
        super().__init__()
        self.revisions = {}

    def accept(self, alert, _partition, _written_at, _holed):
        key = f"{alert['workspace']}/{alert['alertId']}"
        if alert["revision"] <= self.revisions.get(key, -1):
            return
        self.revisions[key] = alert["revision"]
        if alert["status"] == "resolved" or alert["phase"] == "ok":
            self.current.pop(key, None)
        else:
            self.current[key] = (alert["value"], alert["phase"])


class Subscription:
    """Every partition of a topic from its start; without a group, so no other reader is disturbed."""

    def __init__(self, brokers, topic, schemas, picture):
        self.topic, self.schemas, self.picture = topic, schemas, picture
        settings = {
            "bootstrap.servers": brokers,
            "group.id": "unused",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            # Where the log no longer goes back to what comes next, a value may have been missed.
            "auto.offset.reset": "error",
            "check.crcs": True,
        }
        self.consumer = Consumer(settings)
        found = self.consumer.list_topics(topic, timeout=30).topics[topic]
        if found.error:
            raise ValueError(f"{topic}: {found.error.str()}")
        partitions = list(found.partitions)
        self.next = dict.fromkeys(partitions)  # None: nothing was read yet
        self.holes_until = dict.fromkeys(partitions, 0)
        self.behind = set(partitions)
        self.consumer.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in partitions])

    def step(self, wait_s):
        """Takes what comes within this time."""
        for message in self.consumer.consume(500, wait_s):
            error = message.error()
            if error is None:
                self.take(message)
            elif error.code() == KafkaError._PARTITION_EOF:
                self.behind.discard(message.partition())
                self.mend(message.partition(), message.offset())
            elif error.fatal() or not error.retriable():
                raise ValueError(error.str())

    def take(self, message):
        partition, offset = message.partition(), message.offset()
        if self.next[partition] not in (None, offset):
            # Compaction removed records: what replaced them stands before the present end.
            place = TopicPartition(self.topic, partition)
            _, high = self.consumer.get_watermark_offsets(place, timeout=30)
            self.holes_until[partition] = high
        try:
            self.apply(message, offset < self.holes_until[partition])
        except Exception as error:
            # Skipping it would show an old value under a new frame.
            raise ValueError(f"{self.topic}/{partition}@{offset}: {error}") from error
        self.next[partition] = offset + 1
        self.mend(partition, offset + 1)

    def apply(self, message, holed):
        partition, key, value = message.partition(), message.key(), message.value()
        if value is not None:
            record = self.schemas.decode(value, self.picture.record_name)
            self.picture.accept(record, partition, message.timestamp()[1], holed)
        elif key is not None:
            self.picture.tombstone(key.decode(), partition)

    def mend(self, partition, offset):
        if 0 < self.holes_until[partition] <= offset:
            self.holes_until[partition] = 0
            self.picture.settle(partition)


def print_changes(lines, printed):
    current = {key: (value, state) for key, value, state in lines}
    for key, shown in current.items():
        if printed.get(key) != shown:
            print(key, *shown, sep="\t")
    for key in sorted(printed.keys() - current.keys()):
        print(key, "-", "gone", sep="\t")
    sys.stdout.flush()
    return current


PICTURES = {
    "metrics.v1": lambda window: Metrics(window),
    "events.v1": lambda _window: Events(),
    "alerts.v1": lambda _window: Alerts(),
}


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--brokers", required=True, help="host:port, comma-separated")
    parser.add_argument("--topic", default="metrics.v1", choices=PICTURES)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--registry", help="http://<gateway>/registry, or any Schema Registry")
    where.add_argument("--schemas", type=Path, help="a folder of <id>.avsc files")
    parser.add_argument("--window", default="60m", help="of metrics.v1")
    parser.add_argument(
        "--once", action="store_true", help="end at the head, judging as of its last frame"
    )
    return parser.parse_args()


def main():
    options = parse_options()
    picture = PICTURES[options.topic](options.window)
    schemas = Schemas(options.registry, options.schemas)
    subscription = Subscription(options.brokers, options.topic, schemas, picture)
    while subscription.behind:
        subscription.step(0.2)
    if options.once:
        print_changes(picture.lines(None), {})
        return
    printed = {}
    while True:
        printed = print_changes(picture.lines(int(time.time() * 1000)), printed)
        subscription.step(0.25)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        main()
    except (ValueError, OSError) as problem:
        sys.exit(f"subscribe: {problem}")
