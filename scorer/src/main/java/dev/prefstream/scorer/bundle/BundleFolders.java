package dev.prefstream.scorer.bundle;

import dev.prefstream.scorer.model.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds the bundles that a configuration names. */
public final class BundleFolders {

  private BundleFolders() {}

  /**
   * Loads one bundle for each task from folders that are bundles or hold bundles.
   *
   * @throws BundleException when a folder is missing or holds none, a bundle may not serve, or two
   *     are for the same task
   */
  public static Map<Task, ModelBundle> load(List<String> named) {
    Map<Task, ModelBundle> bundles = new EnumMap<>(Task.class);
    for (String name : named) {
      for (Path folder : bundlesIn(Path.of(name))) {
        ModelBundle bundle = ModelBundle.load(folder);
        ModelBundle other = bundles.put(bundle.identity().task(), bundle);
        if (other != null) {
          throw new BundleException(
              folder,
              "found a second bundle for the task %s beside %s, expected one: name the one to serve in scorer.models"
                  .formatted(bundle.identity().task().word(), other.folder()));
        }
      }
    }
    return bundles;
  }

  private static List<Path> bundlesIn(Path folder) {
    if (!Files.isDirectory(folder) || Files.exists(folder.resolve("bundle.json"))) {
      return List.of(folder);
    }
    try (Stream<Path> inside = Files.list(folder)) {
      List<Path> bundles =
          new ArrayList<>(
              inside.filter(path -> Files.exists(path.resolve("bundle.json"))).sorted().toList());
      if (bundles.isEmpty()) {
        throw new BundleException(
            folder,
            "found no bundle.json in it or its sub-folders: give the folder of a bundle in scorer.models");
      }
      return bundles;
    } catch (IOException e) {
      throw new BundleException(folder, "cannot list it (%s): make it readable".formatted(e), e);
    }
  }
}
