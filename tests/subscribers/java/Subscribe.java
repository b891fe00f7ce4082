import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Subscribes to metrics.v1, events.v1 or alerts.v1 with nothing but the published schemas.
 *
 * <p>Reads a topic from its start and goes on live. Of metrics.v1 it shows what a wall shows: a pass
 * is buffered and applied whole at its frame, older versions change nothing, a tombstone takes a
 * series away. Prints a line of key, value and state: first of everything, then of what changed.
 */
public final class Subscribe {
  static final int HEADER_BYTES = 5;
  static final int HASH_BYTES = 8;
  static final long STALE_MS = 180_000;
  static final long UNKNOWN_MS = 15 * 60_000;
  static final long SILENCE_MS = 15_000;
  static final ObjectMapper JSON = new ObjectMapper();

  /** What cannot be read: skipping it would show an old value under a new frame. */
  static final class Unreadable extends RuntimeException {
    Unreadable(String why) {
      super(why);
    }
  }

  /** Writer schemas by the id in a record: from a registry, or from files {@code <id>.avsc}. */
  static final class Schemas {
    private final Map<String, String> options;
    private final Map<Integer, Schema> known = new HashMap<>();

    /** Of one version: an offer to upgrade is not for everybody who answers. */
    private final HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Schemas(Map<String, String> options) {
      this.options = options;
    }

    /** {@code 0x00 | int32 schema id | Avro body}; its last field is a hash of all before it. */
    GenericRecord decode(byte[] value, String name) throws Exception {
      if (value.length < HEADER_BYTES || value[0] != 0) {
        throw new Unreadable("the first byte is not 0");
      }
      int id = ByteBuffer.wrap(value, 1, 4).getInt();
      Schema schema = known.get(id);
      if (schema == null) {
        schema = new Schema.Parser().parse(text(id));
        known.put(id, schema);
      }
      if (!schema.getFullName().equals("sapwood.v1." + name)) {
        throw new Unreadable("a " + schema.getFullName() + " where a " + name + " belongs");
      }
      int length = value.length - HEADER_BYTES;
      BinaryDecoder body = DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, length, null);
      GenericRecord record = new GenericDatumReader<GenericRecord>(schema).read(null, body);
      if (!body.isEnd()) throw new Unreadable("there are bytes behind the record");
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(value, 0, value.length - HASH_BYTES);
      byte[] said = ((GenericData.Fixed) record.get("hash")).bytes();
      if (!Arrays.equals(said, Arrays.copyOf(sha.digest(), HASH_BYTES))) {
        throw new Unreadable("the hash is of other bytes");
      }
      return record;
    }

