package dev.prefstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every schema of the catalogue must hold to. */
class SchemasTest {

  static Stream<Topic<?>> topics() {
    return Topics.all().stream();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void readsWhatWasWrittenWithTheLastReleasedSchema(Topic<?> topic) {
    var compatibility =
        SchemaCompatibility.checkReaderWriterCompatibility(
            ReleasedSchemas.current(topic), ReleasedSchemas.released(topic));

    assertThat(compatibility.getType())
        .as("%s: %s", topic.name(), compatibility.getResult().getIncompatibilities())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }

  @ParameterizedTest
  @MethodSource("topics")
  void documentsEveryRecordAndField(Topic<?> topic) {
    assertDocumented(ReleasedSchemas.current(topic), new HashSet<>());
  }

  @ParameterizedTest
  @MethodSource("topics")
  void givesEveryTimeALogicalType(Topic<?> topic) {
    assertTimesAreLogical(ReleasedSchemas.current(topic), new HashSet<>());
  }

  @Test
  void namesEachTopicOnce() {
    assertThat(topics().map(Topic::name)).doesNotHaveDuplicates().allMatch(SchemasTest::isLegal);
  }

  @Test
  void letsADeadLetterHoldTheLargestInput() {
    int largestInput =
        topics()
            .filter(t -> t != Topics.DEAD_LETTERS)
            .mapToInt(Topic::maxMessageBytes)
            .max()
            .orElseThrow();

    assertThat(Topics.DEAD_LETTERS.maxMessageBytes()).isGreaterThan(largestInput);
  }

  private static boolean isLegal(String name) {
    return name.equals(name.toLowerCase(Locale.ROOT)) && name.matches("[a-z]+(-[a-z]+)*");
  }

  private static void assertDocumented(Schema schema, Set<String> seen) {
    switch (schema.getType()) {
      case RECORD -> {
        if (seen.add(schema.getFullName())) {
          assertThat(schema.getDoc()).as("doc of %s", schema.getFullName()).isNotBlank();
          for (Schema.Field field : schema.getFields()) {
            assertThat(field.doc()).as("doc of %s.%s", schema.getName(), field.name()).isNotBlank();
            assertDocumented(field.schema(), seen);
          }
        }
      }
      case ENUM -> assertThat(schema.getDoc()).as("doc of %s", schema.getFullName()).isNotBlank();
      case ARRAY -> assertDocumented(schema.getElementType(), seen);
      case MAP -> assertDocumented(schema.getValueType(), seen);
      case UNION -> schema.getTypes().forEach(type -> assertDocumented(type, seen));
      default -> {
        // Nothing to document below a primitive.
      }
    }
  }

  private static void assertTimesAreLogical(Schema schema, Set<String> seen) {
    switch (schema.getType()) {
      case RECORD -> {
        if (seen.add(schema.getFullName())) {
          for (Schema.Field field : schema.getFields()) {
            if (field.name().endsWith("_at") || field.name().equals("since")) {
              assertThat(field.schema().toString())
                  .as("%s.%s", schema.getName(), field.name())
                  .contains("timestamp-millis");
            }
            assertTimesAreLogical(field.schema(), seen);
          }
        }
      }
      case ARRAY -> assertTimesAreLogical(schema.getElementType(), seen);
      case UNION -> schema.getTypes().forEach(type -> assertTimesAreLogical(type, seen));
      default -> {
        // No times below.
      }
    }
  }
}
