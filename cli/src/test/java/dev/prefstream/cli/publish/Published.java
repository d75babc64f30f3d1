package dev.prefstream.cli.publish;

import dev.prefstream.cli.KnownOptions;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What lines become, without a broker: records and dead letters, decoded again. */
record Published<V>(List<V> values, List<DeadLetter> letters, List<String> keys) {

  static final Instant NOW = Instant.parse("2026-11-23T07:00:00Z");

  static final Installation INSTALLATION =
      Installation.of(
          Configuration.load(
              KnownOptions.all(), null, Map.of(), Map.of("schema-registry.url", "mock://lines")));

  static <V extends SpecificRecord> Published<V> of(Input<V> input, String lines) {
    return of(input, lines.getBytes(StandardCharsets.UTF_8), 16 << 20);
  }

  static <V extends SpecificRecord> Published<V> of(Input<V> input, byte[] lines, int largest) {
    Published<V> result = new Published<>(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    Source source = Source.stream("lines.jsonl", InputStream.nullInputStream());
    try (LineRecords<V> records =
            new LineRecords<>(input, source, INSTALLATION, Clock.fixed(NOW, ZoneOffset.UTC));
        InputStream in = new ByteArrayInputStream(lines)) {
      LineReader reader = new LineReader(in, largest, Math.min(largest, LineRecords.KEPT));
      for (Line line = reader.next(); line != null; line = reader.next()) {
        LineRecords.Sendable sendable = records.of(line);
        sendable.records().forEach(record -> result.add(input, record));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return result;
  }

  V only() {
    if (values.size() != 1 || !letters.isEmpty()) {
      throw new AssertionError("expected one record, found " + this);
    }
    return values.get(0);
  }

  DeadLetter onlyLetter() {
    if (letters.size() != 1 || !values.isEmpty()) {
      throw new AssertionError("expected one dead letter, found " + this);
    }
    return letters.get(0);
  }

  private void add(Input<?> input, ProducerRecord<byte[], byte[]> record) {
    keys.add(record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8));
    if (record.topic().equals(INSTALLATION.name(Topics.DEAD_LETTERS))) {
      letters.add(
          INSTALLATION
              .deserializer(Topics.DEAD_LETTERS)
              .deserialize(record.topic(), record.value()));
    } else {
      @SuppressWarnings("unchecked")
      V value =
          (V) INSTALLATION.deserializer(input.topic()).deserialize(record.topic(), record.value());
      values.add(value);
    }
  }
}
