package dev.prefstream.oversight;

import static dev.prefstream.oversight.Records.inDomain;
import static dev.prefstream.oversight.Records.inGroup;
import static dev.prefstream.oversight.Records.label;
import static dev.prefstream.oversight.Records.routed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.Share;
import dev.prefstream.streamsapp.StageDriver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the order of the events and however often each comes, the counts are the same. */
class OrderOfEventsTest {

  private static final List<String> DOMAINS = List.of("technical", "subjective", "");

  /** Every decision is asked about, so that the sample does not depend on when plans come. */
  private static final Map<String, String> SETTINGS =
      Map.of("oversight.review-rate", "1", "oversight.review-least-rate", "1");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void countsDependOnWhatIsKnownAlone(long seed, @TempDir Path dir) throws Exception {
    Random random = new Random(seed);
    List<SpecificRecord> events = events(random);
    Map<String, String> expected = expected(events);
    for (int run = 0; run < 3; run++) {
      List<SpecificRecord> shuffled = new ArrayList<>(events);
      for (int i = 0; i < events.size() / 3; i++) {
        shuffled.add(events.get(random.nextInt(events.size())));
      }
      Collections.shuffle(shuffled, random);

      Map<String, String> counted =
          counted(shuffled, random, Files.createDirectory(dir.resolve("run" + run)));

      assertThat(counted).as("seed %d, run %d", seed, run).isEqualTo(expected);
    }
  }

  private static List<SpecificRecord> events(Random random) {
    List<SpecificRecord> events = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String id = "T-" + i;
      if (random.nextInt(10) > 0) {
        events.add(
            inGroup(
                inDomain(
                    routed(id, random.nextBoolean() ? "a" : "b", route(random)),
                    DOMAINS.get(random.nextInt(3))),
                random.nextBoolean() ? "x" : "y"));
      }
      for (int j = random.nextInt(4); j > 0; j--) {
        ExpertLabel label = label(id, route(random), random.nextInt(3));
        String domain = DOMAINS.get(random.nextInt(3));
        label.setDomain(domain.isEmpty() ? null : domain);
        events.add(label);
      }
      if (random.nextInt(8) == 0) {
        events.add(new Erasure(id, StageDriver.START));
      }
    }
    return events;
  }

  private static Route route(Random random) {
    return random.nextBoolean() ? Route.URGENT : Route.STANDARD;
  }

  /** By the rules as the documentation has them, one ticket after the other. */
  private static Map<String, String> expected(List<SpecificRecord> events) {
    Set<String> erased = new HashSet<>();
    Map<String, List<ExpertLabel>> labels = new HashMap<>();
    for (SpecificRecord event : events) {
      if (event instanceof Erasure erasure) {
        erased.add(erasure.getTicketId());
      } else if (event instanceof ExpertLabel label) {
        labels.computeIfAbsent(label.getTicketId(), id -> new ArrayList<>()).add(label);
      }
    }
    Map<String, long[]> accuracy = new TreeMap<>();
    Map<String, long[]> groups = new TreeMap<>();
    for (SpecificRecord event : events) {
      if (event instanceof DecisionRecord decided && !erased.contains(decided.getTicketId())) {
        List<ExpertLabel> given = labels.getOrDefault(decided.getTicketId(), List.of());
        ExpertLabel stands =
            given.stream()
                .max(
                    Comparator.comparing(ExpertLabel::getLabelledAt)
                        .thenComparing(label -> label.getLabel() == Route.URGENT)
                        .thenComparing(
                            ExpertLabel::getDomain,
                            Comparator.nullsFirst(Comparator.naturalOrder())))
                .orElse(null);
        String own = decided.getContext().getDomain();
        Set<String> domains = new HashSet<>(Set.of("*", own.isEmpty() ? Keys.NONE : own));
        if (own.isEmpty() && stands != null && stands.getDomain() != null) {
          domains.add(stands.getDomain());
        }
        boolean disputed = given.stream().map(ExpertLabel::getLabel).distinct().count() > 1;
        String tenant = decided.getContext().getTenantId();
        for (String scope : List.of(tenant, "*")) {
          for (String each : domains) {
            long[] counts = accuracy.computeIfAbsent(scope + " " + each, key -> new long[4]);
            counts[0]++;
            counts[1] += stands == null ? 0 : 1;
            counts[2] += stands != null && stands.getLabel() == decided.getRoute() ? 1 : 0;
            counts[3] += disputed ? 1 : 0;
          }
          long[] counts =
              groups.computeIfAbsent(
                  scope + " audit_group " + decided.getContext().getAuditGroup(),
                  key -> new long[2]);
          counts[0]++;
          counts[1] += decided.getRoute() == Route.URGENT ? 1 : 0;
        }
      }
    }
    Map<String, String> expected = new TreeMap<>();
    accuracy.forEach((key, counts) -> expected.put(key, words(counts)));
    groups.forEach((key, counts) -> expected.put(key, words(counts)));
    return expected;
  }

  private static Map<String, String> counted(
      List<SpecificRecord> events, Random random, Path stateDir) {
    Map<String, String> counted = new TreeMap<>();
    try (OversightDriver oversight = new OversightDriver(stateDir, SETTINGS)) {
      for (SpecificRecord event : events) {
        oversight.send(event);
        if (random.nextInt(10) == 0) {
          oversight.stage.advance(Duration.ofSeconds(random.nextInt(90)));
        }
      }
      oversight.report();
      for (AccuracyReport report : oversight.stage.read(Topics.ACCURACY_REPORTS)) {
        counted.put(
            report.getTenantId() + " " + report.getDomain(),
            words(
                report.getDecisions(),
                report.getAccuracy().getTrials(),
                report.getAccuracy().getSuccesses(),
                report.getDisputed()));
        Share sample = report.getSampleAccuracy();
        assertThat(sample.getSuccesses()).isEqualTo(report.getAccuracy().getSuccesses());
        assertThat(sample.getTrials()).isEqualTo(report.getAccuracy().getTrials());
        if (!report.getDomain().equals(Keys.ALL)) {
          assertThat(sample).hasToString(report.getAccuracy().toString());
        }
      }
      for (FairnessAudit audit : oversight.stage.read(Topics.FAIRNESS_AUDITS)) {
        audit.getGroups().stream()
            .filter(group -> group.getDimension().equals("audit_group"))
            .forEach(
                group ->
                    counted.put(
                        audit.getTenantId() + " audit_group " + group.getValue(),
                        words(group.getUrgent().getTrials(), group.getUrgent().getSuccesses())));
      }
    }
    // What was counted for a while and then taken back is told of with none.
    counted.values().removeIf(counts -> counts.startsWith("[0, "));
    return counted;
  }

  private static String words(long... counts) {
    return Arrays.toString(counts);
  }
}
