package dev.prefstream.scorer.text;

import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.ScoringText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a request becomes the text, or pair of texts, that a model reads. What a field holds is never
 * read as a template again.
 */
public final class Template {

  private static final Pattern FIELD = Pattern.compile("\\{([a-z_]+)\\}");
  private static final Set<String> FIELDS = Set.of("subject", "body", "response");

  private final List<Function<ScoringRequest, String>> text;
  private final @Nullable List<Function<ScoringRequest, String>> pair;

  /**
   * @throws IllegalArgumentException when a field in braces is none of subject, body, response
   */
  public Template(String text, @Nullable String pair) {
    this.text = parse(text);
    this.pair = pair == null ? null : parse(pair);
  }

  public ScoringText apply(ScoringRequest request) {
    return new ScoringText(fill(text, request), pair == null ? null : fill(pair, request));
  }

  /** Whether the template, text or pair, holds the field. */
  public static boolean holds(@Nullable String template, String field) {
    return template != null && template.contains("{" + field + "}");
  }

  private static List<Function<ScoringRequest, String>> parse(String template) {
    List<Function<ScoringRequest, String>> parts = new ArrayList<>();
    Matcher matcher = FIELD.matcher(template);
    int end = 0;
    while (matcher.find()) {
      String literal = template.substring(end, matcher.start());
      parts.add(request -> literal);
      parts.add(field(matcher.group(1)));
      end = matcher.end();
    }
    String rest = template.substring(end);
    parts.add(request -> rest);
    return parts;
  }

  private static Function<ScoringRequest, String> field(String name) {
    return switch (name) {
      case "subject" -> ScoringRequest::getSubject;
      case "body" -> ScoringRequest::getBody;
      case "response" ->
          request -> request.getResponseText() == null ? "" : request.getResponseText();
      default ->
          throw new IllegalArgumentException(
              "found {%s}, expected one of %s"
                  .formatted(
                      name,
                      FIELDS.stream()
                          .sorted()
                          .map(field -> "{" + field + "}")
                          .collect(Collectors.joining(", "))));
    };
  }

  private static String fill(List<Function<ScoringRequest, String>> parts, ScoringRequest request) {
    StringBuilder filled = new StringBuilder();
    parts.forEach(part -> filled.append(part.apply(request)));
    return filled.toString();
  }
}
