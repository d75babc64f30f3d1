package dev.prefstream.cli.explain.occlusion;

import dev.prefstream.cli.explain.occlusion.Passage.Level;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The fields of a text as a tree: sentences, and words in them, with blocks or phrases in between
 * so that nothing has more than {@code fanOut} parts. A line end ends a sentence, so that logs and
 * stack traces have them too. Immutable.
 */
public final class Passages {

  private final Map<String, String> fields;
  private final int fanOut;

  /**
   * @param fields texts by name, in order
   * @param fanOut most parts of a field or passage, 2 or more
   */
  public Passages(Map<String, String> fields, int fanOut) {
    this.fields = new LinkedHashMap<>(fields);
    this.fanOut = fanOut;
  }

  /** The largest passages of every field, in order. */
  public List<Passage> top() {
    List<Passage> top = new ArrayList<>();
    fields.forEach(
        (field, text) ->
            top.addAll(grouped(sentences(field, text, 0, text.length()), Level.BLOCK)));
    return top;
  }

  /** The next smaller passages, in order; none of a word. */
  public List<Passage> parts(Passage passage) {
    String text = text(passage.field());
    return switch (passage.level()) {
      case BLOCK ->
          grouped(sentences(passage.field(), text, passage.start(), passage.end()), Level.BLOCK);
      case SENTENCE, PHRASE -> grouped(words(passage, text), Level.PHRASE);
      case WORD -> List.of();
    };
  }

  /** What the passage says. */
  public String read(Passage passage) {
    return text(passage.field()).substring(passage.start(), passage.end());
  }

  /** The fields without the passages, which may overlap. */
  public Map<String, String> without(Collection<Passage> passages) {
    Map<String, String> left = new LinkedHashMap<>();
    fields.forEach(
        (field, text) -> {
          boolean[] gone = new boolean[text.length()];
          for (Passage passage : passages) {
            if (passage.field().equals(field)) {
              Arrays.fill(gone, passage.start(), passage.end(), true);
            }
          }
          StringBuilder kept = new StringBuilder(text.length());
          for (int i = 0; i < gone.length; i++) {
            if (!gone[i]) {
              kept.append(text.charAt(i));
            }
          }
          left.put(field, kept.toString());
        });
    return left;
  }

  /** The passages in the order of the text. */
  List<Passage> inOrder(Collection<Passage> passages) {
    List<String> order = List.copyOf(fields.keySet());
    return passages.stream()
        .sorted(
            Comparator.comparing((Passage each) -> order.indexOf(each.field()))
                .thenComparing(Passage::start))
        .toList();
  }

  private String text(String field) {
    return Objects.requireNonNull(fields.get(field), field);
  }

  private List<Passage> grouped(List<Passage> parts, Level level) {
    if (parts.size() <= fanOut) {
      return parts;
    }
    List<Passage> groups = new ArrayList<>(fanOut);
    for (int i = 0; i < fanOut; i++) {
      int from = (int) ((long) parts.size() * i / fanOut);
      int to = (int) ((long) parts.size() * (i + 1) / fanOut);
      Passage first = parts.get(from);
      groups.add(
          to - from == 1
              ? first
              : new Passage(level, first.field(), first.start(), parts.get(to - 1).end()));
    }
    return groups;
  }

  private static List<Passage> sentences(String field, String text, int from, int to) {
    List<Passage> sentences = new ArrayList<>();
    int line = from;
    while (line < to) {
      int end = text.indexOf('\n', line);
      end = end < 0 || end > to ? to : end;
      pieces(
          BreakIterator.getSentenceInstance(Locale.ROOT),
          Level.SENTENCE,
          field,
          text,
          line,
          end,
          sentences);
      line = end + 1;
    }
    return sentences;
  }

  private static List<Passage> words(Passage within, String text) {
    List<Passage> words = new ArrayList<>();
    pieces(
        BreakIterator.getWordInstance(Locale.ROOT),
        Level.WORD,
        within.field(),
        text,
        within.start(),
        within.end(),
        words);
    words.removeIf(
        word ->
            text.substring(word.start(), word.end())
                .codePoints()
                .noneMatch(Character::isLetterOrDigit));
    return words;
  }

  /** What lies between boundaries, without the blanks around it. */
  private static void pieces(
      BreakIterator boundaries,
      Level level,
      String field,
      String text,
      int from,
      int to,
      List<Passage> into) {
    boundaries.setText(text.substring(from, to));
    int start = boundaries.first();
    for (int end = boundaries.next(); end != BreakIterator.DONE; end = boundaries.next()) {
      int first = from + start;
      int last = from + end;
      while (first < last && Character.isWhitespace(text.charAt(first))) {
        first++;
      }
      while (last > first && Character.isWhitespace(text.charAt(last - 1))) {
        last--;
      }
      if (first < last) {
        into.add(new Passage(level, field, first, last));
      }
      start = end;
    }
  }
}
