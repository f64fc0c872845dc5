"""Makes corpus.txt and fixture.json: what Hugging Face's tokenizers (pip install tokenizers==0.23.2) makes of them.

    python test/tokens/make-fixture.py

The corpus is made up: words of random syllables by Zipf's law, in several scripts, with numbers, contractions and odd
white space. Its lines are what the trainer gets one at a time.
"""

import json
import random
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = Path(__file__).parent
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def corpus() -> str:
    rng = random.Random(7)
    scripts = [
        ["ka", "lo", "ri", "the", "ing", "st", "er", "on", "a", "be", "n't", "ou", "gh"],
        ["é", "ü", "ß", "na", "ñ", "ço"],
        ["д", "ра", "ст", "во", "ни", "е"],
        ["猫", "日", "本", "語"],
        ["😀", "👍🏽", "🇩🇪"],
    ]
    words = []
    for i in range(2500):
        script = scripts[min(rng.choice([0] * 12 + [1, 2, 3, 4]), 4)]
        words.append("".join(rng.choice(script) for _ in range(rng.randint(1, 4))))
    weights = [1 / (rank + 3) for rank in range(len(words))]
    lines = []
    for _ in range(900):
        parts = []
        for word in rng.choices(words, weights, k=rng.randint(0, 12)):
            extra = rng.random()
            if extra < 0.05:
                word += rng.choice(["'s", "'re", "'ll", "'d", "n't", "'x", "'"])
            elif extra < 0.1:
                word = str(rng.randint(0, 10**6))
            elif extra < 0.15:
                word += rng.choice([",", ".", "...", "!?", " -", "\u00a0", "\t", "  ", " \u2028", "\u0085"])
            parts.append(word)
        lines.append(" ".join(parts) + "\n")
    return "".join(lines)


CASES = [
    "", " ", "  ", "\n", "hello", " hello", "hello ", "hello  world", "  two  spaces  ", "line\nbreak\r\nand\n\nmore\n",
    "don't we'll I'd they're it's you've I'm 'tis ''s 'Sx 's", "12345 and ½ ² Ⅷ ١٢٣", "naïve café Straße",
    "日本語の猫 здравствуй", "😀 👍🏽 🇩🇪 family 👨‍👩‍👧‍👦", "a\u0085b \u0085 c", "bom\ufeff \ufeffx", "nbsp\u00a0\u00a0x \u3000y\u2028z",
    "\x00 nul \x7f", "tab\tand\t\ttabs", "e\u0301 combining", "ﷺ ligature", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "the <mask> of", "the   <mask>  of",
    "<mask>", "<s>in text</s> <pad><unk>", "<mask><mask> x<mask>", "<mask", "price: $3.50!!! (no?)", "thing" * 40,
    "\u200b zero \u200d width \u2060", "\u180e mongolian", "mixed日本and語 latin", "ÿĀāĂ", "…—–", "'", "' s", "\u001c\u001d\u001e\u001f",
]

PAIRS = [("the king of a", "lo ri ka " * n) for n in (1, 3, 6)] + [("on a the be " * 5, "er"), ("a b c d e", "f g h i j")]


def utf16(text: str, at: int) -> int:
    return len(text[:at].encode("utf-16-le")) // 2


def train(lines, vocabulary, frequency):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=frequency,
        show_progress=False,
        special_tokens=[*SPECIAL, AddedToken("<mask>", lstrip=True, special=True, normalized=False)],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(lines, trainer)
    return tokenizer


def merges_of(tokenizer):
    return [" ".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


def main():
    text = corpus()
    (HERE / "corpus.txt").write_bytes(text.encode())
    lines = [line + "\n" for line in text.split("\n")[:-1]]
    trainings = []
    for vocabulary, frequency in ((400, 2), (1200, 2), (5000, 2), (3000, 5)):
        tokenizer = train(lines, vocabulary, frequency)
        merges = merges_of(tokenizer)
        trainings.append({"vocabularySize": vocabulary, "minFrequency": frequency, "merges": merges})
    tokenizer = train(lines, 1200, 2)
    cases = []
    for case in CASES + lines[:60]:
        encoding = tokenizer.encode(case, add_special_tokens=False)
        offsets = [[utf16(case, a), utf16(case, b)] for a, b in encoding.offsets]
        decoded = tokenizer.decode(encoding.ids, skip_special_tokens=False)
        cases.append({"text": case, "ids": encoding.ids, "offsets": offsets, "decoded": decoded})
    truncations = []
    for strategy in ("longest_first", "only_first", "only_second"):
        for first, second in PAIRS:
            for length in (10, 13, 14, 20):
                tokenizer.enable_truncation(length - 4, strategy=strategy)
                try:
                    encoding = tokenizer.encode(first, second, add_special_tokens=False)
                except BaseException:
                    ids = None
                else:
                    a, b = ([i for i, t in zip(encoding.ids, encoding.type_ids) if t == which] for which in (0, 1))
                    ids = [0, *a, 2, 2, *b, 2]
                truncations.append({"strategy": strategy, "first": first, "second": second, "maxTokens": length, "ids": ids})
    tokenizer.no_truncation()
    fixture = {
        "trainings": trainings,
        "tokenizer": json.loads(tokenizer.to_str()),
        "cases": cases,
        "truncations": truncations,
    }
    (HERE / "fixture.json").write_text(json.dumps(fixture, ensure_ascii=True) + "\n")


main()
