package dev.prefstream.cli.evaluate;

import static dev.prefstream.runtime.failure.PoisonReason.INVALID_FIELD;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.TextTable;
import dev.prefstream.cli.evaluate.MaskingFigures.Clean;
import dev.prefstream.cli.evaluate.statistics.Wilson;
import dev.prefstream.cli.publish.Fields;
import dev.prefstream.intake.masking.Masking;
import dev.prefstream.intake.masking.Masking.Item;
import dev.prefstream.intake.masking.Masking.TicketItems;
import dev.prefstream.intake.masking.PersonalKind;
import dev.prefstream.runtime.failure.PoisonException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream evaluate masking}: how much personal data masking finds, and what besides. */
@Command(
    name = "masking",
    header = "Measure how much personal data masking finds, and what it masks besides.",
    description = {
      "Texts with slots (one tag for each word, O for none) give recall by slot and the share of clean texts"
          + " in which something is masked; texts without slots are counted apart."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream evaluate masking train.jsonl.gz dev.jsonl.gz --slot mail=email --out masking.json",
      "  prefstream evaluate masking chats.jsonl --asked 'What is your password?'",
      "  prefstream evaluate masking tickets.jsonl --show 20"
    })
final class MaskingCommand implements Callable<Integer> {

  private static final List<List<String>> REQUIRED =
      List.of(List.of("text", "subject", "body", "description", "query", "prompt"));

  private static final Map<String, PersonalKind> SLOTS =
      Map.of(
          "email_address", PersonalKind.EMAIL,
          "phone_number", PersonalKind.PHONE,
          "phonenumber", PersonalKind.PHONE,
          "card_number", PersonalKind.CARD,
          "iban", PersonalKind.IBAN,
          "password", PersonalKind.TOKEN);

  private static final Masking MASKING = new Masking(EnumSet.allOf(PersonalKind.class));

  private static final int AROUND = 24;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Rows with text and, where people marked it, slots: .jsonl or .csv, or .gz.")
  private List<Path> paths;

  @Option(
      names = "--slot",
      paramLabel = "NAME=KIND",
      description =
          "Slots of this name hold this kind (email, card, phone, iban or token); may be repeated. Known: email_address, phone_number, phonenumber, card_number, iban, password.")
  private Map<String, PersonalKind> slots = new TreeMap<>();

  @Option(
      names = "--show",
      paramLabel = "N",
      description = "Shows the first N items masked in texts without slots, with what is around.")
  private int show;

  @Option(
      names = "--asked",
      paramLabel = "QUESTION",
      description =
          "Puts this line before each text, as the turn that it answers; what is found in it does not count.")
  private String asked = "";

  @Option(names = "--out", paramLabel = "FILE", description = "Writes the report as JSON.")
  private @Nullable Path out;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  MaskingCommand() {}

  @Override
  public Integer call() {
    Map<String, PersonalKind> kinds = new TreeMap<>(SLOTS);
    kinds.putAll(slots);
    MaskingFigures figures = new MaskingFigures(kinds);
    Readings readings = Readings.read(paths, REQUIRED, row -> take(row, figures));
    PrintWriter to = spec.commandLine().getOut();
    to.print(text(figures, readings));
    if (out != null) {
      ReportJson.write(json(figures, readings), out);
      to.printf("%nreport: %s%n", out);
    }
    to.flush();
    return readings.tell(spec.commandLine().getErr()) ? ExitCode.OK : ExitCode.REFUSED;
  }

  private void take(Fields row, MaskingFigures figures) {
    String subject = joined(row, "subject");
    String body = joined(row, "body", "text", "description", "query", "prompt");
    String text = subject + (subject.isEmpty() || body.isEmpty() ? "" : "\n") + body;
    List<Item> items = find(subject, body, text.length() - body.length());
    String tags = row.text("slots");
    boolean clean = true;
    if (tags == null) {
      figures.take(items);
    } else {
      List<String> each = List.of(tags.strip().split("\\s+"));
      try {
        figures.take(text, each, items);
      } catch (IllegalArgumentException e) {
        throw new PoisonException(INVALID_FIELD, String.valueOf(e.getMessage()), e);
      }
      clean = each.stream().allMatch(MaskingFigures.OUTSIDE::equals);
    }
    if (clean) {
      items.forEach(item -> show(text, item));
    }
  }

