package dev.prefstream.cli.quickstart;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * Tells whether every stage has processed everything. Stages are asked in the order of the data
 * flow, and a stage commits its input together with its output: once one is drained, all it will
 * ever write for its input is on the next one's topics.
 */
final class Drain implements AutoCloseable {

  /** Topics in an order in which what is written for one is read from a later one. */
  private record Stage(String group, List<Topic<?>> topics) {}

  private static final List<Stage> FLOW =
      List.of(
          new Stage(
              "intake",
              List.of(
                  Topics.PREFERENCE_SETTINGS,
                  Topics.SETTINGS_IN_FORCE,
                  Topics.TICKETS,
                  Topics.RESPONSES)),
          new Stage("scoring", List.of(Topics.SCORING_REQUESTS)),
          new Stage("decision", List.of(Topics.ERASURES, Topics.SCORES)),
          new Stage(
              "oversight", List.of(Topics.DECISION_LOG, Topics.EXPERT_LABELS, Topics.ERASURES)),
          new Stage("drift", List.of(Topics.SCORES, Topics.ERASURES)));

  private final Installation installation;
  private final List<Stage> flow;
  private final Admin admin;
  private final DrainedGroup groups;
  private int stage;

  /**
   * @param running names of the stages that run
   */
  Drain(Installation installation, Collection<String> running) {
    this.installation = installation;
    this.flow = FLOW.stream().filter(stage -> running.contains(stage.group())).toList();
    this.admin = Admin.create(installation.clientConfig());
    this.groups = new DrainedGroup(installation.clientConfig());
  }

  /**
   * Whether all stages are drained. Goes on at the stage where the last call stopped: call it once
   * input has ended.
   */
  boolean done() {
    while (stage < flow.size() && drained(flow.get(stage))) {
      stage++;
    }
    return stage == flow.size();
  }

  /** Whether intake goes by every document of settings published so far. */
  boolean settingsInForce() {
    return drained(
        new Stage("intake", List.of(Topics.PREFERENCE_SETTINGS, Topics.SETTINGS_IN_FORCE)));
  }

  private boolean drained(Stage asked) {
    String group = installation.scoped(asked.group());
    return groups.drained(group, asked.topics().stream().map(installation::name).toList())
        && groups.drained(group, repartitionTopics(group));
  }

  private List<String> repartitionTopics(String applicationId) {
    try {
      Set<String> names = admin.listTopics().names().get();
      Stream<String> own = names.stream().filter(name -> name.startsWith(applicationId + "-"));
      return own.filter(name -> name.endsWith("-repartition")).sorted().toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while listing topics", e);
    } catch (ExecutionException e) {
      throw new KafkaException("cannot list topics", e.getCause());
    }
  }

  @Override
  public void close() {
    groups.close();
    admin.close();
  }
}
