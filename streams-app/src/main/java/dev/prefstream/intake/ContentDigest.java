package dev.prefstream.intake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether two records say the same: SHA-256 over every field by name, whatever the order of
 * map entries. Fields that are null or empty count as absent, so that a field added later changes
 * no digest. Results are the first 16 bytes in lower-case hex.
 */
final class ContentDigest {

  private static final int KEPT_BYTES = 16;

  private final MessageDigest sha256;

  private ContentDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256; this one does not", e);
    }
  }

  /** Of a record's whole content. */
  static String of(IndexedRecord record) {
    ContentDigest digest = new ContentDigest();
    digest.add(record);
    return digest.hex();
  }

  /** Of texts, each apart from its neighbours. */
  static String of(String... texts) {
    ContentDigest digest = new ContentDigest();
    for (String text : texts) {
      digest.add(text);
    }
    return digest.hex();
  }

  private void add(@Nullable Object value) {
    if (value instanceof IndexedRecord record) {
      for (Schema.Field field : record.getSchema().getFields()) {
        Object inner = record.get(field.pos());
        if (!isAbsent(inner)) {
          add(field.name());
          add(inner);
        }
      }
      add("end");
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Object> sorted = new TreeMap<>();
      map.forEach((key, inner) -> sorted.put(key.toString(), inner));
      size(sorted.size());
      sorted.forEach(
          (key, inner) -> {
            add(key);
            add(inner);
          });
    } else if (value instanceof Collection<?> items) {
      size(items.size());
      items.forEach(this::add);
    } else {
      // toString of an Instant depends on its value alone, and so does that of the rest.
      String text = value instanceof Instant time ? Long.toString(time.toEpochMilli()) : value + "";
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      size(bytes.length);
      sha256.update(bytes);
    }
  }

  private static boolean isAbsent(@Nullable Object value) {
    return value == null
        || (value instanceof CharSequence text && text.isEmpty())
        || (value instanceof Collection<?> items && items.isEmpty())
        || (value instanceof Map<?, ?> map && map.isEmpty());
  }

  private void size(int size) {
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, size));
  }

  private String hex() {
    return HexFormat.of().formatHex(sha256.digest(), 0, KEPT_BYTES);
  }
}
