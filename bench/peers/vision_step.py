"""Pre-training steps on images: patches through one projection (data2vec1.md §3, data2vec2.md §2)."""
import math

import torch
from torch import nn

from data2vec import TASK, pretrain
from masks import random_mask
from network import Encoder


class PatchEncoder(Encoder):
    extra = 1

    def __init__(self, task):
        super().__init__(task)
        config, D = task["encoder"], task["backbone"]["dim"]
        self.patch, self.mask = config["patchSize"], config["mask"]
        side = config["imageSize"] // self.patch
        self.grid = (side, side)
        self.local = nn.Linear(self.patch * self.patch * config["channels"], D)
        nn.init.xavier_uniform_(self.local.weight)
        nn.init.zeros_(self.local.bias)
        self.extra_tokens = nn.Parameter(torch.randn(1, 1, D))
        self.relative_positions = config["positions"] == "relative"
        if self.relative_positions:
            self.table = nn.Parameter(torch.zeros((2 * side - 1) ** 2 + 3, task["backbone"]["heads"]))
            self.register_buffer("index", relative_index(side))
        else:
            self.register_buffer("positions", torch.randn(1, side * side, D) * 0.02)

    def features(self, images):
        (rows, columns), p = self.grid, self.patch
        x = images.view(-1, rows, p, columns, p * images.shape[3]).transpose(2, 3)
        return self.local(x.reshape(-1, rows * columns, p * p * images.shape[3]))

    def hide(self, rows, tokens):
        if self.mask["strategy"] == "blockwise":
            return random_mask(rows, tokens, self.mask["patches"])
        return random_mask(rows, tokens, tokens - math.floor(tokens * (1 - self.mask["ratio"])))

    def absolute(self, x):
        return x if self.relative_positions else x + self.positions

    def bias(self, tokens, visible=None):
        if not self.relative_positions:
            return None
        return self.table[self.index.view(-1)].view(1 + tokens, 1 + tokens, -1).permute(2, 0, 1)


def relative_index(side):
    """Row of the table for every pair of tokens, cls first (data2vec1.md §3.2)."""
    at = torch.stack(torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")).flatten(1)
    offset = (at[:, :, None] - at[:, None, :]) + side - 1
    tokens, rows = side * side, (2 * side - 1) ** 2 + 3
    index = torch.zeros(tokens + 1, tokens + 1, dtype=torch.long)
    index[1:, 1:] = offset[0] * (2 * side - 1) + offset[1]
    index[0], index[:, 0], index[0, 0] = rows - 3, rows - 2, rows - 1
    return index


side, channels = TASK["encoder"]["imageSize"], TASK["encoder"]["channels"]
pretrain(PatchEncoder(TASK), torch.randn(TASK["batch"]["size"], side, side, channels))
