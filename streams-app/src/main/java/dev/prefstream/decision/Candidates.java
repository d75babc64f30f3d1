package dev.prefstream.decision;

import dev.prefstream.policy.Candidate.Judged;
import dev.prefstream.policy.ResponsePolicy;
import dev.prefstream.policy.ResponseRules;
import dev.prefstream.policy.records.PolicyWords;
import dev.prefstream.schemas.avro.CandidateInput;
import dev.prefstream.schemas.avro.HeldCandidate;
import dev.prefstream.schemas.avro.ResponseSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The responses that compete for one ticket. Immutable. */
record Candidates(List<HeldCandidate> held) {

  /** Whether the score of the same text of the response, or of a newer one, is held already. */
  boolean outdate(HeldCandidate candidate) {
    return held.stream()
        .filter(each -> isSameResponse(each, candidate))
        .anyMatch(
            each ->
                offset(each) > offset(candidate)
                    || (offset(each) == offset(candidate)
                        && each.getRequestId().equals(candidate.getRequestId())));
  }

  /** With the candidate in place of the score of an earlier text of the same response. */
  Candidates with(HeldCandidate candidate) {
    List<HeldCandidate> next = new ArrayList<>(held);
    next.removeIf(each -> isSameResponse(each, candidate));
    next.add(candidate);
    return new Candidates(List.copyOf(next));
  }

  /** The weakest, when there are more than {@code most}. */
  Optional<HeldCandidate> surplus(int most, ResponseRules rules) {
    if (held.size() <= most) {
      return Optional.empty();
    }
    return held.stream()
        .min(
            Comparator.comparingDouble(
                each ->
                    ResponsePolicy.judge(PolicyWords.candidate(each.getInput()), rules)
                        .adjusted()
                        .value()));
  }

  Candidates without(HeldCandidate candidate) {
    return new Candidates(held.stream().filter(each -> each != candidate).toList());
  }

  /** The best that may be sent. */
  Optional<Judged> best(ResponseRules rules) {
    return ResponsePolicy.choose(PolicyWords.candidates(inputs()), rules);
  }

  /** What the policy reads of them. */
  List<CandidateInput> inputs() {
    return held.stream().map(HeldCandidate::getInput).toList();
  }

  /** Where its text stands on its partition; all alike where scores do not tell. */
  private static long offset(HeldCandidate candidate) {
    ResponseSource source = candidate.getInput().getSource();
    return source == null ? -1 : source.getOffset();
  }

  private static boolean isSameResponse(HeldCandidate one, HeldCandidate other) {
    return one.getInput().getResponseId().equals(other.getInput().getResponseId());
  }
}
