package dev.prefstream.intake.fabrication;

import dev.prefstream.intake.fabrication.Specific.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells which specifics of a response are backed by what it answers and by what the tenant is known
 * to have. It does not know the world: a true fact that the ticket does not mention counts as
 * invented, which is why tenants name their terms.
 *
 * <p>Backed is what stands in the source in the same form; a version also when the source names a
 * longer one it begins (4.2 of 4.2.1); a link when its host is a known term, or it begins one of
 * the source's; a long number when it ends one of the source's, as a phone number without the
 * prefix does, or the other way about; a path or a name from code when the source has its last part
 * as a word; a placeholder for personal data when the source has one of the same kind: of what was
 * masked no more is known, so that another address than the ticket's passes for it.
 */
public final class FabricationGuard {

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_-]{0,127}+");

  private static final int SHORTEST_PHONE = 7;

  private final Set<String> forms = new HashSet<>();
  private final Set<String> words = new HashSet<>();
  private final Set<String> terms = new HashSet<>();
  private final List<String> versions;
  private final List<String> links;
  private final List<String> numbers;

  private FabricationGuard(String source, Collection<String> knownTerms) {
    List<Specific> known = new ArrayList<>(Specifics.in(source));
    addWords(source);
    for (String term : knownTerms) {
      known.addAll(Specifics.in(term));
      addWords(term);
      terms.add(term.strip().toLowerCase(Locale.ROOT));
    }
    known.forEach(each -> forms.add(each.form()));
    versions = known.stream().filter(s -> s.kind() == Kind.VERSION).map(Specific::form).toList();
    links = known.stream().filter(s -> s.kind() == Kind.LINK).map(Specific::form).toList();
    numbers =
        known.stream()
            .filter(s -> s.kind() == Kind.NUMBER)
            .map(s -> withoutZeros(s.form()))
            .filter(number -> number.length() >= SHORTEST_PHONE)
            .toList();
  }

  /**
   * A guard for the responses to one ticket.
   *
   * @param source what the response answers: subject and body
   * @param knownTerms what the tenant says may be stated anyway
   */
  public static FabricationGuard of(String source, Collection<String> knownTerms) {
    return new FabricationGuard(source, knownTerms);
  }

  /**
   * What was found.
   *
   * @param risk in [0, 1]: 1 less the product of (1 - weight) over the distinct invented specifics
   * @param stated how many specifics the response states
   * @param invented those without backing, in the order of the text
   */
  public record Finding(double risk, int stated, List<Specific> invented) {}

  /** What the response may have made up. */
  public Finding check(String response) {
    List<Specific> stated = Specifics.in(response);
    List<Specific> invented = stated.stream().filter(each -> !isBacked(each)).toList();
    double innocent = 1;
    Set<String> seen = new HashSet<>();
    for (Specific each : invented) {
      if (seen.add(each.form())) {
        innocent *= 1 - each.weight();
      }
    }
    return new Finding(1 - innocent, stated.size(), invented);
  }

  private boolean isBacked(Specific each) {
    String form = each.form();
    if (forms.contains(form) || terms.contains(form)) {
      return true;
    }
    return switch (each.kind()) {
      case VERSION, NUMBER ->
          words.contains(form)
              || versions.stream().anyMatch(v -> v.startsWith(form + "."))
              || isDialledAs(withoutZeros(form));
      case LINK ->
          terms.contains(host(form)) || links.stream().anyMatch(link -> link.startsWith(form));
      case PATH -> words.contains(after(form, "/\\"));
      case FUNCTION -> words.contains(after(form, ".:>"));
      case ERROR_CODE -> words.contains(form);
    };
  }

  /** Whether the source has the number, with or without what is dialled before it. */
  private boolean isDialledAs(String number) {
    return number.length() >= SHORTEST_PHONE
        && numbers.stream().anyMatch(each -> each.endsWith(number) || number.endsWith(each));
  }

  private static String withoutZeros(String number) {
    return number.replaceFirst("^0+", "");
  }

  private void addWords(String text) {
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group().toLowerCase(Locale.ROOT));
    }
  }

  /** Of an address or a mail address. */
  private static String host(String form) {
    int at = form.indexOf('@');
    int slash = form.indexOf('/');
    return form.substring(at + 1, slash > at ? slash : form.length());
  }

  /** The part after the last of the separators; a separator at the end does not count. */
  private static String after(String form, String separators) {
    int start = form.length() - 1;
    while (start > 0 && separators.indexOf(form.charAt(start - 1)) < 0) {
      start--;
    }
    int end =
        separators.indexOf(form.charAt(form.length() - 1)) < 0 ? form.length() : form.length() - 1;
    return form.substring(Math.max(0, start), Math.max(start, end));
  }
}