    private String text(int id) throws IOException, InterruptedException {
      String folder = options.get("schemas");
      if (folder != null) return Files.readString(Path.of(folder, id + ".avsc"));
      URI address = URI.create(options.get("registry") + "/schemas/ids/" + id);
      HttpRequest request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(address + " answers " + answer.statusCode());
      }
      return JSON.readTree(answer.body()).get("schema").textValue();
    }
  }

  static String text(GenericRecord record, String field) {
    Object value = record.get(field);
    return value == null ? null : value.toString();
  }

  static long number(GenericRecord record, String field) {
    return ((Number) record.get(field)).longValue();
  }

  /** Later topologies first, then the offset of a pass. */
  record Version(long topology, long offset) implements Comparable<Version> {
    static Version of(GenericRecord record) {
      return new Version(number(record, "topology"), number(record, "offset"));
    }

    @Override
    public int compareTo(Version other) {
      int byTopology = Long.compare(topology, other.topology);
      return byTopology != 0 ? byTopology : Long.compare(offset, other.offset);
    }

    boolean isNewer(Version other) {
      return compareTo(other) > 0;
    }
  }

  record Line(String value, String state) {}

  /** The values of one workspace, as a wall shows them. */
  static final class Workspace {
    private record Held(GenericRecord frame, long writtenAt) {}

    final Map<String, GenericRecord> values = new TreeMap<>();
    private GenericRecord frame;
    private long frameAt;
    private GenericRecord tree;
    private GenericRecord nextTree;

    /** The pass that is being read: series, or null for one that left. */
    private Map<String, GenericRecord> buffer = new LinkedHashMap<>();

    /** What was read; the log holds an older one after it by accident alone. */
    private Version newest = new Version(0, -1);

    /** Series whose newest value may have been replaced by an older one. */
    private final Set<String> unsure = new HashSet<>();

    /** A frame that may not be shown yet. */
    private Held held;

    private void read(Version at) {
      held = null;
      newest = at;
    }

    void acceptSeries(GenericRecord series, boolean isHoled) {
      Version at = Version.of(series);
      String key = text(series, "key");
      if (newest.isNewer(at)) {
        if (isHoled) unsure.add(key);
        return;
      }
      read(at);
      unsure.remove(key);
      GenericRecord buffered = buffer.get(key);
      if (buffered == null || at.isNewer(Version.of(buffered))) buffer.put(key, series);
    }

    void acceptGone(String key) {
      held = null;
      unsure.remove(key);
      buffer.put(key, null);
    }

    void acceptTree(GenericRecord next) {
      Version at = Version.of(next);
      GenericRecord known = nextTree != null ? nextTree : tree;
      if (known == null || at.isNewer(Version.of(known))) nextTree = next;
      if (!newest.isNewer(at)) read(at);
    }

    void acceptFrame(GenericRecord next, long writtenAt, boolean isHoled) {
      Version at = Version.of(next);
      boolean isOld = newest.isNewer(at);
      // After half a pass the frame before it may come again: it holds if it is what is shown.
      if (isOld && (frame == null || at.isNewer(Version.of(frame)))) return;
      if (!isOld) read(at);
      if (!isHoled && unsure.isEmpty()) show(next, writtenAt);
      else if (!isOld) held = new Held(next, writtenAt);
    }

    /** The log has no holes up to here: a frame that was the last thing read holds. */
    void settle() {
      Held last = held;
      held = null;
      if (last != null && unsure.isEmpty()) show(last.frame, last.writtenAt);
    }

    private void show(GenericRecord next, long writtenAt) {
      Version at = Version.of(next);
      if (frame != null) {
        int order = at.compareTo(Version.of(frame));
        if (order < 0 || order == 0 && number(next, "asOf") < number(frame, "asOf")) return;
        if (at.topology() > number(frame, "topology")) values.clear();
      }
      frame = next;
      frameAt = Math.max(frameAt, writtenAt);
      if (nextTree != null && !Version.of(nextTree).isNewer(at)) {
        tree = nextTree;
        nextTree = null;
      }
      Map<String, GenericRecord> later = new LinkedHashMap<>();
      buffer.forEach(
          (key, series) -> {
            if (series == null) values.remove(key);
            else if (Version.of(series).isNewer(at)) later.put(key, series);
            else if (number(series, "topology") == at.topology() && isNews(key, series)) {
              values.put(key, series);
            }
          });
      buffer = later;
    }

    private boolean isNews(String key, GenericRecord series) {
      GenericRecord shown = values.get(key);
      return shown == null || Version.of(series).isNewer(Version.of(shown));
    }

    /** What all values share, by the newest frame; null: as it was when that was written. */
    private String sourceState(Long nowMs) {
      long least = Long.MAX_VALUE;
      for (Object mark : (List<?>) frame.get("watermarks")) {
        least = Math.min(least, number((GenericRecord) mark, "coveredThrough"));
      }
      boolean hasSpoken = least > 0 && least < Long.MAX_VALUE;
      long lagMs = hasSpoken ? Math.max(0, number(frame, "asOf") - least) : Long.MAX_VALUE;
      if (lagMs > UNKNOWN_MS) return "unknown";
      boolean isSilent = nowMs != null && nowMs - frameAt > SILENCE_MS;
      if (lagMs > STALE_MS || isSilent) return "stale";
      return (Boolean) frame.get("catchingUp") ? "catching_up" : null;
    }

    /** Series in the order of the tree, a node's segments beneath it; each once. */
    private Set<String> keys() throws IOException {
      Set<String> found = new LinkedHashSet<>();
      if (tree == null) return found;
      JsonNode document = JSON.readTree(text(tree, "document"));
      Map<String, JsonNode> nodes = new LinkedHashMap<>();
      for (JsonNode node : document.get("nodes")) nodes.put(node.get("id").textValue(), node);
      visit(document.get("root").textValue(), nodes, found);
      for (String id : nodes.keySet()) visit(id, nodes, found);
      found.retainAll(values.keySet());
      return found;
    }

    private void visit(String key, Map<String, JsonNode> nodes, Set<String> found) {
      if (!nodes.containsKey(key) || !found.add(key)) return;
      for (String one : values.keySet()) if (one.startsWith(key + "{")) found.add(one);
      for (JsonNode child : nodes.get(key).get("children")) visit(child.textValue(), nodes, found);
    }

    void lines(String name, String window, Long nowMs, Map<String, Line> into) throws IOException {
      if (frame == null) return;
      String source = sourceState(nowMs);
      for (String key : keys()) {
        for (Object one : (List<?>) values.get(key).get("cells")) {
          GenericRecord cell = (GenericRecord) one;
          if (!window.equals(text(cell, "window"))) continue;
          String own = text(cell, "state");
          String state = own.equals("unknown") || source == null ? own : source;
          boolean isHidden = state.equals("unknown") || own.equals("undefined");
          String value = isHidden ? null : text(cell, "value");
          into.put(name + "/" + key, new Line(value == null ? "-" : value, state));
        }
      }
    }
  }

  /** What a topic amounts to. */
  interface Picture {
    /** Name of the topic's records. */
    String recordName();

    void accept(GenericRecord record, int partition, long writtenAt, boolean isHoled);

    default void tombstone(String key, int partition) {}

    /** Whatever was missing in the partition has been read by now. */
    default void settle(int partition) {}

    Map<String, Line> lines(Long nowMs) throws IOException;
  }

  static final class Metrics implements Picture {
    private final String window;
    private final Map<String, Workspace> workspaces = new TreeMap<>();
    private final Map<Integer, Set<Workspace>> byPartition = new HashMap<>();

    Metrics(String window) {
      this.window = window;
    }

    @Override
    public String recordName() {
      return "Metric";
    }

    private Workspace workspace(String name, int partition) {
      Workspace found = workspaces.computeIfAbsent(name, unused -> new Workspace());
      byPartition.computeIfAbsent(partition, unused -> new HashSet<>()).add(found);
      return found;
    }

    @Override
    public void tombstone(String key, int partition) {
      int slash = key.indexOf('/');
      String name = slash < 0 ? "" : key.substring(0, slash);
      if (name.isEmpty() || name.equals("frame") || name.equals("tree")) return;
      workspace(name, partition).acceptGone(key.substring(slash + 1));
    }

    @Override
    public void accept(GenericRecord record, int partition, long writtenAt, boolean isHoled) {
      GenericRecord series = (GenericRecord) record.get("series");
      GenericRecord frame = (GenericRecord) record.get("frame");
      GenericRecord tree = (GenericRecord) record.get("tree");
      GenericRecord said = series != null ? series : frame != null ? frame : tree;
      if (said == null) return;
      Workspace workspace = workspace(text(said, "workspace"), partition);
      if (series != null) workspace.acceptSeries(series, isHoled);
      else if (frame != null) workspace.acceptFrame(frame, writtenAt, isHoled);
      else workspace.acceptTree(tree);
    }

    @Override
    public void settle(int partition) {
      byPartition.getOrDefault(partition, Set.of()).forEach(Workspace::settle);
    }

    @Override
    public Map<String, Line> lines(Long nowMs) throws IOException {
      Map<String, Line> all = new LinkedHashMap<>();
      for (Map.Entry<String, Workspace> one : workspaces.entrySet()) {
        one.getValue().lines(one.getKey(), window, nowMs, all);
      }
      return all;
    }
  }

  /** Transitions in force: what was added and not taken back. */
  static final class Events implements Picture {
    private final Map<String, Line> current = new TreeMap<>();
    private final Map<List<Long>, Long> last = new HashMap<>();

    @Override
    public String recordName() {
      return "Event";
    }

    @Override
    public void accept(GenericRecord event, int partition, long writtenAt, boolean isHoled) {
      // Sent at least once, numbered by partition: a number that was seen is skipped.
      List<Long> place = List.of((long) partition, number(event, "topology"));
      long seq = number(event, "seq");
      if (seq <= last.getOrDefault(place, 0L)) return;
      last.put(place, seq);
      String key = text(event, "workspace") + "/" + text(event, "eventId");
      if (text(event, "op").equals("retract")) current.remove(key);
      else current.put(key, new Line(text(event, "conversation"), text(event, "kind")));
    }

    @Override
    public Map<String, Line> lines(Long nowMs) {
      return new TreeMap<>(current);
    }
  }

  /** Alerts that have not ended; only a later revision of one counts. */
  static final class Alerts implements Picture {
    private final Map<String, Line> current = new TreeMap<>();
    private final Map<String, Long> revisions = new HashMap<>();

    @Override
    public String recordName() {
      return "Alert";
    }

    @Override
    public void accept(GenericRecord alert, int partition, long writtenAt, boolean isHoled) {
      String key = text(alert, "workspace") + "/" + text(alert, "alertId");
      long revision = number(alert, "revision");
      if (revision <= revisions.getOrDefault(key, -1L)) return;
      revisions.put(key, revision);
      String phase = text(alert, "phase");
      if (text(alert, "status").equals("resolved") || phase.equals("ok")) current.remove(key);
      else current.put(key, new Line(text(alert, "value"), phase));
    }

    @Override
    public Map<String, Line> lines(Long nowMs) {
      return new TreeMap<>(current);
    }
  }

  /** Every partition of a topic from its start; without a group, so no other reader is disturbed. */
  static final class Subscription {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Schemas schemas;
    private final Picture picture;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Map<TopicPartition, Long> holesUntil = new HashMap<>();
    private final Map<TopicPartition, Long> startHigh;

    Subscription(String brokers, String topic, Schemas schemas, Picture picture) {
      this.schemas = schemas;
      this.picture = picture;
      Properties settings = new Properties();
      settings.put("bootstrap.servers", brokers);
      settings.put("enable.auto.commit", "false");
      // Where the log no longer goes back to what comes next, a value may have been missed.
      settings.put("auto.offset.reset", "none");
      ByteArrayDeserializer bytes = new ByteArrayDeserializer();
      consumer = new KafkaConsumer<>(settings, bytes, bytes);
      List<TopicPartition> places = new ArrayList<>();
      consumer
          .partitionsFor(topic)
          .forEach(one -> places.add(new TopicPartition(topic, one.partition())));
      consumer.assign(places);
      consumer.seekToBeginning(places);
      startHigh = consumer.endOffsets(places);
    }

    boolean isBehind() {
      return startHigh.entrySet().stream()
          .anyMatch(one -> consumer.position(one.getKey()) < one.getValue());
    }

    void step(Duration wait) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(wait);
      for (ConsumerRecord<byte[], byte[]> record : records) take(record);
      // Behind the last record compaction may have removed some: the position knows.
      for (TopicPartition place : startHigh.keySet()) mend(place, consumer.position(place));
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
      TopicPartition place = new TopicPartition(record.topic(), record.partition());
      if (next.getOrDefault(place, record.offset()) != record.offset()) {
        // Compaction removed records: what replaced them stands before the present end.
        holesUntil.put(place, consumer.endOffsets(List.of(place)).get(place));
      }
      try {
        apply(record, record.offset() < holesUntil.getOrDefault(place, 0L));
      } catch (Exception error) {
        throw new Unreadable(place + "@" + record.offset() + ": " + error.getMessage());
      }
      next.put(place, record.offset() + 1);
      mend(place, record.offset() + 1);
    }

    private void apply(ConsumerRecord<byte[], byte[]> record, boolean isHoled) throws Exception {
      int partition = record.partition();
      if (record.value() != null) {
        GenericRecord decoded = schemas.decode(record.value(), picture.recordName());
        picture.accept(decoded, partition, record.timestamp(), isHoled);
      } else if (record.key() != null) {
        picture.tombstone(new String(record.key(), StandardCharsets.UTF_8), partition);
      }
    }

    private void mend(TopicPartition place, long offset) {
      long until = holesUntil.getOrDefault(place, 0L);
      if (until == 0 || offset < until) return;
      holesUntil.put(place, 0L);
      picture.settle(place.partition());
    }
  }

  static Map<String, Line> printChanges(Map<String, Line> current, Map<String, Line> printed) {
    current.forEach(
        (key, line) -> {
          if (line.equals(printed.get(key))) return;
          System.out.println(key + "\t" + line.value() + "\t" + line.state());
        });
    for (String key : new TreeSet<>(printed.keySet())) {
      if (!current.containsKey(key)) System.out.println(key + "\t-\tgone");
    }
    System.out.flush();
    return current;
  }

  static Map<String, String> optionsOf(String[] args) {
    Map<String, String> options = new HashMap<>(Map.of("topic", "metrics.v1", "window", "60m"));
    for (int i = 0; i < args.length; i++) {
      String name = args[i].replaceFirst("^--", "");
      if (name.equals("once")) options.put(name, "");
      else if (i + 1 < args.length) options.put(name, args[++i]);
    }
    boolean isComplete = options.containsKey("registry") != options.containsKey("schemas");
    if (!options.containsKey("brokers") || !isComplete) {
      throw new IllegalArgumentException(
          "--brokers HOST:PORT,… (--registry http://<gateway>/registry | --schemas FOLDER of"
              + " <id>.avsc) [--topic metrics.v1|events.v1|alerts.v1] [--window 60m] [--once]");
    }
    return options;
  }

  static Picture pictureOf(Map<String, String> options) {
    return switch (options.get("topic")) {
      case "metrics.v1" -> new Metrics(options.get("window"));
      case "events.v1" -> new Events();
      case "alerts.v1" -> new Alerts();
      default -> throw new IllegalArgumentException("no such topic: " + options.get("topic"));
    };
  }

  static void run(Map<String, String> options) throws IOException {
    Picture picture = pictureOf(options);
    Subscription subscription =
        new Subscription(
            options.get("brokers"), options.get("topic"), new Schemas(options), picture);
    while (subscription.isBehind()) subscription.step(Duration.ofMillis(200));
    if (options.containsKey("once")) {
      printChanges(picture.lines(null), Map.of());
      return;
    }
    Map<String, Line> printed = Map.of();
    while (true) {
      printed = printChanges(picture.lines(System.currentTimeMillis()), printed);
      subscription.step(Duration.ofMillis(250));
    }
  }

  public static void main(String[] args) {
    try {
      run(optionsOf(args));
    } catch (IllegalArgumentException | IOException | Unreadable | KafkaException problem) {
      System.err.println("subscribe: " + problem.getMessage());
      System.exit(1);
    }
  }
}
