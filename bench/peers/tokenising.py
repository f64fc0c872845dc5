"""Text → token ids with Hugging Face's tokenizers, line by line, without threads of its own. The peer of
../contenders/tokenising.ts."""
import os
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"

from tokenizers import Tokenizer

from rounds import TASK, serve

tokenizer = Tokenizer.from_file(TASK["tokenizer"])
with open(TASK["corpus"], encoding="utf-8", newline="\n") as file:
    lines = file.read().split("\n")
if lines[-1] == "":
    lines.pop()
BATCH = 1000
tokens = 0


def step():
    global tokens
    tokens = 0
    for start in range(0, len(lines), BATCH):
        batch = tokenizer.encode_batch_fast(lines[start : start + BATCH], add_special_tokens=False)
        tokens += sum(len(each.ids) for each in batch)


serve(step, lambda: {"tokens": tokens}, clock=time.process_time)
