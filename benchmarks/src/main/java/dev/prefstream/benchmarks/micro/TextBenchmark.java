package dev.prefstream.benchmarks.micro;

import dev.prefstream.cli.KnownOptions;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.OnnxScoringModel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What one request of 148 words costs besides the device: out of Avro, into tokens, into Avro. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TextBenchmark {

  private static final String BODY =
      "please help since yesterday the payment page fails with error 503 after the update ";

  private OnnxScoringModel model;
  private Serializer<ScoringRequest> serializer;
  private Deserializer<ScoringRequest> deserializer;
  private String topic;
  private ScoringRequest request;
  private byte[] bytes;

  @SuppressWarnings("NullAway") // JMH calls set before all else.
  public TextBenchmark() {}

  @Setup
  public void set() {
    Path home = Path.of(System.getProperty("prefstream.home", "")).toAbsolutePath();
    model =
        OnnxScoringModel.open(
            ModelBundle.load(home.resolve("models").resolve("ticket-urgency")), Execution.cpu());
    Installation installation =
        Installation.of(
            Configuration.load(
                KnownOptions.all(), null, Map.of(), Map.of("schema-registry.url", "mock://micro")));
    topic = installation.name(Topics.SCORING_REQUESTS);
    serializer = installation.serializer(Topics.SCORING_REQUESTS);
    deserializer = installation.deserializer(Topics.SCORING_REQUESTS);
    Instant now = Instant.now();
    request =
        ScoringRequest.newBuilder()
            .setRequestId("t1")
            .setKind(ScoreKind.TICKET)
            .setTicketId("t1")
            .setContext(TicketContext.newBuilder().setTenantId("default").setCreatedAt(now).build())
            .setSubject("Payments fail")
            .setBody(BODY.repeat(10))
            .setStyle(new TextStyle(BODY.length() * 10, false, 0.5, 0.5, false))
            .setRequestedAt(now)
            .build();
    bytes = serializer.serialize(topic, request);
  }

  @Benchmark
  public EncodedText tokenises() {
    return model.encode(model.text(request));
  }

  @Benchmark
  public byte[] serialises() {
    return serializer.serialize(topic, request);
  }

  @Benchmark
  public ScoringRequest deserialises() {
    return deserializer.deserialize(topic, bytes);
  }

  @TearDown
  public void close() {
    model.close();
    serializer.close();
    deserializer.close();
  }
}
