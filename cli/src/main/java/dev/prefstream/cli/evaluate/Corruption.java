package dev.prefstream.cli.evaluate;

import java.util.List;
import java.util.Random;

/**
 * Invents specifics and puts them into an answer as a sentence of their own, at a place drawn by
 * chance. Some are of the kinds that the fabrication guard knows. The others are inventions that it
 * does not look for or that weigh too little alone, so that its recall is not measured on its own
 * terms alone.
 */
enum Corruption {
  LINK(true) {
    @Override
    String sentence(Random random) {
      return "The details are at https://%s.%s.com/%s/%d."
          .formatted(word(random), word(random), word(random), 100 + random.nextInt(900));
    }
  },
  PATH(true) {
    @Override
    String sentence(Random random) {
      return "You will find it in /opt/%s/%s.conf.".formatted(word(random), word(random));
    }
  },
  ERROR_CODE(true) {
    @Override
    String sentence(Random random) {
      return "This is known as %s-%d."
          .formatted(
              word(random).substring(0, 3).toUpperCase(java.util.Locale.ROOT), digits(random));
    }
  },
  VERSION(true) {
    @Override
    String sentence(Random random) {
      return "It was mended in %d.%d.%d."
          .formatted(1 + random.nextInt(30), random.nextInt(20), random.nextInt(20));
    }
  },
  FUNCTION(true) {
    @Override
    String sentence(Random random) {
      return "Call %s_%s() first.".formatted(word(random), word(random));
    }
  },
  NUMBER(true) {
    @Override
    String sentence(Random random) {
      return "This takes about %d minutes.".formatted(11 + random.nextInt(900));
    }
  },
  PHONE(true) {
    @Override
    String sentence(Random random) {
      return "Call us at %d-555-0%d."
          .formatted(200 + random.nextInt(700), 100 + random.nextInt(100));
    }
  },
  PORT(true) {
    @Override
    String sentence(Random random) {
      return "It listens on port %d.".formatted(digits(random));
    }
  },
  TICKET_NUMBER(true) {
    @Override
    String sentence(Random random) {
      return "We track it as ticket %d.".formatted(10 * digits(random) + random.nextInt(10));
    }
  },
  AMOUNT(true) {
    @Override
    String sentence(Random random) {
      return "That costs $%d.%d a month."
          .formatted(10 + random.nextInt(90), 10 + random.nextInt(90));
    }
  },
  /** A duration as people say it, which the guard takes for general knowledge. */
  ROUND_DURATION(false) {
    @Override
    String sentence(Random random) {
      return "This takes about %s.".formatted(pick(random, "15 minutes", "24 hours", "30 days"));
    }
  },
  PERCENTAGE(false) {
    @Override
    String sentence(Random random) {
      return "It helps in %d%% of all cases.".formatted(11 + random.nextInt(88));
    }
  },
  DATE(false) {
    @Override
    String sentence(Random random) {
      return "It was mended on March %d.".formatted(10 + random.nextInt(22));
    }
  },
  /** A number in words. */
  SPELT_NUMBER(false) {
    @Override
    String sentence(Random random) {
      return "This takes about %s minutes."
          .formatted(pick(random, "forty", "ninety", "twenty-five"));
    }
  },
  /** A product or a feature with a name of its own. */
  NAME(false) {
    @Override
    String sentence(Random random) {
      String name = word(random);
      return "The %s%s Assistant does this for you."
          .formatted(name.substring(0, 1).toUpperCase(java.util.Locale.ROOT), name.substring(1));
    }
  },
  /** A promise of one digit. */
  PROMISE(false) {
    @Override
    String sentence(Random random) {
      return "You get your money back within %d days.".formatted(2 + random.nextInt(8));
    }
  };

  private final boolean known;

  Corruption(boolean known) {
    this.known = known;
  }

  /** Whether the guard looks for this kind. */
  boolean known() {
    return known;
  }

  /** An invention in a sentence. */
  abstract String sentence(Random random);

  /** The answer with the sentence before or after one of its own. */
  static String insert(String answer, String sentence, Random random) {
    List<String> parts = List.of(answer.split("(?<=[.!?])\\s+"));
    int place = random.nextInt(parts.size() + 1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i <= parts.size(); i++) {
      if (i == place) {
        text.append(sentence).append(' ');
      }
      if (i < parts.size()) {
        text.append(parts.get(i)).append(' ');
      }
    }
    return text.toString().strip();
  }

  private static int digits(Random random) {
    return 1000 + random.nextInt(9000);
  }

  private static String pick(Random random, String... words) {
    return words[random.nextInt(words.length)];
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      word.append("bdfgklmnprstvz".charAt(random.nextInt(14)))
          .append("aeiou".charAt(random.nextInt(5)));
    }
    return word.toString();
  }
}
