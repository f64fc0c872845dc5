"""Training of a byte-level BPE with Hugging Face's tokenizers, reading included, without threads of its own. The peer of
../contenders/tokenizer-training.ts."""
import os
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from rounds import TASK, serve

tokenizer = None


def step():
    global tokenizer
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=TASK["vocabulary"],
        min_frequency=2,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train([TASK["corpus"]], trainer)


def checks():
    with open(TASK["corpus"], encoding="utf-8", newline="\n") as file:
        lines = [next(file).removesuffix("\n") for _ in range(100)]
    tokens = sum(len(each.ids) for each in tokenizer.encode_batch(lines, add_special_tokens=False))
    return {"vocabulary": tokenizer.get_vocab_size(), "tokens of 100 lines": tokens}


serve(step, checks, clock=time.process_time)
