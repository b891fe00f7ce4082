import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a log with Kafka's own client, for whoever must not trust ours, and does to it what should not
 * happen. A question on each line of stdin, `bounds TOPIC PARTITION`, `read TOPIC PARTITION FROM`,
 * `trim TOPIC PARTITION BEFORE` or `delete TOPIC`; an answer of lines on stdout, ended by a dot: `LOW
 * HIGH`, or `OFFSET TIMESTAMP KEY VALUE` in base64, `-` for null; `! TEXT`: it failed.
 */
class LogTool {
  private static final long ANSWER_MS = 20_000;

  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "none");
    settings.put("max.poll.records", "1000");
    settings.put("default.api.timeout.ms", "" + ANSWER_MS);
    settings.put("metadata.max.age.ms", "5000");
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]));
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        try {
          String[] words = line.split(" ");
          if (!change(admin, words)) answer(consumer, words, out);
        } catch (Exception error) {
          out.println("! " + String.valueOf(error.getMessage()).replace('\n', ' '));
        }
        out.println(".");
        out.flush();
      }
    }
  }

  private static boolean change(Admin admin, String[] words) throws Exception {
    if (words[0].equals("delete")) {
      admin.deleteTopics(List.of(words[1])).all().get();
      return true;
    }
    if (!words[0].equals("trim")) return false;
    TopicPartition place = new TopicPartition(words[1], Integer.parseInt(words[2]));
    RecordsToDelete before = RecordsToDelete.beforeOffset(Long.parseLong(words[3]));
    admin.deleteRecords(Map.of(place, before)).all().get();
    return true;
  }

  private static void answer(
      KafkaConsumer<byte[], byte[]> consumer, String[] words, PrintStream out) {
    TopicPartition place = new TopicPartition(words[1], Integer.parseInt(words[2]));
    List<TopicPartition> places = List.of(place);
    long high = consumer.endOffsets(places).get(place);
    if (words[0].equals("bounds")) {
      out.println(consumer.beginningOffsets(places).get(place) + " " + high);
      return;
    }
    long from = Long.parseLong(words[3]);
    if (from >= high) return;
    boolean isNew = !consumer.assignment().contains(place);
    if (isNew) consumer.assign(places);
    if (isNew || consumer.position(place) != from) consumer.seek(place, from);
    long until = System.nanoTime() + ANSWER_MS * 1_000_000;
    // Of a compacted topic the rest may be gone: then the position moves, and no record comes.
    while (consumer.position(place) < high) {
      List<ConsumerRecord<byte[], byte[]>> found =
          consumer.poll(Duration.ofMillis(500)).records(place);
      for (ConsumerRecord<byte[], byte[]> record : found) tell(record, out);
      if (!found.isEmpty()) return;
      if (System.nanoTime() > until) throw new IllegalStateException("no answer in time");
    }
  }

  private static void tell(ConsumerRecord<byte[], byte[]> record, PrintStream out) {
    out.println(
        record.offset() + " " + record.timestamp() + " " + text(record.key()) + " "
            + text(record.value()));
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "-" : Base64.getEncoder().encodeToString(bytes);
  }
}
