package dev.prefstream.oversight;

import dev.prefstream.oversight.statistics.Correlation;
import dev.prefstream.oversight.statistics.Interval;
import dev.prefstream.oversight.statistics.Normal;
import dev.prefstream.oversight.statistics.Proportion;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.StyleAssociation;
import dev.prefstream.schemas.avro.StyleFeature;
import dev.prefstream.schemas.avro.StyleReference;
import dev.prefstream.schemas.avro.StyleReport;
import dev.prefstream.schemas.avro.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes style reports of counts. The reference is the first complete window with enough decisions,
 * of the model that made most of them.
 */
final class StyleReports {

  /** One false alert in a hundred windows, over all features together. */
  private static final double CERTAIN = Normal.z(1 - 0.01 / StyleFeature.values().length);

  private final OversightOptions options;

  StyleReports(OversightOptions options) {
    this.options = options;
  }

  /** One report for each model of the window. */
  List<StyleReport> of(
      String scope, Window window, History history, @Nullable StyleReference reference) {
    List<StyleReport> reports = new ArrayList<>();
    history
        .within(window)
        .forEach(
            (stratum, tally) -> {
              if (stratum.domain().equals(Keys.ALL)) {
                reports.add(report(scope, window, stratum.model(), tally, reference));
              }
            });
    return reports;
  }

  /** What later windows are compared with; empty as long as no complete window has enough. */
  Optional<StyleReference> reference(History history) {
    long latestDay = Window.day(history.latest());
    return history.days().stream()
        .map(day -> Window.holding(day.getDay(), options.window()))
        .distinct()
        .filter(window -> window.endDay() <= latestDay)
        .sorted(Comparator.comparingLong(Window::firstDay))
        .flatMap(window -> largest(history, window).stream())
        .findFirst();
  }

  private Optional<StyleReference> largest(History history, Window window) {
    return history.within(window).entrySet().stream()
        .filter(each -> each.getKey().domain().equals(Keys.ALL))
        .filter(each -> each.getValue().getDecisions() >= options.style().minimum())
        .max(Comparator.comparingLong(each -> each.getValue().getDecisions()))
        .map(
            (Map.Entry<Stratum, Tally> each) ->
                new StyleReference(
                    window.start().toEpochMilli(), each.getKey().model(), each.getValue()));
  }

  private StyleReport report(
      String scope,
      Window window,
      ModelRef model,
      Tally tally,
      @Nullable StyleReference reference) {
    boolean compared =
        reference != null
            && reference.getWindowStart() != window.start().toEpochMilli()
            && tally.getDecisions() >= options.style().minimum();
    List<StyleAssociation> associations = new ArrayList<>();
    for (StyleFeature feature : StyleFeature.values()) {
      Optional<Correlation> before =
          reference == null ? Optional.empty() : correlation(feature, reference.getTally());
      correlation(feature, tally)
          .ifPresent(now -> associations.add(association(feature, now, before, compared)));
    }
    boolean alert = associations.stream().anyMatch(StyleAssociation::getAlert);
    return StyleReport.newBuilder()
        .setTenantId(scope)
        .setPeriodStart(window.start())
        .setPeriodEnd(window.end())
        .setDecisions(tally.getDecisions())
        .setPhiLength(value(StyleFeature.LONG, tally))
        .setPhiCode(value(StyleFeature.CODE, tally))
        .setPhiMarkdown(value(StyleFeature.MARKDOWN, tally))
        .setModel(model)
        .setAssociations(associations)
        .setReferenceModel(reference == null ? null : reference.getModel())
        .setReferenceStart(
            reference == null ? null : Instant.ofEpochMilli(reference.getWindowStart()))
        .setAlert(alert)
        .setAlertId(
            alert
                ? Keys.of(
                    "style",
                    scope,
                    window.start(),
                    model.getId(),
                    model.getVersion(),
                    model.getHash())
                : null)
        .build();
  }

  private StyleAssociation association(
      StyleFeature feature, Correlation now, Optional<Correlation> before, boolean compared) {
    Interval interval = now.interval(Proportion.Z95);
    boolean grown =
        compared
            && before.isPresent()
            && Math.abs(now.value()) - Math.abs(before.get().value()) > options.style().growth()
            && now.isStronger(before.get(), CERTAIN);
    return StyleAssociation.newBuilder()
        .setFeature(feature)
        .setValue(now.value())
        .setLow(interval.low())
        .setHigh(interval.high())
        .setReference(before.map(Correlation::value).orElse(null))
        .setAlert(grown)
        .build();
  }

  private static @Nullable Double value(StyleFeature feature, Tally tally) {
    return correlation(feature, tally).map(Correlation::value).orElse(null);
  }

  private static Optional<Correlation> correlation(StyleFeature feature, Tally tally) {
    return switch (feature) {
      case LONG -> phi(tally.getLongUrgent(), tally.getLongAll(), tally);
      case CODE -> phi(tally.getCodeUrgent(), tally.getCodeAll(), tally);
      case MARKDOWN -> phi(tally.getMarkdownUrgent(), tally.getMarkdownAll(), tally);
      case LENGTH ->
          Correlation.pearson(
              tally.getSumX(),
              tally.getSumXx(),
              tally.getSumY(),
              tally.getSumYy(),
              tally.getSumXy(),
              tally.getDecisions());
    };
  }

  private static Optional<Correlation> phi(long both, long feature, Tally tally) {
    return Correlation.phi(both, feature, tally.getUrgent(), tally.getDecisions());
  }
}
