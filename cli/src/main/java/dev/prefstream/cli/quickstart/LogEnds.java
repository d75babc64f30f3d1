package dev.prefstream.cli.quickstart;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where partitions end, open transactions included. A producer's {@code commitTransaction} returns
 * before the commit is marked on every partition: for a moment the last stable offset stands before
 * records that are as good as committed, and who reads up to there misses them.
 */
final class LogEnds {

  private LogEnds() {}

  /** Offset after the last record of each partition, committed or not. */
  static Map<TopicPartition, Long> of(Admin admin, Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> latest =
        partitions.stream()
            .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
    try {
      Map<TopicPartition, Long> ends = new HashMap<>();
      Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(latest).all().get();
      found.forEach((partition, info) -> ends.put(partition, info.offset()));
      return ends;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while asking where " + partitions + " end", e);
    } catch (ExecutionException e) {
      throw new KafkaException("cannot tell where " + partitions + " end", e.getCause());
    }
  }
}
