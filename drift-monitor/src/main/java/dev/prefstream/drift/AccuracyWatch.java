package dev.prefstream.drift;

import dev.prefstream.schemas.avro.AccuracyState;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether decisions are right as often as they were, of a tenant and of all together, report by
 * report. A tenant's labels are compared with that tenant's baseline, and the evidence of all is
 * the sum of what each tenant's labels say: tenants that are right less often than others are no
 * fall, whichever of them labels come of.
 */
final class AccuracyWatch {

  private final AccuracyCourse course;

  /**
   * @param runLength labels between two false alarms, at least, of each tenant and of all
   */
  AccuracyWatch(double runLength) {
    this.course = new AccuracyCourse(runLength);
  }

  /**
   * What labels lead to.
   *
   * @param all the state of all tenants together after it
   * @param tenant that of the labels' tenant
   * @param words what there is to say of incidents, in order
   */
  record Step(AccuracyState all, AccuracyState tenant, List<DriftAlert> words) {}

  /**
   * Takes labels of a tenant: for all together first, so that a fall that all and one tenant show
   * by the same labels is told of all. A fall that is a tenant's alone, and told, is no evidence of
   * another one of all: neither what its labels said until then nor what they say while it lasts.
   *
   * @param all the state of all so far, which stays as it is; null for none
   * @param tenant that of the tenant
   * @param segment the tenant's
   */
  Step after(
      @Nullable AccuracyState all,
      @Nullable AccuracyState tenant,
      String segment,
      LabelBatch more) {
    boolean told = isOpen(tenant) && !isOpen(all);
    Evidence evidence = told ? Evidence.none(more) : Evidence.of(tenant, more);
    AccuracyCourse.Step ofAll = course.ofAll(all, more, evidence);
    AccuracyCourse.Step ofTenant = course.ofTenant(tenant, segment, more);
    AccuracyState known = ofAll.state();
    if (!isOpen(known)) {
      for (DriftAlert word : ofTenant.words()) {
        known = word.getEvent() == AlertEvent.OPENED ? AccuracyCourse.less(known, word) : known;
      }
    }
    List<DriftAlert> words = new ArrayList<>(ofAll.words());
    words.addAll(ofTenant.words());
    return new Step(known, ofTenant.state(), words);
  }

  static boolean isOpen(@Nullable AccuracyState state) {
    return state != null && state.getAlertId() != null;
  }
}
