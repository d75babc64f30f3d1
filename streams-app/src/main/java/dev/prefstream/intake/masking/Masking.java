package dev.prefstream.intake.masking;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Replaces personal data of the chosen kinds by placeholders. Immutable; for many threads. */
public final class Masking {

  private static final Pattern NEITHER_LETTER_NOR_DIGIT = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final Set<PersonalKind> kinds;
  private final Set<String> inTheClear;

  public Masking(Set<PersonalKind> kinds) {
    this(kinds, Set.of());
  }

  private Masking(Set<PersonalKind> kinds, Set<String> inTheClear) {
    this.kinds = Set.copyOf(kinds);
    this.inTheClear = Set.copyOf(inTheClear);
  }

  /**
   * The same, but for an address or number that is one of the terms, by its letters and digits
   * alone: {@code +49-30-123456} is {@code +49 30 123456}. One that only begins with a term is
   * masked, and so is every secret, whatever the terms say.
   */
  public Masking except(Collection<String> terms) {
    return new Masking(
        kinds,
        terms.stream()
            .map(Masking::bare)
            .filter(Predicate.not(String::isEmpty))
            .collect(Collectors.toSet()));
  }

  /**
   * A text without what was found in it.
   *
   * @param text with placeholders such as {@code [EMAIL]}
   * @param found how many items of each kind were replaced
   */
  public record Masked(String text, Map<PersonalKind, Integer> found) {

    /** How many placeholders stand in the text for something. */
    public int replaced() {
      return found.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * Where an item stands.
   *
   * @param start in chars, inclusive
   * @param end in chars, exclusive
   */
  public record Item(PersonalKind kind, int start, int end) {}

  /**
   * Where the items of a ticket stand.
   *
   * @param subject in the subject, in order
   * @param body in the body, in order
   */
  public record TicketItems(List<Item> subject, List<Item> body) {}

  /** A ticket's subject and body without what was found in them. */
  public record MaskedTicket(Masked subject, Masked body) {}

  /** A ticket with every item replaced. */
  public MaskedTicket mask(String subject, String body) {
    TicketItems items = find(subject, body);
    return new MaskedTicket(without(subject, items.subject()), without(body, items.body()));
  }

  /** A text of its own with every item replaced. */
  public Masked mask(String text) {
    return without(text, find(text));
  }

  /**
   * The value of a named field with every item replaced: the whole value where the name is that of
   * a secret.
   */
  public Masked maskField(String name, String value) {
    boolean secret = kinds.contains(PersonalKind.TOKEN) && SecretField.holds(name, value);
    return secret
        ? without(value, List.of(new Item(PersonalKind.TOKEN, 0, value.length())))
        : mask(value);
  }

  /**
   * The items of a ticket. Beside those of {@link #find(String)} the answer with which a body
   * begins whose subject asks for a secret, and the secret that is all a ticket says.
   */
  public TicketItems find(String subject, String body) {
    List<Item> inSubject = all(subject);
    List<Item> inBody = all(body);
    if (kinds.contains(PersonalKind.TOKEN)) {
      AnswerFinder.findAfter(subject, body, inBody);
      if (body.isBlank() && inSubject.isEmpty()) {
        LoneSecret.find(subject, inSubject);
      }
      if (subject.isBlank() && inBody.isEmpty()) {
        LoneSecret.find(body, inBody);
      }
    }
    return new TicketItems(apart(subject, inSubject), apart(body, inBody));
  }

  /** The items in the order of the text; those that overlap are one, of the kind declared first. */
  public List<Item> find(String text) {
    return apart(text, all(text));
  }

  private List<Item> all(String text) {
    List<Item> all = new ArrayList<>();
    if (kinds.contains(PersonalKind.TOKEN)) {
      SecretFinder.find(text, all);
      AnswerFinder.find(text, all);
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
    return all;
  }

  private static Masked without(String text, List<Item> items) {
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

  private List<Item> apart(String text, List<Item> all) {
    List<Item> apart = withoutOverlaps(all);
    if (!inTheClear.isEmpty()) {
      apart.removeIf(
          item ->
              item.kind() != PersonalKind.TOKEN
                  && inTheClear.contains(bare(text.substring(item.start(), item.end()))));
    }
    return apart;
  }

  private static String bare(String term) {
    return NEITHER_LETTER_NOR_DIGIT.matcher(term).replaceAll("").toLowerCase(Locale.ROOT);
  }

  private static List<Item> withoutOverlaps(List<Item> all) {
    all.sort(Comparator.comparingInt(Item::start));
    List<Item> apart = new ArrayList<>(all.size());
    for (Item item : all) {
      Item last = apart.isEmpty() ? null : apart.get(apart.size() - 1);
      if (last == null || last.end() <= item.start()) {
        apart.add(item);
      } else {
        PersonalKind kind = last.kind().compareTo(item.kind()) <= 0 ? last.kind() : item.kind();
        apart.set(apart.size() - 1, new Item(kind, last.start(), Math.max(last.end(), item.end())));
      }
    }
    return apart;
  }
}
