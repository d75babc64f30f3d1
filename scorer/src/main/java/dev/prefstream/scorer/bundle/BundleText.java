package dev.prefstream.scorer.bundle;

import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.Calibration;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.text.Template;
import dev.prefstream.scorer.text.TextEncoder;
import dev.prefstream.scorer.text.Truncation;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle does around its network, wherever that runs: from a request to text, from text to
 * ids, from a logit to a score. May be used by many threads at a time.
 */
public final class BundleText implements AutoCloseable {

  /** Longest text in characters, over four, that a model that reads text may be given at once. */
  private static final int MAX_TEXT_COST = 1 << 20;

  private final Template template;
  private final Calibration calibration;
  private final @Nullable TextEncoder encoder;

  private BundleText(BundleManifest manifest, @Nullable TextEncoder encoder) {
    this.template = new Template(manifest.template().text(), manifest.template().pair());
    this.calibration =
        new Calibration(manifest.calibration().temperature(), manifest.calibration().bias());
    this.encoder = encoder;
  }

  /**
   * @throws BundleException when the tokenizer is none
   */
  public static BundleText of(ModelBundle bundle) {
    BundleManifest.TokenizerFile tokenizer = bundle.manifest().tokenizer();
    if (tokenizer == null) {
      return new BundleText(bundle.manifest(), null);
    }
    try {
      return new BundleText(
          bundle.manifest(),
          new TextEncoder(
              bundle.tokenizer(), new Truncation(tokenizer.maxLength(), tokenizer.keptFromHead())));
    } catch (IllegalArgumentException e) {
      throw new BundleException(bundle.folder(), tokenizer.file() + ": " + e.getMessage(), e);
    }
  }

  public ScoringText text(ScoringRequest request) {
    return template.apply(request);
  }

  public EncodedText encode(ScoringText text) {
    return encoder == null ? EncodedText.ofSource(text) : encoder.encode(text);
  }

  public Calibration calibration() {
    return calibration;
  }

  /** Whether the network gets ids; else it gets text. */
  public boolean givesIds() {
    return encoder != null;
  }

  /** Most tokens a row can cost. */
  public int maxCost() {
    return encoder == null ? MAX_TEXT_COST : encoder.maxLength();
  }

  @Override
  public void close() {
    if (encoder != null) {
      encoder.close();
    }
  }
}
