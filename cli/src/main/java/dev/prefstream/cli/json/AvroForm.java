package dev.prefstream.cli.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The way back from {@link JsonForm}: plain JSON and a record class give a record, bit for bit for
 * every number. A field that is absent has its default; a field the schema does not know is left
 * out. Unions are those of null and one other type. For one thread.
 *
 * @param <V> record class
 */
public final class AvroForm<V extends SpecificRecord> {

  private final Schema schema;
  private final GenericDatumWriter<GenericRecord> writer;
  private final SpecificDatumReader<V> reader;
  private @Nullable BinaryEncoder encoder;

  public AvroForm(Class<V> type) {
    SpecificData model = SpecificData.getForClass(type);
    this.schema = model.getSchema(type);
    this.writer = new GenericDatumWriter<>(schema, new GenericData());
    this.reader = new SpecificDatumReader<>(schema, schema, model);
  }

  /**
   * The record.
   *
   * @throws IllegalArgumentException when the JSON is no such record; the message names the field
   *     and what was expected, never what was there
   */
  public V read(ObjectNode json) {
    GenericRecord record = record(schema, json, "the record");
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
      writer.write(record, encoder);
      encoder.flush();
      return reader.read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GenericRecord record(Schema schema, JsonNode node, String where) {
    if (!node.isObject()) {
      throw expected(where, "an object");
    }
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = node.get(field.name());
      String name = field.name();
      if (value == null) {
        if (!field.hasDefaultValue()) {
          throw new IllegalArgumentException(name + " is missing");
        }
        record.put(field.pos(), GenericData.get().getDefaultValue(field));
      } else {
        record.put(field.pos(), value(field.schema(), value, name));
      }
    }
    return record;
  }

  private static @Nullable Object value(Schema schema, JsonNode node, String where) {
    return switch (schema.getType()) {
      case UNION -> node.isNull() ? null : value(notNull(schema), node, where);
      case RECORD -> record(schema, node, where);
      case ENUM -> symbol(schema, node, where);
      case ARRAY -> array(schema, node, where);
      case MAP -> map(schema, node, where);
      case STRING -> {
        require(node.isTextual(), where, "a string");
        yield node.asText();
      }
      case BOOLEAN -> {
        require(node.isBoolean(), where, "true or false");
        yield node.booleanValue();
      }
      case INT -> {
        require(node.canConvertToInt() && node.isIntegralNumber(), where, "a whole number");
        yield node.intValue();
      }
      case LONG -> number(schema, node, where);
      case DOUBLE -> {
        // JsonForm writes null for what is not finite.
        require(node.isNumber() || node.isNull(), where, "a number");
        yield node.isNull() ? Double.NaN : node.doubleValue();
      }
      case BYTES -> {
        require(node.isTextual(), where, "base64");
        yield ByteBuffer.wrap(Base64.getDecoder().decode(node.asText()));
      }
      default ->
          throw new IllegalStateException(
              "no way back for %s: add one here when a schema begins to use it"
                  .formatted(schema.getType()));
    };
  }

  private static long number(Schema schema, JsonNode node, String where) {
    if (schema.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
      require(node.isTextual(), where, "a time such as 2026-01-02T03:04:05Z");
      try {
        return Instant.parse(node.asText()).toEpochMilli();
      } catch (DateTimeException e) {
        throw expected(where, "a time such as 2026-01-02T03:04:05Z");
      }
    }
    require(node.canConvertToLong() && node.isIntegralNumber(), where, "a whole number");
    return node.longValue();
  }

  private static Object symbol(Schema schema, JsonNode node, String where) {
    require(
        node.isTextual() && schema.hasEnumSymbol(node.asText()),
        where,
        "one of " + schema.getEnumSymbols());
    return new GenericData.EnumSymbol(schema, node.asText());
  }

  private static List<Object> array(Schema schema, JsonNode node, String where) {
    require(node.isArray(), where, "an array");
    List<Object> elements = new ArrayList<>(node.size());
    for (JsonNode element : node) {
      elements.add(value(schema.getElementType(), element, where + "[" + elements.size() + "]"));
    }
    return elements;
  }

  private static Map<String, Object> map(Schema schema, JsonNode node, String where) {
    require(node.isObject(), where, "an object");
    Map<String, Object> entries = new HashMap<>();
    node.fields()
        .forEachRemaining(
            entry ->
                entries.put(entry.getKey(), value(schema.getValueType(), entry.getValue(), where)));
    return entries;
  }

  private static Schema notNull(Schema union) {
    return union.getTypes().stream()
        .filter(type -> type.getType() != Schema.Type.NULL)
        .findFirst()
        .orElseThrow();
  }

  private static void require(boolean holds, String where, String expected) {
    if (!holds) {
      throw expected(where, expected);
    }
  }

  private static IllegalArgumentException expected(String where, String expected) {
    return new IllegalArgumentException(where + " is not " + expected);
  }
}
