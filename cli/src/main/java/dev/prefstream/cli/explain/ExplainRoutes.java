package dev.prefstream.cli.explain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.explain.Explanations.MissingException;
import dev.prefstream.decision.DecisionOptions;
import dev.prefstream.intake.IntakeOptions;
import dev.prefstream.intake.Validation;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.kafka.Installation;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /explain} (a ticket, or a ticket and a response, as JSON) and {@code GET
 * /explain/{id}} (a ticket that was decided). Explanations quote what customers wrote and nobody is
 * asked who they are, so both answer callers on this machine only, under a name of this machine: a
 * page from elsewhere can neither reach them nor read the answer.
 */
public final class ExplainRoutes implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ExplainRoutes.class);

  private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String JSON = "application/json";

  private final Explainer explainer;
  private final Explanations explanations;
  private final Validation validation;
  private final DecisionOptions installation;
  private final long maxBody;

  /** Opens models and connections at the first request. */
  public ExplainRoutes(Configuration configuration, Installation cluster) {
    this.explainer = new Explainer(configuration);
    this.explanations = new Explanations(configuration, cluster, explainer);
    this.installation = DecisionOptions.of(configuration);
    this.validation = new Validation(configuration.get(IntakeOptions.MAX_TEXT_BYTES));
    this.maxBody = configuration.get(ExplainOptions.MAX_BODY);
  }

  /** Adds the routes to a server that has not started. */
  public void register(RoutesConfig routes) {
    routes.get("/explain/{id}", context -> answer(context, () -> get(context)));
    routes.post("/explain", context -> answer(context, () -> post(context)));
  }

  @Override
  public void close() {
    explainer.close();
  }

  private interface Work {
    ObjectNode run() throws IOException;
  }

  private ObjectNode get(Context context) {
    return explanations.of(context.pathParam("id"));
  }

  private ObjectNode post(Context context) throws IOException {
    String type = context.contentType();
    if (type == null || !type.toLowerCase(java.util.Locale.ROOT).startsWith(JSON)) {
      throw new RefusedException(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE, "expected Content-Type: application/json");
    }
    byte[] body;
    try (InputStream in = context.bodyInputStream()) {
      body = in.readNBytes((int) maxBody + 1);
    }
    if (body.length > maxBody) {
      throw new RefusedException(
          HttpStatus.CONTENT_TOO_LARGE,
          "the body is larger than %d bytes: shorten it or raise %s"
              .formatted(maxBody, ExplainOptions.MAX_BODY.key()));
    }
    return explainer.explain(Question.of(body, Map.of(), validation, installation));
  }

  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final HttpStatus status;

    RefusedException(HttpStatus status, String message) {
      super(message);
      this.status = status;
    }
  }

  /** Answers with what the work gives, or says as JSON why it gives nothing. */
  private static void answer(Context context, Work work) {
    try {
      requireLocal(context);
      send(context, HttpStatus.OK, work.run());
    } catch (RefusedException e) {
      refuse(context, e.status, e);
    } catch (PoisonException e) {
      refuse(context, HttpStatus.BAD_REQUEST, e);
    } catch (MissingException e) {
      refuse(
          context,
          switch (e.why()) {
            case ERASED -> HttpStatus.GONE;
            case UNKNOWN -> HttpStatus.NOT_FOUND;
            case TIME_IS_UP -> HttpStatus.GATEWAY_TIMEOUT;
          },
          e);
    } catch (Explainer.BusyException e) {
      context.header("Retry-After", "1");
      refuse(context, HttpStatus.SERVICE_UNAVAILABLE, e);
    } catch (IOException | RuntimeException e) {
      log.atWarn().setCause(e).log("explanation failed");
      refuse(
          context,
          HttpStatus.INTERNAL_SERVER_ERROR,
          new IllegalStateException("the explanation failed: the log of this process says why"));
    }
  }

  private static void requireLocal(Context context) {
    String host = String.valueOf(context.host()).replaceFirst(":\\d+$", "");
    try {
      if (InetAddress.getByName(context.req().getRemoteAddr()).isLoopbackAddress()
          && LOCAL_NAMES.contains(host)) {
        return;
      }
    } catch (UnknownHostException e) {
      log.atWarn().setCause(e).log("a caller without an address");
    }
    throw new RefusedException(
        HttpStatus.FORBIDDEN, "explanations are for callers on this machine, at 127.0.0.1");
  }

  private static void refuse(Context context, HttpStatus status, Exception why) {
    send(
        context,
        status,
        JsonNodeFactory.instance
            .objectNode()
            .put("status", status.getCode())
            .put("error", why.getMessage()));
  }

  private static void send(Context context, HttpStatus status, ObjectNode body) {
    context.status(status).contentType(JSON).header("Cache-Control", "no-store");
    context.result(body.toString());
  }
}
