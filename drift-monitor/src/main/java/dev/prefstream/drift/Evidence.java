package dev.prefstream.drift;

import dev.prefstream.drift.detect.ErrorChart;
import dev.prefstream.schemas.avro.AccuracyState;
import org.jspecify.annotations.Nullable;

/**
 * What labels of a tenant that came together say of a fall of accuracy, against what that tenant's
 * own were before. So it may be added up over tenants, however right each of them is, and however
 * their shares of the labels change.
 *
 * @param likelihood logarithm of how much likelier they are if the odds of an error have doubled
 * @param expected wrong decisions that were to be expected among them
 */
record Evidence(double likelihood, double expected) {

  /** Fewer labels of a tenant say too little of what is to be expected. */
  static final int LEAST = 50;

  /** That of labels of which nothing is known, or is told already: they are what was expected. */
  static Evidence none(LabelBatch labels) {
    return new Evidence(0, labels.errors());
  }

  /**
   * Against the tenant's baseline, or what there is of it so far.
   *
   * @param tenant the state before these labels; null for none
   */
  static Evidence of(@Nullable AccuracyState tenant, LabelBatch labels) {
    if (tenant == null || !labels.isOf(tenant.getModel()) || tenant.getBaselineLabels() < LEAST) {
      return none(labels);
    }
    long before = tenant.getBaselineLabels();
    long errors = tenant.getBaselineErrors();
    return new Evidence(
        ErrorChart.of(errors, before).step(labels.labels(), labels.errors()),
        (double) labels.labels() * errors / before);
  }
}
