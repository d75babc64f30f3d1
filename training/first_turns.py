"""Writes the first customer turn of each conversation as a ticket, one JSON object a line.

python training/first_turns.py routing/train.jsonl.gz routing/dev.jsonl.gz > first-turns.jsonl
"""

import gzip
import json
import sys


def main(paths: list[str]) -> None:
    for path in paths:
        seen = set()
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                turn = json.loads(line)
                if turn["conversation_id"] in seen:
                    continue
                seen.add(turn["conversation_id"])
                ticket = {
                    "id": turn["conversation_id"],
                    "body": turn["text"],
                    "channel": "chat",
                    "language": "en",
                    "queue": turn["queue"],
                    "intent": turn["intent"],
                }
                print(json.dumps(ticket, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
