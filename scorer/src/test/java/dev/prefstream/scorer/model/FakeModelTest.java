package dev.prefstream.scorer.model;

class FakeModelTest extends ScoringModelContract {

  @Override
  protected ScoringModel open() {
    return FakeModel.of(Task.TICKET_URGENCY);
  }
}