  /** As intake finds them, in the order of the joined text. */
  private List<Item> find(String subject, String body, int bodyStart) {
    String before = asked.isEmpty() ? "" : asked + "\n";
    TicketItems found = MASKING.find(subject, before + body);
    List<Item> items = new ArrayList<>(found.subject());
    for (Item item : found.body()) {
      if (item.start() >= before.length()) {
        int shift = bodyStart - before.length();
        items.add(new Item(item.kind(), item.start() + shift, item.end() + shift));
      }
    }
    return items;
  }

  private static String joined(Fields row, String... names) {
    return Stream.of(names)
        .map(row::text)
        .filter(part -> part != null && !part.isBlank())
        .collect(Collectors.joining("\n"));
  }

  private void show(String text, Item item) {
    if (show > 0) {
      show--;
      spec.commandLine()
          .getOut()
          .printf(
              "%-5s  %s [[%s]] %s%n",
              item.kind(),
              oneLine(text.substring(Math.max(0, item.start() - AROUND), item.start())),
              oneLine(text.substring(item.start(), item.end())),
              oneLine(text.substring(item.end(), Math.min(text.length(), item.end() + AROUND))));
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }

  private static String text(MaskingFigures figures, Readings readings) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%s: %,d texts%n", readings.names(), readings.rows()));
    if (!figures.slots().isEmpty()) {
      TextTable table = new TextTable("slot", "n", "masked whole (95 %)", "in part at least");
      new TreeMap<>(figures.slots())
          .forEach(
              (name, found) ->
                  table.row(
                      name,
                      Words.count(found.slots()),
                      Words.figure(Wilson.share(found.whole(), found.slots())),
                      Words.figure(Wilson.share(found.touched(), found.slots()).value())));
      text.append('\n').append(table).append('\n');
    }
    tell("without a slot", figures.clean(), text);
    tell("nobody marked", figures.unmarked(), text);
    if (!figures.elsewhere().isEmpty()) {
      text.append("masked beside those slots: ").append(told(figures.elsewhere())).append('\n');
    }
    return text.toString();
  }

  private static void tell(String which, Clean clean, StringBuilder text) {
    if (clean.texts() > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "%,d texts %s: something masked in %,d, a share of %.5f (95 %%: up to %.5f)%s%n",
              clean.texts(),
              which,
              clean.masked(),
              (double) clean.masked() / clean.texts(),
              Wilson.share(clean.masked(), clean.texts()).high(),
              clean.byKind().isEmpty() ? "" : "; items: " + told(clean.byKind())));
    }
  }

  private static <K> String told(Map<K, Long> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<K, Long>comparingByValue().reversed())
        .map(entry -> "%s %s".formatted(Words.count(entry.getValue()), entry.getKey()))
        .collect(Collectors.joining(", "));
  }

  private static ObjectNode json(MaskingFigures figures, Readings readings) {
    ObjectNode report = ReportJson.object();
    readings.json(report);
    ObjectNode slots = report.putObject("slots");
    figures
        .slots()
        .forEach(
            (name, found) -> {
              ObjectNode slot = slots.putObject(name).put("n", found.slots());
              ReportJson.put(slot, "recall", Wilson.share(found.whole(), found.slots()));
              ReportJson.put(slot, "in_part", Wilson.share(found.touched(), found.slots()));
            });
    json(report.putObject("without_slot"), figures.clean());
    json(report.putObject("unmarked"), figures.unmarked());
    ObjectNode elsewhere = report.putObject("elsewhere");
    figures.elsewhere().forEach(elsewhere::put);
    return report;
  }

  private static void json(ObjectNode node, Clean clean) {
    node.put("texts", clean.texts()).put("masked", clean.masked());
    ReportJson.put(node, "share", Wilson.share(clean.masked(), clean.texts()));
    ObjectNode kinds = node.putObject("items");
    clean.byKind().forEach((kind, count) -> kinds.put(kind.name(), count));
  }
}
