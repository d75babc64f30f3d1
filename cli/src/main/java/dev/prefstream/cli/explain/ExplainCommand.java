package dev.prefstream.cli.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.Cluster;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.StopSignal;
import dev.prefstream.cli.publish.SettingsFile;
import dev.prefstream.decision.DecisionOptions;
import dev.prefstream.intake.IntakeOptions;
import dev.prefstream.intake.Validation;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.service.HttpOptions;
import dev.prefstream.runtime.service.PortInUseException;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.PreferenceSettings;
import io.javalin.Javalin;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream explain}: why a ticket went where it went. */
@Command(
    name = "explain",
    header =
        "Tell which sentences and words carried a score, and what would have changed the decision.",
    description = {
      "TICKET_ID: a ticket that was decided, by the settings it was decided by. FILE: one ticket a line as"
          + " publish takes it; with the field response, the response to it. Needs no broker for a file."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream explain T-1001",
      "  prefstream explain T-1001 --text",
      "  prefstream explain examples/tickets.jsonl --line 3",
      "  prefstream explain ticket.json --settings settings.jsonl --json",
      "  prefstream explain --serve --set http.port=8090"
    })
public final class ExplainCommand implements Callable<Integer> {

  private static final JsonMapper ONE_DOCUMENT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TICKET_ID|FILE",
      description = "A ticket's id, or a file of tickets.")
  private @Nullable String what;

  @Option(
      names = "--line",
      paramLabel = "N",
      description = "Of a file, the line to explain (default: ${DEFAULT-VALUE}).")
  private int line = 1;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = "For a file: settings documents as for publish settings, one a tenant.")
  private @Nullable Path settings;

  @Option(names = "--json", description = "Prints all of it as JSON.")
  private boolean json;

  @Option(
      names = "--text",
      description =
          "Prints what the ticket of that id says and nothing else, for who is to label it: a judgement is worth more that does not know the machine's.")
  private boolean text;

  @Option(
      names = "--serve",
      description = "Answers POST /explain and GET /explain/{id} on 127.0.0.1 and http.port.")
  private boolean serve;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  ExplainCommand() {}

  @Override
  public Integer call() {
    if (serve == (what != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "expected either TICKET_ID|FILE or --serve, found %s"
              .formatted(serve ? "both" : "neither"));
    }
    if (line < 1) {
      throw new ParameterException(
          spec.commandLine(), "--line %d: must be 1 or more".formatted(line));
    }
    Configuration configuration = configurationArguments.load();
    if (what == null) {
      return serve(configuration);
    }
    Path file = Path.of(what);
    boolean isFile = Files.isRegularFile(file);
    if (text && isFile) {
      throw new ParameterException(
          spec.commandLine(), "--text: expected a ticket's id, found the file %s".formatted(what));
    }
    ObjectNode explanation = isFile ? ofFile(file, configuration) : ofTicket(what, configuration);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(explanation.toPrettyString());
    } else if (text) {
      out.printf(
          "%s%n%n%s%n", explanation.get("subject").asText(), explanation.get("body").asText());
    } else {
      ExplanationText.write(explanation, out);
    }
    out.flush();
    return ExitCode.OK;
  }

  private ObjectNode ofTicket(String id, Configuration configuration) {
    Installation installation = Installation.of(configuration);
    try {
      Cluster.require(
          configuration,
          installation,
          List.of(Topics.SCORING_REQUESTS, Topics.DECISION_LOG, Topics.ERASURES));
    } catch (CommandFailure e) {
      throw new CommandFailure(
          e.exitCode(),
          "%s is no file, so it was taken for a ticket's id: %s".formatted(id, e.getMessage()),
          e);
    }
    try (Explainer explainer = new Explainer(configuration)) {
      Explanations explanations = new Explanations(configuration, installation, explainer);
      return text ? explanations.text(id) : explanations.of(id);
    } catch (Explanations.MissingException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "%s, which is no file either: %s".formatted(id, e.getMessage()), e);
    }
  }

  private ObjectNode ofFile(Path file, Configuration configuration) {
    Map<String, PreferenceSettings> byTenant = new HashMap<>();
    if (settings != null) {
      SettingsFile.read(settings).forEach(each -> byTenant.put(each.getTenantId(), each));
    }
    byte[] ticket = read(file).getBytes(StandardCharsets.UTF_8);
    Validation validation = new Validation(configuration.get(IntakeOptions.MAX_TEXT_BYTES));
    try (Explainer explainer = new Explainer(configuration)) {
      return explainer.explain(
          Question.of(ticket, byTenant, validation, DecisionOptions.of(configuration)));
    } catch (PoisonException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "%s line %d: %s".formatted(file, line, e.getMessage()), e);
    }
  }

  /** The line of a file of JSON lines, or the whole of a file that is one object. */
  private String read(Path file) {
    try {
      String text = Files.readString(file);
      try {
        JsonNode whole = ONE_DOCUMENT.readTree(text);
        if (whole.isObject()) {
          return whole.toString();
        }
      } catch (JsonProcessingException e) {
        // Not one document: lines.
      }
      return text.lines()
          .skip(line - 1L)
          .findFirst()
          .orElseThrow(
              () -> new CommandFailure(ExitCode.USAGE, "%s has no line %d".formatted(file, line)));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "cannot read %s (%s): give a file in UTF-8".formatted(file, e), e);
    }
  }

  private int serve(Configuration configuration) {
    int port = configuration.get(HttpOptions.PORT);
    try (ExplainRoutes routes = new ExplainRoutes(configuration, Installation.of(configuration));
        StopSignal stop = new StopSignal(STOP_LIMIT)) {
      Javalin server =
          Javalin.create(
              config -> {
                config.startup.showJavalinBanner = false;
                config.startup.showOldJavalinVersionWarning = false;
                routes.register(config.routes);
              });
      try {
        server.start(LOOPBACK, port);
      } catch (JavalinBindException e) {
        throw new PortInUseException(LOOPBACK, port, HttpOptions.PORT.key(), e);
      }
      spec.commandLine()
          .getErr()
          .printf("prefstream: explains at http://%s:%d/explain%n", LOOPBACK, server.port());
      while (!stop.await(LOOK)) {
        // Until it is told to end.
      }
      server.stop();
      return ExitCode.OK;
    }
  }
}
