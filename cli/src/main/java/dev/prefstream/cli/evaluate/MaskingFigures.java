package dev.prefstream.cli.evaluate;

import dev.prefstream.intake.masking.Masking.Item;
import dev.prefstream.intake.masking.PersonalKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Counts what masking finds of what people marked, and what it finds where they marked nothing. For
 * one thread.
 */
final class MaskingFigures {

  /** What a word outside every slot is tagged with. */
  static final String OUTSIDE = "O";

  private static final int SHORTEST_CARD = 13;

  private static final Pattern SECRET_NAMED =
      Pattern.compile("(?i)(?<!\\p{L})(?:pass|pwd|pin|otp|token|key|secret)");

  private final Map<String, PersonalKind> kinds;
  private final Map<String, Found> slots = new LinkedHashMap<>();
  private final Map<String, Long> elsewhere = new TreeMap<>();
  private final Clean clean = new Clean();
  private final Clean unmarked = new Clean();

  /**
   * @param kinds which kind is to be found in the slots of a name
   */
  MaskingFigures(Map<String, PersonalKind> kinds) {
    this.kinds = new TreeMap<>(kinds);
  }

  /** Slots of one name, or some of them. */
  static final class Found {
    private long slots;
    private long whole;
    private long touched;

    /** How many there are. */
    long slots() {
      return slots;
    }

    /** Those of which nothing is left to read. */
    long whole() {
      return whole;
    }

    /** Those of which something is masked. */
    long touched() {
      return touched;
    }
  }

  /** Texts in which nothing personal is marked. */
  static final class Clean {
    private long texts;
    private long masked;
    private final Map<PersonalKind, Long> byKind = new EnumMap<>(PersonalKind.class);

    long texts() {
      return texts;
    }

    /** Those in which something was masked all the same. */
    long masked() {
      return masked;
    }

    /** How many items of each kind. */
    Map<PersonalKind, Long> byKind() {
      return byKind;
    }

    private void take(List<Item> items) {
      texts++;
      masked += items.isEmpty() ? 0 : 1;
      items.forEach(item -> byKind.merge(item.kind(), 1L, Long::sum));
    }
  }

  /** By name of the slot, parts of a name after it. */
  Map<String, Found> slots() {
    return slots;
  }

  /** Items beside the slots that were to be found, by kind and what stands there. */
  Map<String, Long> elsewhere() {
    return elsewhere;
  }

  /** Texts all of whose words are outside every slot. */
  Clean clean() {
    return clean;
  }

  /** Texts that nobody marked. */
  Clean unmarked() {
    return unmarked;
  }

  /** What was found in a text that nobody marked. */
  void take(List<Item> items) {
    unmarked.take(items);
  }

  /**
   * A text with one tag for each word between blanks, and what was found in it; equal neighbours
   * are one slot.
   *
   * @throws IllegalArgumentException when there are not as many tags as words
   */
  void take(String text, List<String> tags, List<Item> items) {
    List<int[]> words = words(text);
    if (words.size() != tags.size()) {
      throw new IllegalArgumentException(
          "slots has %d tags, expected one for each of the %d words"
              .formatted(tags.size(), words.size()));
    }
    if (tags.stream().allMatch(OUTSIDE::equals)) {
      clean.take(items);
      return;
    }
    BitSet masked = new BitSet();
    items.forEach(item -> masked.set(item.start(), item.end()));
    BitSet wanted = new BitSet();
    for (int first = 0; first < tags.size(); ) {
      int last = first;
      while (last + 1 < tags.size() && tags.get(last + 1).equals(tags.get(first))) {
        last++;
      }
      PersonalKind kind = kinds.get(tags.get(first));
      if (kind != null) {
        int start = words.get(first)[0];
        int end = words.get(last)[1];
        wanted.set(start, end);
        slot(text, tags.get(first), kind, start, end, masked);
      }
      first = last + 1;
    }
    for (Item item : items) {
      if (wanted.get(item.start(), item.end()).isEmpty()) {
        elsewhere.merge(item.kind() + " on " + tagAt(item, words, tags), 1L, Long::sum);
      }
    }
  }

  private void slot(
      String text, String name, PersonalKind kind, int start, int end, BitSet masked) {
    boolean whole = true;
    boolean touched = false;
    for (int i = start; i < end; i++) {
      if (!Character.isWhitespace(text.charAt(i))) {
        whole &= masked.get(i);
        touched |= masked.get(i);
      }
    }
    count(name, whole, touched);
    if (kind == PersonalKind.CARD) {
      long digits = text.substring(start, end).chars().filter(Character::isDigit).count();
      count(
          name + (digits >= SHORTEST_CARD ? ": 13 digits or more" : ": fewer digits"),
          whole,
          touched);
    } else if (kind == PersonalKind.TOKEN) {
      boolean named = SECRET_NAMED.matcher(text).region(0, start).find();
      count(name + (named ? ": named before it" : ": not named"), whole, touched);
    }
  }

  private void count(String name, boolean whole, boolean touched) {
    Found found = slots.computeIfAbsent(name, unused -> new Found());
    found.slots++;
    found.whole += whole ? 1 : 0;
    found.touched += touched ? 1 : 0;
  }

  /** The first tag of a slot that the item touches. */
  private static String tagAt(Item item, List<int[]> words, List<String> tags) {
    for (int i = 0; i < words.size(); i++) {
      boolean touches = words.get(i)[0] < item.end() && words.get(i)[1] > item.start();
      if (touches && !tags.get(i).equals(OUTSIDE)) {
        return tags.get(i);
      }
    }
    return "nothing marked";
  }

  private static List<int[]> words(String text) {
    List<int[]> words = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int start = at;
      while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      if (at > start) {
        words.add(new int[] {start, at});
      }
      at++;
    }
    return words;
  }
}
