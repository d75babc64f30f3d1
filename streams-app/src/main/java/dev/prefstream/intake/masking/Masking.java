package dev.prefstream.intake.masking;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Replaces personal data of the chosen kinds by placeholders. Immutable; for many threads. */
public final class Masking {

  private final Set<PersonalKind> kinds;

  public Masking(Set<PersonalKind> kinds) {
    this.kinds = Set.copyOf(kinds);
  }

  /**
   * A text without what was found in it.
   *
   * @param text with placeholders such as {@code [EMAIL]}
   * @param found how many items of each kind were replaced
   */
  public record Masked(String text, Map<PersonalKind, Integer> found) {}

  /**
   * Where an item stands.
   *
   * @param start in chars, inclusive
   * @param end in chars, exclusive
   */
  public record Item(PersonalKind kind, int start, int end) {}

  /** The text with every item replaced. */
  public Masked mask(String text) {
    List<Item> items = find(text);
    if (items.isEmpty()) {
      return new Masked(text, Map.of());
    }
    StringBuilder masked = new StringBuilder(text.length());
    Map<PersonalKind, Integer> found = new EnumMap<>(PersonalKind.class);
    int from = 0;
    for (Item item : items) {
      masked.append(text, from, item.start()).append(item.kind().placeholder());
      found.merge(item.kind(), 1, Integer::sum);
      from = item.end();
    }
    return new Masked(masked.append(text, from, text.length()).toString(), found);
  }

  /** The items in the order of the text; where two overlap, the kind declared first stays. */
  public List<Item> find(String text) {
    List<Item> all = new ArrayList<>();
    if (kinds.contains(PersonalKind.TOKEN)) {
      SecretFinder.find(text, all);
    }
    if (kinds.contains(PersonalKind.EMAIL)) {
      MailFinder.find(text, all);
    }
    if (kinds.contains(PersonalKind.IBAN)) {
      IbanFinder.find(text, all);
    }
    if (kinds.contains(PersonalKind.CARD) || kinds.contains(PersonalKind.PHONE)) {
      new DigitFinder(kinds).find(text, all);
    }
    return withoutOverlaps(all, text.length());
  }

  private static List<Item> withoutOverlaps(List<Item> all, int length) {
    if (all.size() < 2) {
      return all;
    }
    all.sort(Comparator.comparing(Item::kind).thenComparingInt(Item::start));
    BitSet taken = new BitSet(length);
    List<Item> kept = new ArrayList<>();
    for (Item item : all) {
      int next = taken.nextSetBit(item.start());
      if (next < 0 || next >= item.end()) {
        taken.set(item.start(), item.end());
        kept.add(item);
      }
    }
    kept.sort(Comparator.comparingInt(Item::start));
    return kept;
  }
}
