"""Pre-training steps on token ids (data2vec1.md §5, data2vec2.md §2)."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from data2vec import TASK, pretrain
from masks import random_mask, span_mask
from network import Encoder


class TokenEncoder(Encoder):
    masks_ids = True
    bert_decoder = True

    def __init__(self, task):
        super().__init__(task)
        config, D = task["encoder"], task["backbone"]["dim"]
        padding = config["padding"]
        self.first, self.dropout, self.mask = padding + 1, config["dropout"], config["mask"]
        self.mask_id = config["vocabulary"] - 1
        self.local = nn.ModuleDict(
            {
                "tokens": nn.Embedding(config["vocabulary"], D, padding_idx=padding),
                "positions": nn.Embedding(config["maxTokens"] + self.first, D, padding_idx=padding),
                "norm": nn.LayerNorm(D, eps=config["normEpsilon"]),
            }
        )
        for table in (self.local["tokens"], self.local["positions"]):
            nn.init.normal_(table.weight, std=0.02)

    def features(self, ids):
        places = torch.arange(self.first, self.first + ids.shape[1])
        x = self.local["norm"](self.local["tokens"](ids) + self.local["positions"](places))
        return F.dropout(x, self.dropout, self.training)

    def mask_ids(self, ids, hidden):
        return ids.masked_fill(hidden, self.mask_id)

    def hide(self, rows, tokens):
        if self.mask["strategy"] == "bert":
            return span_mask(rows, tokens, self.mask["ratio"], self.mask["length"])
        return random_mask(rows, tokens, tokens - math.floor(tokens * (1 - self.mask["ratio"])))


words = TASK["encoder"]["vocabulary"] - 1
shape = (TASK["batch"]["size"], TASK["batch"]["length"])
pretrain(TokenEncoder(TASK), torch.randint(TASK["encoder"]["specialTokens"], words, shape))
